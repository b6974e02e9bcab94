"""Whatever a table holds, checking it gives a table and faults, never an exception."""

import string

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from hccviz.data.checks import check_table
from hccviz.data.derive import derive_columns
from hccviz.domain.vocabulary import variables

NAMES = [
    *variables(), "os_months", "os_event", "pfs_months", "pfs_event", "x_event", "tox_acute_nausea",
    "tox_late_y", "response_recist", "bed", "EQD2 (Gy)", "bed_in_file", "AGE", "own", "own 2", "",
]  # fmt: skip
WORDS = ["A", "Child A", "T1a", "t2", "G3", "CR", "yes", "No", "1", "2.0", "", "unknown", "none"]
OUT = {"string", "bool", "int8", "int64", "double"}

words = st.one_of(st.sampled_from(WORDS), st.text(st.characters(codec="utf-8"), max_size=8))
whole = st.one_of(st.integers(-3, 12), st.integers(-(2**63), 2**63 - 1))
real = st.one_of(st.floats(-2, 12), st.floats(), st.sampled_from([0.0, 1.0, 45.0, 4500.0]))


def _of(kind: pa.DataType, values) -> tuple:
    return (lambda found: pa.array(found, kind)), values


COLUMNS = [
    _of(pa.bool_(), st.booleans()),
    _of(pa.int8(), st.integers(-128, 127)),
    _of(pa.int64(), whole),
    _of(pa.uint64(), st.integers(0, 2**64 - 1)),
    _of(pa.float32(), st.floats(width=32)),
    _of(pa.float64(), real),
    _of(pa.string(), words),
    _of(pa.large_string(), words),
    _of(pa.string_view(), words),
    _of(pa.decimal128(9, 2), st.decimals(-999, 999, places=2)),
    _of(pa.date32(), st.dates()),
    _of(pa.timestamp("us"), st.integers(-(2**63), 2**63 - 1)),
    _of(pa.timestamp("s", "Europe/Berlin"), st.integers(-(2**62), 2**62)),
    _of(pa.null(), st.none()),
    _of(pa.list_(pa.int64()), st.lists(st.integers(0, 9), max_size=2)),
    ((lambda found: pa.array(found, pa.string()).dictionary_encode()), words),
    ((lambda found: pa.array(found, pa.float64()).dictionary_encode()), st.floats(0, 3)),
]


@st.composite
def tables(draw) -> pa.Table:
    rows = draw(st.integers(0, 6))
    names, arrays = [], []
    for _ in range(draw(st.integers(0, 7))):
        build, values = draw(st.sampled_from(COLUMNS))
        optional = st.one_of(st.none(), values)
        arrays.append(build(draw(st.lists(optional, min_size=rows, max_size=rows))))
        own = st.text(string.ascii_letters + " .\u202e", max_size=6)
        names.append(draw(st.one_of(st.sampled_from(NAMES), own)))
    table = pa.Table.from_arrays(arrays, names=names)
    cut = draw(st.integers(0, rows))
    return pa.concat_tables([table.slice(0, cut), table.slice(cut)])


@settings(max_examples=300, deadline=None)
@given(tables())
def test_any_table_is_checked_without_an_exception(table):
    checked = check_table(table)
    checked.table.validate(full=True)
    assert checked.table.num_rows == table.num_rows or not table.num_columns
    assert {str(field.type) for field in checked.table.schema} <= OUT
    assert len(set(checked.table.column_names)) == checked.table.num_columns
    assert checked.fatal == any(fault.severity == "fatal" for fault in checked.faults)
    for fault in checked.faults:
        assert fault.sentence().isprintable()
        assert fault.found
        assert fault.expected
        assert fault.action.endswith(".")
        assert 0 <= fault.rows <= max(table.num_rows * table.num_columns, 1)
    full, said = derive_columns(checked.table)
    assert full.num_columns == checked.table.num_columns + len(said)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_checking_what_was_checked_sets_nothing_more_aside(table):
    once = check_table(table).table
    twice = check_table(once)
    assert twice.table.equals(once)
