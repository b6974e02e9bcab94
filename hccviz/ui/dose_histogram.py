"""The histogram of the plan page: uploaded, read, shown; it never leaves the session."""

from __future__ import annotations

from typing import cast

import streamlit as st

from hccviz.domain.errors import DoseInputError
from hccviz.dose.dvh import Dvh, DvhKind, VolumeUnit
from hccviz.dose.dvh_file import MAX_BYTES, read_dvh
from hccviz.dose.tissues import tissue
from hccviz.figures.dose_volume import draw_dvh
from hccviz.ui import components, state
from hccviz.ui.dose_fields import choice, given
from hccviz.ui.shell import Here
from hccviz.ui.text import plain

KINDS = {"auto": "Tell by the numbers", "cumulative": "Cumulative", "differential": "Differential"}
VOLUMES = {"auto": "Tell by the numbers", "percent": "%", "fraction": "Share of 1", "cc": "cc"}
DOSES = {"auto": "Gy unless the file says cGy", "gy": "Gy", "cgy": "cGy"}


def histogram(at: Here, code: str) -> Dvh | None:
    """Draw the upload and the histogram of one organ; None when there is none."""
    name = tissue(code).label
    with st.container(horizontal=True, vertical_alignment="bottom"):
        file = st.file_uploader(
            f"Dose-volume histogram of the {name[:1].lower()}{name[1:]} (CSV)",
            type=["csv", "txt"],
            max_upload_size=MAX_BYTES // 1_000_000,
            key=f"dvh-{code}-{state.recall('generation', 0)}",
            help="Two columns, dose and volume; cumulative or differential, % or cc. "
            "The file stays in the memory of this session.",
        )
        with st.popover("How to read it"):
            choice(at, "Histogram", "plan.kind", KINDS)
            choice(at, "Volumes", "plan.volume", VOLUMES)
            choice(at, "Doses", "plan.dose", DOSES)
    if file is not None:
        _read(at, code, file.getvalue())
    kept: dict[str, Dvh] = state.recall("dvh", {})
    dvh = kept.get(code)
    if dvh is None:
        return None
    said = f"Mean dose {dvh.mean_gy:.2f} Gy, maximum {dvh.max_gy:.2f} Gy."
    if dvh.total_cc is not None:
        said += f" Volume {dvh.total_cc:.2f} cc."
    components.sentence(said)
    components.figure(draw_dvh(dvh, mode=at.mode), key=f"dvh-figure-{code}", alt=said)
    for note in dvh.notes:
        st.caption(plain(note))
    if file is None:
        st.button("Forget this histogram", key="dvh-forget", on_click=_forget, args=(code,))
    return dvh


def _read(at: Here, code: str, data: bytes) -> None:
    kept: dict[str, Dvh] = state.recall("dvh", {})
    try:
        dvh = read_dvh(
            data,
            kind=cast("DvhKind", given(at, "plan.kind") or "auto"),
            volume_unit=cast("VolumeUnit", given(at, "plan.volume") or "auto"),
            dose_unit=given(at, "plan.dose") or "auto",
        )
    except DoseInputError as wrong:
        hint = " You find both under “How to read it”." if wrong.field == "kind" else ""
        st.error(plain(wrong) + hint)
        _forget(code)
    else:
        state.remember("dvh", {**kept, code: dvh})


def _forget(code: str) -> None:
    kept: dict[str, Dvh] = state.recall("dvh", {})
    state.remember("dvh", {key: dvh for key, dvh in kept.items() if key != code})
