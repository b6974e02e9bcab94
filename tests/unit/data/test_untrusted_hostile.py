"""Files made to harm: they end in a sentence, never in a crash, a hang or a full machine."""

import io
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hccviz.data import untrusted, watch
from hccviz.data.untrusted import MB, ReadLimits, read_untrusted
from hccviz.data.watch import Watch
from hccviz.domain.errors import CohortFileError


def parquet(table: pa.Table, **options) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def refusal(data, **limits) -> str:
    with pytest.raises(CohortFileError) as caught:
        read_untrusted(data, limits=ReadLimits(**limits))
    return str(caught.value)


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """Return a file of a few kilobytes that unpacks to 2 GB: one long text, many times."""
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 400, pa.int32()), ["x" * 5 * MB])
    data = parquet(pa.table({"note": words}), compression="zstd")
    assert len(data) < 100_000
    return data


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kernel limits are Linux's")
def test_a_small_file_cannot_take_the_memory(bomb):
    message = refusal(bomb, memory_bytes=800 * 2**20)
    assert "memory" in message
    assert "839 MB" in message


def test_where_the_kernel_sets_no_limit_a_watchdog_does(bomb, monkeypatch):
    pytest.importorskip("psutil")
    monkeypatch.setattr(watch, "has_kernel_limits", lambda: False)
    monkeypatch.setattr(untrusted, "has_kernel_limits", lambda: False)
    assert "memory" in refusal(bomb, memory_bytes=400 * 2**20)


def test_without_a_watchdog_nothing_is_read(bomb, monkeypatch):
    monkeypatch.setattr(watch, "has_kernel_limits", lambda: False)
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert "psutil" in refusal(bomb)


def test_the_answer_is_capped():
    table = pa.table({"x": pa.array([0.0] * 1_000_000)})
    assert "in memory" in refusal(parquet(table), answer_bytes=2 * MB)


def test_a_slow_child_is_stopped(monkeypatch, tmp_path):
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(untrusted, "_CHILD", sleeper)
    start = time.monotonic()
    assert "too long" in refusal(b"PAR1" + bytes(20 * MB) + b"PAR1", wall_seconds=0.5)
    assert time.monotonic() - start < 10


def test_a_child_that_floods_is_stopped(monkeypatch, tmp_path):
    flood = tmp_path / "flood.py"
    flood.write_text("import sys\nwhile True: sys.stdout.buffer.write(b'x' * 10_000_000)")
    monkeypatch.setattr(untrusted, "_CHILD", flood)
    assert "in memory" in refusal(b"PAR1" + bytes(20) + b"PAR1", answer_bytes=1 * MB)


@pytest.mark.parametrize(
    "script",
    [
        "import os; os.abort()",
        "import sys; sys.stdout.buffer.write(b'no arrow stream')",
        "import sys; sys.stderr.write('not json'); sys.exit(3)",
        'import sys; sys.stderr.write(\'{"reason": "unheard of", "found": 1}\'); sys.exit(3)',
    ],
)
def test_a_child_that_fails_is_a_sentence(monkeypatch, tmp_path, script):
    child = tmp_path / "child.py"
    child.write_text(script)
    monkeypatch.setattr(untrusted, "_CHILD", child)
    assert "made the reader fail" in refusal(b"PAR1" + bytes(20) + b"PAR1")


def test_a_child_that_cannot_start_is_a_sentence(monkeypatch):
    monkeypatch.setattr(untrusted.sys, "executable", "/nowhere/python")
    assert "could not start" in refusal(b"PAR1" + bytes(20) + b"PAR1")


def test_the_child_cannot_open_a_file_or_a_socket(tmp_path):
    pytest.importorskip("resource")
    probe = (
        "import socket, sys; sys.path.insert(0, sys.argv[1])\n"
        "from untrusted_child import close_the_door\n"
        "close_the_door()\n"
        "for use in (lambda: open('/dev/null'), socket.socket):\n"
        "    try: use(); print('open')\n"
        "    except OSError: print('refused')\n"
    )
    folder = os.path.dirname(untrusted.__file__)
    said = subprocess.run(
        [sys.executable, "-I", "-c", probe, folder], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["refused", "refused"]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"columns": 2}, "3 columns; expected at most 2"),
        ({"rows": 3}, "4 rows; expected at most 3"),
        ({"row_groups": 1}, "2 row groups; expected at most 1"),
        ({"uncompressed_bytes": 10}, "unpacks to"),
        ({"file_bytes": 100}, "expected at most"),
        ({"metadata_bytes": 3}, "description inside this file has 8 bytes"),
    ],
)
def test_the_table_of_contents_is_held_to_its_caps(limits, words):
    table = pa.table({"a": [1, 2, 3, 4], "b": [1, 2, 3, 4], "c": [1, 2, 3, 4]})
    table = table.replace_schema_metadata({b"hccviz": b"{ "[:1] * 8})
    assert words in refusal(parquet(table, row_group_size=2), **limits)


def test_a_table_of_contents_that_lies_about_its_rows_is_refused():
    data = parquet(pa.table({"a": pa.nulls(77_777, pa.bool_())}), store_schema=False)
    written, lie = bytes.fromhex("a2bf09"), bytes.fromhex("a4bf09")  # 77,777 and 77,778, zigzag
    footer = data.rindex(b"schema")  # the name of the root, near the start of the footer
    place = data.index(written, footer)
    message = refusal(data[:place] + lie + data[place + 3 :])
    assert "do not add up to the 77,778 rows" in message


def test_mutated_files_never_do_more_than_fail():
    table = pa.table(
        {
            "patient_id": [f"p{i}" for i in range(200)],
            "os_months": [i / 7 for i in range(200)],
            "sex": pa.array(["f", "m"] * 100).dictionary_encode(),
            "lists": [[1, 2]] * 200,
        }
    )
    seeds = [parquet(table), parquet(table, compression="none", use_dictionary=False)]
    dice = random.Random(20)

    def mutated() -> bytes:
        data = bytearray(dice.choice(seeds))
        for _ in range(dice.choice([1, 2, 5])):
            data[dice.randrange(4, len(data) - 8)] = dice.choice([0, 0x7F, 0x80, 0xFF])
        return bytes(data)

    def read(data: bytes) -> bool:
        try:
            return read_untrusted(data).num_rows > 0
        except CohortFileError as error:
            return str(error).endswith(".")

    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(read, [mutated() for _ in range(16)]))


def test_a_watch_on_a_child_that_is_gone_ends_quietly(monkeypatch):
    pytest.importorskip("psutil")
    monkeypatch.setattr(watch, "has_kernel_limits", lambda: False)
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    guard = Watch(child, 5, 10**9)
    guard.start()
    guard.stop()
    assert guard.reason == ""
