"""Dose figures: what is drawn is what the record says."""

from __future__ import annotations

import numpy as np
import pytest

from hccviz.analysis.bridge import DoseStrip
from hccviz.dose.comparison import isoeffect_curve, tornado
from hccviz.dose.dvh import make_dvh
from hccviz.dose.lq import Course
from hccviz.dose.models import LQ
from hccviz.dose.reirradiation_query import evaluate_reirradiation
from hccviz.dose.tissues import TISSUES
from hccviz.figures.dose import draw_isoeffect, draw_strip, draw_tornado
from hccviz.figures.dose_cumulative import draw_cumulative
from hccviz.figures.dose_volume import draw_dvh

SBRT = Course.from_total(45, 3)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_tornado_spans_the_band_with_the_widest_on_top(mode):
    doses = tornado(SBRT, TISSUES)
    bars, points = draw_tornado(doses, mode=mode).data
    assert bars.x[-1] == max(bars.x) == pytest.approx(doses[0].eqd2_spread_gy)
    for low, width, point in zip(bars.base, bars.x, points.x, strict=True):
        assert low - 1e-9 <= point <= low + width + 1e-9


def test_the_course_lies_on_its_isoeffect_curve():
    curve = isoeffect_curve(112.5, LQ(10))
    line, point = draw_isoeffect([("LQ", curve)], SBRT).data
    assert np.interp(point.x[0], line.x, line.y) == pytest.approx(45, abs=0.02)


def test_stacked_courses_add_up_without_recovery_on_top():
    query = "courses=45/15,54/18,48/16&organ=cord&intervals=11,6&recovery=step"
    found = evaluate_reirradiation(query)
    figure = draw_cumulative(found, limit_eqd2_gy=67.75)
    rows = np.sum([bar.x for bar in figure.data], axis=0)
    assert rows == pytest.approx([found.recovered[0].eqd2_gy, found.eqd2_gy])
    assert figure.layout.shapes[0].x0 == 67.75


def test_a_strip_shows_the_dose_its_window_and_no_empty_cohort():
    strips = [DoseStrip("A <b>", (0, 10, 20), (3, 1)), DoseStrip("B", (), ())]
    figure = draw_strip(strips, 12.0, (2.0, 22.0))
    assert len(figure.data) == 1
    assert "&lt;b&gt;" in figure.layout.annotations[0].text
    assert [(s.x0, s.x1) for s in figure.layout.shapes] == [(2.0, 22.0), (12.0, 12.0)]


def test_a_histogram_is_thinned_for_the_browser():
    dose = np.linspace(0, 60, 20_000)
    dvh = make_dvh(dose, 100 * (1 - dose / 60))
    (curve,) = draw_dvh(dvh).data
    assert len(curve.x) <= 410
