"""What the simulated registry is built from: its true hazard ratios, and what its file says."""

from __future__ import annotations

from hccviz.domain.metadata import CohortMetadata

N = 2400
SEED = 20_240_517

# factor → true hazard ratio; every factor enters its proportional-hazards model on the log scale
DEATH = {
    "Child-Pugh B": 2.0,
    "Child-Pugh C": 4.0,
    "T2": 1.3,
    "T3": 1.7,
    "T4": 2.4,
    "ECOG 1 or more": 1.4,
    "AFP 400 ng/mL or more": 1.5,
    "extrahepatic disease": 1.6,
    "BED 100 Gy or more": 0.75,
}
LOCAL_FAILURE = {
    "BED 100 Gy or more": 0.45,
    "tumor size, per cm": 1.12,
    "vascular invasion": 1.5,
    "prior TACE": 1.0,
}
METASTASIS_DEATH_RATIO = 1.2


def metadata() -> CohortMetadata:
    """Return what the registry says about itself; the true hazard ratios are in the notes."""
    return CohortMetadata(
        title="Multi-centre registry, simulated",
        kind="simulated",
        citation="Simulated with hccviz; no patients, no evidence.",
        time_origin="start of radiotherapy",
        scales={"acute": "CTCAE 5.0", "late": "CTCAE 5.0"},
        definitions=_DEFINITIONS,
        notes=_notes(),
    )


_DEFINITIONS = {
    "os": "Start of radiotherapy to death of any cause.",
    "pfs": "Start of radiotherapy to local failure, intrahepatic recurrence, distant metastasis "
    "or death.",
    "lc": "Start of radiotherapy to local failure; censored at death.",
    "ihrfs": "Start of radiotherapy to recurrence in the liver outside the field; censored at "
    "death.",
    "dmfs": "Start of radiotherapy to distant metastasis; censored at death.",
    "ttp": "Start of radiotherapy to first progression anywhere; censored at death.",
    "cr": "Start of radiotherapy to complete response in the field; censored at local failure or "
    "death.",
    "rild": "Classic: anicteric ascites with raised alkaline phosphatase. Non-classic: liver "
    "enzymes above five times the upper limit or Child-Pugh score worse by 2 within 3 months.",
}


def _notes() -> tuple[str, ...]:
    """Return the notes of the file, with one sentence per true hazard ratio."""
    ratios = [
        f"True hazard ratio for {event}: {factor} {ratio:g}."
        for event, model in (("death", DEATH), ("local failure", LOCAL_FAILURE))
        for factor, ratio in model.items()
    ]
    return (
        "Every value is simulated: 2,400 patients of six centres, from a fixed seed.",
        "Reference levels of the death model: Child-Pugh A, T1, ECOG 0, AFP below 400 ng/mL, no "
        "extrahepatic disease, BED below 100 Gy (alpha/beta 10 Gy); centres share one baseline "
        "hazard.",
        *ratios,
        "Death and local failure are independent given these factors.",
        "Values are missing completely at random in 2 to 15 %; T stage, BCLC stage and etiology "
        "do not apply to liver metastases and are not recorded there.",
        "Centre F records T1 and T3 without substage.",
    )
