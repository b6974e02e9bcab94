"""Files from outside: kept in the session, refused in words, never a lost state."""

from __future__ import annotations

import io
from collections.abc import Callable

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import words

DATA = "pages/cohort/data.py"


def parquet(**columns: object) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(columns, strict=False).write_parquet(out)
    return out.getvalue()


def good(n: int = 20, **more: object) -> bytes:
    base = {
        "patient_id": [f"p{i}" for i in range(n)],
        "os_months": [float(i + 1) for i in range(n)],
        "os_event": [i % 2 for i in range(n)],
        "child_pugh_class": ["A", "B"] * (n // 2),
    }
    return parquet(**{**base, **more})


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader[0].set_value([(name, raw, "application/octet-stream") for name, raw in files])
    return app.run()


def test_an_upload_is_shown_and_forgotten(open_app: Callable[..., AppTest]) -> None:
    app = upload(open_app(DATA), ("ward.parquet", good()))
    assert not app.exception
    assert "20 of 20 patients" in words(app)
    assert app.query_params["cohort"] == "uploaded"
    next(b for b in app.button if b.label == "Clear my data").click()
    app.run()
    assert "302 of 302 patients" in words(app)


def test_two_files_are_pooled_with_study(open_app: Callable[..., AppTest]) -> None:
    app = upload(open_app(DATA), ("a.parquet", good(20)), ("b.parquet", good(30)))
    assert not app.exception
    assert "50 of 50 patients" in words(app)


REFUSED = {
    "not parquet": (b"hello,world\n1,2\n", "parquet"),
    "truncated": (good()[:-40], "parquet"),
    "no rows": (parquet(os_months=[], os_event=[]), "row"),
    "no endpoint": (parquet(patient_id=["a", "b"], age_years=[50.0, 60.0]), "_months"),
    "event of 2": (parquet(os_months=[1.0, 2.0], os_event=[1, 2]), "_event"),
    "negative time": (parquet(os_months=[1.0, -2.0], os_event=[1, 0]), "os_months"),
    "text time": (parquet(os_months=["one", "two"], os_event=[1, 0]), "os_months"),
    "twice the patient": (good(patient_id=["p0"] * 20), "patient_id"),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_refused_file_is_told_and_the_last_state_stays(
    open_app: Callable[..., AppTest], case: str
) -> None:
    raw, part = REFUSED[case]
    app = upload(open_app(DATA, cohort="reirradiation"), ("bad.parquet", raw))
    assert not app.exception
    told = words(app)
    tables = " ".join(str(table.value.to_dict()) for table in app.table).replace("\\", "")
    assert "bad.parquet" in told
    assert "cannot be used" in told
    assert part in told + tables
    assert "43 of 43 patients" in told


SET_ASIDE = {
    "Child A": ("child_pugh_class", ["Child A"] * 20),
    "T3x": ("t_stage", ["T3x"] * 20),
    "cGy": ("total_dose_gy", [4500.0] * 20),
}


@pytest.mark.parametrize("case", list(SET_ASIDE))
def test_a_bad_column_is_set_aside_and_the_rest_is_used(
    open_app: Callable[..., AppTest], case: str
) -> None:
    column, values = SET_ASIDE[case]
    more = {column: values} | ({"fractions": [3] * 20} if case == "cGy" else {})
    app = upload(open_app(DATA), ("ward.parquet", good(**more)))
    assert not app.exception
    assert "20 of 20 patients" in words(app)
    tables = " ".join(str(table.value.to_dict()) for table in app.table).replace("\\", "")
    assert column in tables
    assert "Column set aside" in tables


def test_a_file_with_300_columns_opens(open_app: Callable[..., AppTest]) -> None:
    wide = {f"marker_{i}": [float(j * i) for j in range(20)] for i in range(296)}
    app = upload(open_app(DATA), ("wide.parquet", good(**wide)))
    assert not app.exception
    app.switch_page("pages/cohort/overview.py").run()
    assert not app.exception
