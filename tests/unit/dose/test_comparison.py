"""Schedules side by side: tissues, LQ beside LQ-L, the α/β band, isoeffect curves."""

import numpy as np
import pytest

from hccviz.domain.errors import DoseInputError
from hccviz.dose.comparison import compare, isoeffect_curve, tissue_dose, tornado
from hccviz.dose.lq import Course, bed
from hccviz.dose.models import LQ, LQL
from hccviz.dose.tissues import TISSUES, organs, tissue

SBRT, LONG = Course.from_total(45, 3), Course.from_total(50, 25)


def test_one_row_per_course_and_one_entry_per_tissue():
    table = compare((SBRT, LONG), TISSUES)
    assert [len(row) for row in table] == [len(TISSUES)] * 2
    assert table[0][0].bed_gy == 112.5
    assert table[1][0].bed_gy == table[1][0].bed_lql_gy == 60.0


def test_chosen_alpha_beta_and_transition():
    found = tissue_dose(SBRT, tissue("liver"), alpha_beta_gy=2.5, transition_dose_gy=10)
    assert found.bed_gy == bed(45, 3, alpha_beta_gy=2.5)
    assert found.bed_lql_gy == pytest.approx(LQL.tangent(2.5, 10).bed(45, 3))


def test_the_band():
    found = tissue_dose(SBRT, tissue("hcc"))
    assert found.bed_at_low_gy == found.bed_gy
    assert found.bed_at_high_gy == bed(45, 3, alpha_beta_gy=15)
    spreads = [entry.eqd2_spread_gy for entry in tornado(SBRT, TISSUES)]
    assert spreads == sorted(spreads, reverse=True)
    assert all(entry.tissue.has_band for entry in tornado(SBRT, organs()))


@pytest.mark.parametrize("model", [LQ(10), LQL.tangent(3)])
def test_every_point_of_the_curve_has_the_same_bed(model):
    curve = isoeffect_curve(100, model)
    assert np.allclose(model.bed(curve.total_dose_gy, curve.fractions), 100)
    assert (np.diff(curve.fractions) < 0).all()


@pytest.mark.parametrize("arguments", [{"low_gy": 0}, {"high_gy": 50}, {"low_gy": 5, "high_gy": 4}])
def test_wrong_curves(arguments):
    with pytest.raises(DoseInputError):
        isoeffect_curve(100, LQ(10), **arguments)
