"""Reading parquet bytes that nobody vouches for, in a child process with hard limits.

A crafted file of a few hundred bytes can ask a parquet reader for gigabytes, or stop the whole
process. So the bytes go to a child (`untrusted_child`) with caps on address space, processor time,
wall time and answer; it opens no file and no socket. What it sends back is an Arrow stream, which
is validated once more here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from hccviz.data.refusals import kind_of_bytes, refusal_sentence
from hccviz.data.untrusted_child import METADATA_KEY, REFUSED, plain_type
from hccviz.data.watch import Watch, has_kernel_limits
from hccviz.domain.errors import CohortFileError

MB = 1_000_000
_CHILD = Path(__file__).with_name("untrusted_child.py")
_PACKAGES = str(Path(pa.__file__).parent.parent)
_CHUNK = 1 << 20
_SLOTS = threading.BoundedSemaphore(2)  # children at a time, for all sessions together


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much one untrusted file may ask for.

    Attributes
    ----------
    file_bytes, footer_bytes, metadata_bytes
        The file, its table of contents, and its own ``hccviz`` entry.
    rows, columns, row_groups, column_chunks
        Of the table; a column chunk is one column of one row group.
    uncompressed_bytes, answer_bytes
        Of the data as its table of contents declares it, and of the table handed back.
    memory_bytes, cpu_seconds, wall_seconds
        Of the child process.
    name_chars
        Longest column name that is read.
    """

    file_bytes: int = 200 * MB
    footer_bytes: int = 32 * MB
    metadata_bytes: int = 1 * MB
    rows: int = 5_000_000
    columns: int = 2_000
    row_groups: int = 10_000
    column_chunks: int = 200_000
    uncompressed_bytes: int = 2_000 * MB
    answer_bytes: int = 1_000 * MB
    memory_bytes: int = 4_096 * 2**20
    cpu_seconds: int = 60
    wall_seconds: float = 90.0
    name_chars: int = 200


DEFAULT = ReadLimits()


def read_untrusted(data: bytes | Path, *, limits: ReadLimits = DEFAULT) -> pa.Table:
    """Read a parquet file from outside, given as bytes or (command line) as a path.

    Parameters
    ----------
    data
        The bytes of an upload, never written to a file; or the path of a file of the user's own.
    limits
        Caps on what the file may ask for.

    Returns
    -------
    pyarrow.Table
        At least one row and one column; booleans, integers, floats, strings, dates, timestamps
        (UTC, no zone) or all-null columns. A column that was not read (nested type, name too long)
        is there as an all-null column whose field metadata ``hccviz.unread`` says why; a name that
        occurs twice occurs twice. `check_table` reports both. Of the file's metadata only the key
        ``hccviz`` is kept.

    Raises
    ------
    CohortFileError
        When the file cannot be read within the limits; one sentence says found, expected, do.
    """
    if not _SLOTS.acquire(timeout=limits.wall_seconds):
        raise CohortFileError(refusal_sentence("busy", "", asdict(limits)))
    try:
        with _standard_input(data, limits) as source:
            answer = _run_child(source, limits)
    finally:
        _SLOTS.release()
    return _checked_table(answer, limits)


@contextmanager
def _standard_input(data: bytes | Path, limits: ReadLimits) -> Iterator[bytes | IO[bytes]]:
    if isinstance(data, bytes):
        _look(data[:16], data[-4:], len(data), limits)
        yield data
        return
    try:
        if not data.is_file():
            found = "folder" if data.is_dir() else "no_file"
            raise CohortFileError(refusal_sentence(found, str(data), asdict(limits)))
        file = data.open("rb", buffering=0)
    except OSError as error:
        raise CohortFileError(
            refusal_sentence("no_file", f"{data} ({error.strerror})", asdict(limits))
        ) from error
    with file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(16)
        file.seek(max(size - 4, 0))
        _look(head, file.read(4), size, limits)
        file.seek(0)
        yield file


def _look(head: bytes, tail: bytes, size: int, limits: ReadLimits) -> None:
    """Refuse what is plainly no parquet file by its first and last bytes, without a child."""
    reason, found = kind_of_bytes(head, tail, size)
    if size > limits.file_bytes:
        reason, found = "file_bytes", str(size)
    if reason:
        raise CohortFileError(refusal_sentence(reason, found, asdict(limits)))


def _start(source: bytes | IO[bytes], limits: ReadLimits) -> subprocess.Popen[bytes]:
    wanted = asdict(limits)
    if not has_kernel_limits():
        wanted["memory_bytes"] = None
    request = json.dumps({"limits": wanted, "packages": _PACKAGES})
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {
        "ARROW_DEFAULT_MEMORY_POOL": "system", "ARROW_IO_THREADS": "1",
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    try:
        return subprocess.Popen(
            [sys.executable, "-I", str(_CHILD), request],
            stdin=subprocess.PIPE if isinstance(source, bytes) else source,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, close_fds=True,
        )  # fmt: skip
    except OSError as error:
        raise CohortFileError(refusal_sentence("start", "", wanted | asdict(limits))) from error


def _feed(pipe: IO[bytes], data: bytes) -> None:
    with suppress(OSError, ValueError):  # the child stopped early: its exit status says why
        pipe.write(data)
    with suppress(OSError, ValueError):
        pipe.close()


def _run_child(source: bytes | IO[bytes], limits: ReadLimits) -> bytearray:
    """Return the Arrow stream of a child that ended well; raise what stopped it otherwise."""
    child = _start(source, limits)
    watch = Watch(child, limits.wall_seconds, limits.memory_bytes)
    feeder = None
    try:
        watch.start()
        if child.stdin is not None and isinstance(source, bytes):
            feeder = threading.Thread(target=_feed, args=(child.stdin, source), daemon=True)
            feeder.start()
        assert child.stdout is not None
        assert child.stderr is not None
        answer = bytearray()
        while block := child.stdout.read(_CHUNK):
            answer += block
            if len(answer) > limits.answer_bytes + 64 * MB:
                child.kill()
                raise CohortFileError(
                    refusal_sentence("answer_bytes", str(len(answer)), asdict(limits))
                )
        complaint = child.stderr.read(_CHUNK)
        status = child.wait()
    finally:
        child.kill()
        child.wait()
        watch.stop()
        if feeder is not None:
            feeder.join()
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
    if status != 0 or watch.reason:
        reason, found = (watch.reason, "") if watch.reason else _why(status, complaint)
        raise CohortFileError(refusal_sentence(reason, found, asdict(limits)))
    return answer


def _why(status: int, complaint: bytes) -> tuple[str, str]:
    """Return reason and detail of a child that did not end well."""
    if status == REFUSED:
        try:
            said: Any = json.loads(complaint)
            return str(said["reason"]), str(said["found"])
        except (ValueError, KeyError, TypeError):
            return "crash", ""
    if -status in (24, 9):  # SIGXCPU; SIGKILL by the hard processor limit or a full machine
        return ("time" if status == -24 else "killed"), ""
    return "crash", str(status)


def _checked_table(answer: bytearray, limits: ReadLimits) -> pa.Table:
    """Validate the child's answer as if it too came from outside."""
    try:
        with pa.ipc.open_stream(pa.py_buffer(answer)) as stream:
            table = stream.read_all()
        table.validate(full=True)
        plain = all(plain_type(field.type) == field.type for field in table.schema)
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        raise CohortFileError(refusal_sentence("crash", "", asdict(limits))) from error
    shape_ok = 0 < table.num_rows <= limits.rows and 0 < table.num_columns <= limits.columns
    if not (plain and shape_ok):
        raise CohortFileError(refusal_sentence("crash", "", asdict(limits)))
    own = (table.schema.metadata or {}).get(METADATA_KEY)
    return table.replace_schema_metadata({METADATA_KEY: own} if own else None)
