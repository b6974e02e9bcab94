"""Liver scores on the page and derived cohort columns follow one rule, boundaries included."""

from __future__ import annotations

import itertools

import pyarrow as pa

from hccviz.data.derive import derive_columns
from hccviz.dose.liver_scores import albi_scores, child_pugh

GRID = list(
    itertools.product(
        (0.5, 1.99, 2.0, 2.5, 3.0, 3.01, 6.0),
        (2.5, 2.79, 2.8, 3.2, 3.5, 3.51, 4.2),
        (1.0, 1.69, 1.7, 2.0, 2.3, 2.31),
    )
)


def test_derived_columns_are_the_scores_of_the_page():
    bilirubin, albumin, inr = (list(column) for column in zip(*GRID, strict=True))
    n = len(GRID)
    table = pa.table(
        {
            "patient_id": [str(i) for i in range(n)],
            "bilirubin_mg_dl": bilirubin,
            "albumin_g_dl": albumin,
            "inr": inr,
            "ascites": ["none"] * n,
            "encephalopathy": ["none"] * n,
        }
    )
    made, _ = derive_columns(table)
    scores = made.column("child_pugh_score").to_pylist()
    classes = made.column("child_pugh_class").to_pylist()
    grades = made.column("albi_grade").to_pylist()
    for row, (bili, albu, ratio) in enumerate(GRID):
        expected = child_pugh(bili, albu, ratio, "none", "none")
        assert (scores[row], classes[row]) == (expected.score, expected.child_class), GRID[row]
        assert str(grades[row]) == str(albi_scores(bili, albu).grade), GRID[row]
