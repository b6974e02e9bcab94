"""The liver complication model as one query string, with or without a histogram."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from hccviz.domain.errors import DoseInputError
from hccviz.dose.dvh import DvhKind, VolumeUnit
from hccviz.dose.dvh_file import parse_dvh
from hccviz.dose.ntcp import (
    LkbParameters,
    Ntcp,
    liver_parameters,
    ntcp_from_dvh,
    ntcp_from_mean_dose,
)
from hccviz.dose.query import QueryReader, read_query

NTCP_PARAMETERS: dict[str, str] = {
    "mean": "mean dose to the normal liver in Gy (without a histogram)",
    "fractions": "number of fractions; without it no probability is given",
    "disease": "primary (default) or metastases",
    "ab": "α/β of the liver in Gy (default 2.5, as the model was derived)",
    "n": "volume exponent, instead of 0.97",
    "m": "slope, instead of 0.12",
    "td50": "dose of 50 % risk in Gy as EQD2, instead of the published one",
    "kind": "histogram: auto (default), cumulative or differential",
    "volume": "histogram volumes: auto (default), percent, fraction or cc",
    "dose": "histogram doses: auto (default), gy or cgy",
}


def evaluate_ntcp(query: str, *, dvh_text: str | None = None) -> Ntcp:
    """Evaluate a query such as ``mean=28&fractions=14&disease=primary``.

    Parameters
    ----------
    query
        Names of :data:`NTCP_PARAMETERS`.
    dvh_text
        Text of a dose-volume histogram; then ``mean`` has no place.

    Raises
    ------
    DoseInputError
        When the query or the histogram is wrong. A missing number of fractions is no error: the
        probability is unavailable.

    Examples
    --------
    >>> round(evaluate_ntcp("mean=28&fractions=14").probability, 4)
    0.0411
    """
    reader = QueryReader(read_query(query), NTCP_PARAMETERS)
    fractions = reader.number("fractions", "fractions")
    parameters = _parameters(reader)
    if dvh_text is None:
        mean = reader.number("mean", "mean_dose_gy")
        reader.finish(dict.fromkeys(("kind", "volume", "dose"), "a histogram"))
        if mean is None:
            raise DoseInputError("mean_dose_gy", "The mean liver dose is missing. Add mean=….")
        return ntcp_from_mean_dose(mean, fractions, parameters)
    kinds = ("auto", "cumulative", "differential")
    dvh = parse_dvh(
        dvh_text,
        kind=cast("DvhKind", reader.choice("kind", kinds, "auto")),
        volume_unit=cast(
            "VolumeUnit", reader.choice("volume", ("auto", "percent", "fraction", "cc"), "auto")
        ),
        dose_unit=reader.choice("dose", ("auto", "gy", "cgy"), "auto"),
    )
    reader.finish({"mean": "a query without a histogram"})
    return ntcp_from_dvh(dvh, fractions, parameters)


def ntcp_json(found: Ntcp) -> dict[str, Any]:
    """Return the record of the command line."""
    record: dict[str, Any] = {
        "ntcp": found.probability,
        "mean_dose_gy": found.mean_dose_gy,
        "geud_eqd2_gy": found.geud_gy,
        "warnings": list(found.warnings),
    }
    if found.probability is None:
        record["ntcp_why"] = found.why
    model = found.parameters
    if model is not None:
        record["model"] = {
            "n": model.n,
            "m": model.m,
            "td50_gy": model.td50_gy,
            "reference_fraction_gy": model.reference_fraction_gy,
            "td50_eqd2_gy": model.td50_eqd2_gy,
            "alpha_beta_gy": model.alpha_beta_gy,
            "label": model.label,
            "source": model.source,
            "mark": model.mark,
        }
    return record


def _parameters(reader: QueryReader) -> LkbParameters:
    disease = reader.choice("disease", ("primary", "metastases"), "primary")
    found = liver_parameters(disease, alpha_beta_gy=reader.number("ab", "alpha_beta_gy"))
    n, m = reader.number("n", "n"), reader.number("m", "m")
    td50 = reader.number("td50", "td50_gy")
    if n is None and m is None and td50 is None:
        return found
    found = replace(
        found,
        n=found.n if n is None else n,
        m=found.m if m is None else m,
        source="parameters entered by the user",
        mark="U",
    )
    return found if td50 is None else replace(found, td50_gy=td50, reference_fraction_gy=2.0)
