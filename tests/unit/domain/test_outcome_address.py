"""The closer looks in a link: there and back, defaults left out, misfits named."""

from __future__ import annotations

import pytest

from hccviz.data.builtin import open_built_in
from hccviz.domain.address import View, parse_query, read_view
from hccviz.domain.filters import column_address
from hccviz.domain.outcome_address import OPTIONS

SCHEMA = open_built_in("sorafenib-rt").schema


@pytest.mark.parametrize("name", [n for n, option in OPTIONS.items() if option.codes])
def test_every_code_survives_the_link(name) -> None:
    for code in OPTIONS[name].codes:
        view = View(cohorts=("sorafenib-rt",)).with_option(name, code)
        again, ignored = read_view(parse_query(view.to_query()), SCHEMA)
        assert ignored == ()
        assert again == view
        assert again.option(name) == code


def test_a_default_is_not_written() -> None:
    view = View().with_option("rate", "cr").with_option("rate", "orr")
    assert view == View()
    assert view.to_query() == ""


def test_columns_are_checked_against_the_cohort() -> None:
    good = "out.against=response_recist_infield&out.term=tox_acute_nausea&out.dose=eqd2"
    view, ignored = read_view(parse_query(good), SCHEMA)
    assert ignored == ()
    assert view.option("against") == "response_recist_infield"
    bad = "out.against=response_who&out.rate=best&out.landmark=soon&out.colour=red"
    view, ignored = read_view(parse_query(bad), SCHEMA)
    assert view.outcome == ()
    assert {part.partition("=")[0] for part in ignored} == {
        "out.against", "out.rate", "out.landmark", "out.colour",
    }  # fmt: skip


def test_a_column_of_a_file_cannot_pose_as_an_option() -> None:
    assert column_address("out.rate") == "col.out.rate"
