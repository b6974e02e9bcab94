"""What the dose pages keep in a link comes back unchanged, and nothing is dropped silently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hccviz.domain.address import View, parse_query, read_view
from hccviz.domain.dose_address import DOSE_NAMES, MAX_VALUE, ORGAN_NAMES, is_dose_name
from hccviz.domain.filters import Schema, column_address
from hccviz.dose.reirradiation_query import REIRRADIATION_PARAMETERS
from hccviz.dose.request import PARAMETERS

NAMES = [*DOSE_NAMES, *(f"{name}.duodenum" for name in ORGAN_NAMES)]
VALUES = st.text("0123456789/,.x-abc&=+ %×", min_size=1, max_size=40)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8))
def test_a_view_comes_back_from_its_own_address(chosen):
    view = View(dose=tuple(sorted(chosen.items())))
    again, ignored = read_view(parse_query(view.to_query()), Schema({}))
    assert again == view
    assert ignored == ()


@pytest.mark.parametrize("key", ["dose.colour", "re.overlap", "re.overlap.", "plan.x.y", "dose"])
def test_an_unknown_name_is_named(key):
    assert not is_dose_name(key)
    view, ignored = read_view({key: "1"}, Schema({}))
    assert view.dose == ()
    assert key in ignored[0]


def test_a_value_without_end_is_named():
    view, ignored = read_view({"dose.k": "1" * (MAX_VALUE + 1)}, Schema({}))
    assert view.dose == ()
    assert ignored == ("dose.k (too long)",)


def test_a_files_own_column_cannot_take_such_a_name():
    assert column_address("dose.k") == "col.dose.k"


def test_names_are_those_of_the_command_line():
    ours = {"course", "show"}
    calculator = {name[5:] for name in DOSE_NAMES if name.startswith("dose.")} - ours
    assert calculator <= set(PARAMETERS)
    courses = {name[3:] for name in (*DOSE_NAMES, *ORGAN_NAMES) if name.startswith("re.")}
    assert courses - {"organs"} <= set(REIRRADIATION_PARAMETERS)
