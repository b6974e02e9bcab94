"""Whether a view was published: by meaning, not by spelling."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from hccviz.data.builtin import open_built_in
from hccviz.data.cohort import Cohort, pool
from hccviz.domain.address import View, parse_query, read_view
from hccviz.evidence.published import Publication, publication
from hccviz.export.study_words import NOT_PUBLISHED, publication_json, say_publication


@cache
def cohort(name: str) -> Cohort:
    return open_built_in(name)


def asked(page: str, query: str) -> Publication | None:
    of = cohort(parse_query(query)["cohort"])
    view, ignored = read_view(parse_query(query), of.schema)
    assert ignored == ()
    return publication(of, view, page)


RE = "cohort=reirradiation"
HCC = "cohort=sbrt-hcc-metastases"
TACE = "cohort=sbrt-incomplete-tace"


@pytest.mark.parametrize(
    ("page", "query", "place"),
    [
        ("survival", RE, "Abstract"),
        ("survival", f"{RE}&by=child_pugh_class", "Table 3"),
        ("survival", f"{RE}&child_pugh_class=A", "Table 3"),
        ("survival", f"{RE}&t_stage=T3,T1,T2", "Table 3"),
        ("survival", f"{RE}&t_stage=T1,T2,T3&child_pugh_class=A", "Results 3"),
        ("survival", f"{RE}&by=eqd2:45", "Table 3"),
        ("survival", f"{RE}&by=bed:54", "Table 3"),
        ("survival", f"{RE}&bed=54..", "Table 3"),
        ("survival", f"{RE}&eqd2=..44.9", "Table 3"),
        ("survival", f"{RE}&endpoint=lc", "Results 2"),
        ("response", f"{RE}&by=eqd2:45", "Table 2"),
        ("response", "cohort=sorafenib-rt", "Table 3"),
        ("toxicity", RE, "Table 5"),
        ("toxicity", f"{HCC}&phase=late", "Table 5"),
        ("", HCC, "Results: patients"),
        ("", f"{HCC}&by=diagnosis", "Table 2"),
        ("", f"{HCC}&child_pugh_class=A", "Abstract"),
        ("survival", f"{HCC}&endpoint=dmfs&by=diagnosis", "Discussion"),
        ("survival", f"{TACE}&by=bclc_stage&endpoint=lc", "Table 2"),
        ("survival", f"{TACE}&endpoint=ihrfs", "Results: LC/OS"),
    ],
)
def test_a_published_view_names_its_place(page: str, query: str, place: str) -> None:
    found = asked(page, query)
    assert found is not None
    assert found.status == "published"
    assert place in found.places
    assert found.n_printed > 0
    assert found.n_reproduced <= found.n_printed


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("survival", f"{RE}&by=t_stage"),  # four groups; printed are T1-3 and T4
        ("survival", f"{RE}&by=eqd2"),  # at the median, not at 45
        ("survival", f"{RE}&by=eqd2:45&ab=3"),  # another alpha/beta is another subgroup
        ("survival", f"{RE}&by=sex&endpoint=lc"),
        ("survival", f"{RE}&child_pugh_class=A&by=sex"),
        ("survival", f"{RE}&t_stage=T1,T2"),
        ("survival", f"{RE}&landmark=3"),
        ("survival", f"{RE}&tox_acute_duodenal_ulcer=3"),
        ("survival", f"{HCC}&endpoint=dmfs"),
        ("survival", f"{TACE}&by=child_pugh_class&endpoint=lc"),
        ("response", f"{RE}&by=sex"),
        ("response", "cohort=sorafenib-rt&response_mrecist_infield=CR"),
        ("toxicity", f"{RE}&by=sex"),
        ("", f"{RE}&by=child_pugh_class"),
        ("courses", RE),
    ],
)
def test_anything_else_is_not_published(page: str, query: str) -> None:
    assert asked(page, query) == Publication()


MODEL = "bclc_stage,tumor_size_cm,prior_treatment_sessions,bed,response_mrecist_best"
NEVER = "response_mrecist_best:PR|SD|PD"


def view_of(query: str, **options: str) -> View:
    view, ignored = read_view(parse_query(query), cohort(parse_query(query)["cohort"]).schema)
    assert ignored == ()
    return replace(view, outcome=tuple(sorted(options.items())))


def test_two_pinned_subgroups_are_published_when_both_are() -> None:
    of = cohort("reirradiation")
    printed = view_of(f"{RE}&a.t_stage=T1,T2,T3&b.t_stage=T4", sub="pair")
    found = publication(of, printed, "subgroups")
    assert found is not None
    assert "Table 3" in found.places
    half = view_of(f"{RE}&a.t_stage=T1,T2&b.t_stage=T4", sub="pair")
    assert publication(of, half, "subgroups") == Publication()
    assert publication(of, view_of(f"{RE}&by=sex"), "subgroups") == Publication()  # a forest


@pytest.mark.parametrize(
    ("options", "published"),
    [
        ({"factors": "tumor_size_cm"}, True),
        ({"factors": "tumor_size_cm", "steps": "tumor_size_cm:1"}, True),
        ({"factors": "tumor_size_cm", "steps": "tumor_size_cm:5"}, False),
        ({"factors": "bclc_stage"}, True),
        ({"factors": "ecog"}, False),  # printed as 1-2 against 0
        ({"factors": "bclc_stage,tumor_size_cm"}, False),
        ({"factors": "bclc_stage,tumor_size_cm", "joint": "none"}, True),
        ({"factors": "ecog", "two": "ecog:1|2"}, True),
        ({"factors": "ecog", "two": "ecog:2"}, False),
        ({"factors": "tumor_size_cm", "two": "tumor_size_cm:2"}, False),  # printed per cm
        ({"factors": "tumor_size_cm", "two": "tumor_size_cm:median"}, False),
        ({"factors": MODEL, "two": f"{NEVER},bclc_stage:A"}, True),
        ({"factors": MODEL, "two": NEVER}, True),  # BCLC has two levels, 0 and A
        ({"factors": MODEL}, False),  # PR, SD and PD were one group
        ({"factors": f"{MODEL},ecog", "two": NEVER}, False),
        ({"factors": "tumor_size_cm", "outcome": "cr"}, False),
        ({}, False),
    ],
)
def test_a_model_is_published_when_each_factor_was_printed_alone(
    options: dict[str, str], published: bool
) -> None:
    of = cohort("sbrt-incomplete-tace")
    found = publication(of, view_of(f"{TACE}&endpoint=lc", **options), "regression")
    assert found is not None
    assert ("Table 2" in found.places) is published


def test_a_dose_at_another_alpha_beta_is_another_factor() -> None:
    of = cohort("sbrt-incomplete-tace")
    shown = [
        publication(of, view_of(f"{TACE}&endpoint=lc{more}", factors="bed"), "regression")
        for more in ("", "&ab=3")
    ]
    assert "Table 2" in shown[0].places
    assert shown[1] == Publication()


def test_order_and_spelling_make_no_difference() -> None:
    spellings = ("t_stage=T1,T2,T3", "t_stage=T3,T2,T1", "t_stage=T2,T1,T3&age_years=..200")
    first, *others = (asked("survival", f"{RE}&{spelling}") for spelling in spellings)
    assert all(other == first for other in others)


def test_the_same_patients_by_another_column_are_not_the_printed_subgroup() -> None:
    """One patient has the grade 3 ulcer; a filter on fractions may keep the same one."""
    of = cohort("reirradiation")
    ulcer = of.frame.to_native().collect().filter(tox_acute_duodenal_ulcer=3)
    age = ulcer["age_years"][0]
    same = asked("", f"{RE}&tox_acute_duodenal_ulcer=3")
    assert same is not None
    assert "Results 4" in same.places
    other = asked("", f"{RE}&age_years={age}..{age}&fractions=18..18&total_dose_gy=54..54")
    assert other == Publication()


def test_other_cohorts_say_nothing_of_the_kind() -> None:
    assert asked("survival", "cohort=registry-simulated") is None
    view, _ = read_view({}, cohort("reirradiation").schema)
    both = pool([cohort("reirradiation"), cohort("sorafenib-rt")])
    assert publication(both, view, "survival") is None
    changed = replace(cohort("reirradiation"), sha256="0" * 64)
    assert publication(changed, view, "survival") is None
    assert publication(replace(cohort("reirradiation"), name="uploaded"), view, "survival") is None
    assert publication(cohort("reirradiation"), view, "data") is None


def test_the_sentence() -> None:
    assert say_publication(Publication(("Table 3",), 4, 4)) == "This view reproduces Table 3."
    places = ("Table 1", "Table 3", "Abstract", "Results 1", "Discussion")
    assert "Table 1, Table 3, Abstract and 2 more places" in say_publication(
        Publication(places, 2, 2)
    )
    missed = say_publication(Publication(("Table 3",), 4, 1))
    assert "Table 3" in missed
    assert "3 of 4 printed numbers are not reproduced" in missed
    assert "reproduces" not in missed
    assert say_publication(Publication()) == NOT_PUBLISHED
    assert publication_json(None) is None
    assert publication_json(Publication())["status"] == "not published"
