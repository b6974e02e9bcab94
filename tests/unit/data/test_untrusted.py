"""Files from outside: what passes, what is kept of it, and one clear sentence for the rest."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hccviz.data.refusals import SENTENCES
from hccviz.data.untrusted import ReadLimits, read_untrusted
from hccviz.data.untrusted_child import UNREAD
from hccviz.domain.errors import CohortFileError
from hccviz.domain.metadata import METADATA_KEY

PATIENTS = pa.table(
    {"patient_id": ["p1", "p2"], "os_months": [1.5, None], "os_event": [True, False]}
)


def parquet(table: pa.Table, **options) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def refusal(data, **limits) -> str:
    with pytest.raises(CohortFileError) as caught:
        read_untrusted(data, limits=ReadLimits(**limits))
    return str(caught.value)


def test_a_good_file_comes_back_equal():
    assert read_untrusted(parquet(PATIENTS)).equals(PATIENTS)


def test_a_path_is_read_like_bytes(tmp_path: Path):
    file = tmp_path / "cohort.parquet"
    file.write_bytes(parquet(PATIENTS, write_page_checksum=True))
    assert read_untrusted(file).equals(PATIENTS)


def test_only_our_own_metadata_is_kept():
    table = PATIENTS.replace_schema_metadata({METADATA_KEY: b'{"title": "x"}', b"pandas": b"{}"})
    assert read_untrusted(parquet(table)).schema.metadata == {METADATA_KEY: b'{"title": "x"}'}
    assert read_untrusted(parquet(PATIENTS)).schema.metadata is None


def test_types_become_simple():
    table = pa.table(
        {
            "words": pa.array(["a", None]).dictionary_encode(),
            "large": pa.array(["a", "b"], pa.large_string()),
            "money": pa.array(["1.5", "2"]).cast(pa.decimal128(9, 2)),
            "half": pa.array([1, 2], pa.float16()),
            "day": pa.array([1, 2], pa.date32()),
            "moment": pa.array([1, 2], pa.timestamp("us", "Asia/Seoul")),
            "nothing": pa.nulls(2),
        }
    )
    types = {field.name: str(field.type) for field in read_untrusted(parquet(table)).schema}
    assert types == {
        "words": "string", "large": "string", "money": "double", "half": "double",
        "day": "date32[day]", "moment": "timestamp[us]", "nothing": "null",
    }  # fmt: skip


def test_nested_columns_are_marked_and_the_good_ones_survive():
    nested = pa.array([{"x": [1], "y": "a"}, None])
    table = pa.table({"a.b": [1, 2], "lists": [[1], []], "nested": nested, "a": ["x", "y"]})
    answer = read_untrusted(parquet(table))
    assert answer.select(["a.b", "a"]).to_pydict() == {"a.b": [1, 2], "a": ["x", "y"]}
    assert UNREAD in answer.schema.field("lists").metadata
    assert answer["nested"].null_count == 2


def test_a_name_that_occurs_twice_is_handed_on_twice():
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["age", "age"])
    assert read_untrusted(parquet(twice)).column_names == ["age", "age"]


def test_a_name_that_is_too_long_is_cut_and_marked():
    answer = read_untrusted(parquet(pa.table({"n" * 300: [1], "age_years": [61.0]})))
    assert len(answer.column_names[0]) < 100
    assert answer.schema.field(0).metadata[UNREAD] == b"name"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ("empty (0 bytes)", "expected a cohort file", "Export")),
        (b"patient_id,age\np1,61\n", ("not a parquet file", "CSV", "Export the table")),
        ("größe".encode("utf-16"), ("not a parquet file", "text")),
        (b"PK\x03\x04" + bytes(40), ("not a parquet file", "Excel", "parquet")),
        (b"<html>", ("not a parquet file", "web page")),
        (b"\x01\x02\x03\x04", ("not a parquet file", "something else")),
        (parquet(PATIENTS)[:-5], ("cut off", "bytes", "whole file", "again")),
        (b"PAR1", ("cut off",)),
        (b"PARE" + bytes(40), ("encrypted", "without")),
        (b"PAR1" + bytes(40) + b"PAR1", ("table of contents", "damaged", "again")),
        (parquet(PATIENTS.slice(0, 0)), ("no rows", "one row per patient")),
        (parquet(pa.table({})), ("no rows", "expected")),
    ],
)
def test_what_is_no_cohort_gets_one_clear_sentence(data, words):
    message = refusal(data)
    assert all(word in message for word in words), message


def test_damaged_pages_are_found_by_their_checksum():
    table = pa.table({"os_months": [float(i) for i in range(1000)]})
    good = bytearray(
        parquet(table, write_page_checksum=True, compression="none", use_dictionary=False)
    )
    good[2000] ^= 0xFF
    assert "damaged inside" in refusal(bytes(good))


def test_a_missing_path_and_a_folder_are_named(tmp_path: Path):
    assert "no readable file" in refusal(tmp_path / "none.parquet")
    assert "is a folder" in refusal(tmp_path)


def test_every_sentence_says_what_was_expected_or_needed():
    for sentence in SENTENCES.values():
        assert "expected" in sentence or "needs" in sentence
        assert sentence.endswith(".")


def test_many_threads_may_read_at_once():
    data = parquet(PATIENTS)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(read_untrusted, [data] * 4))
    assert all(answer.equals(PATIENTS) for answer in answers)


def test_no_thread_is_left_behind():
    before = threading.active_count()
    refusal(b"PAR1" + bytes(10_000_000) + b"PAR1")
    assert threading.active_count() == before
