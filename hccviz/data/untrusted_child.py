"""The child that reads bytes nobody vouches for: parquet in, checked Arrow stream out.

`hccviz.data.untrusted` runs this file as a script, isolated and on its own: it imports nothing of
hccviz. It takes the bytes on standard input and the limits as JSON in its first argument.

Exit status 0: the stream on standard output is whole. Exit status 3: refused, with a JSON
``{"reason": …, "found": …}`` on standard error. Anything else: the child was stopped.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

REFUSED = 3
UNREAD = b"hccviz.unread"
METADATA_KEY = b"hccviz"

_BATCH_ROWS = 65_536
_SHOWN_NAME = 60
_PLAIN = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float", "double", "string", "large_string", "date32[day]", "date64[ms]", "null",
)  # fmt: skip


class Refusal(Exception):  # noqa: N818  (a verdict on the file, not an error of the program)
    """The file will not be read; ``reason`` is a key that the parent has a sentence for."""

    def __init__(self, reason: str, found: Any = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.found = found


def plain_type(kind: Any) -> Any:
    """Return the simple type that a column of this Arrow type is handed on as.

    Returns
    -------
    pyarrow.DataType or None
        None when columns of this type are not read (lists, structures, bytes, times of day).
    """
    import pyarrow as pa

    is_a = pa.types
    if is_a.is_timestamp(kind):
        return pa.timestamp(kind.unit)
    if is_a.is_dictionary(kind):
        return plain_type(kind.value_type)
    if is_a.is_decimal(kind) or is_a.is_float16(kind):
        return pa.float64()
    if is_a.is_large_string(kind) or str(kind) == "string_view":
        return pa.string()
    return kind if str(kind) in _PLAIN else None


def limit_this_process(limits: dict[str, Any]) -> None:
    """Cap address space and processor time; no core dump, no file may grow."""
    try:
        import resource
    except ImportError:  # Windows: the parent watches instead
        return
    cpu = int(limits["cpu_seconds"])
    wanted = [
        ("RLIMIT_AS", limits["memory_bytes"]),
        ("RLIMIT_CPU", cpu),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
    ]
    for name, value in wanted:
        which = getattr(resource, name, None)
        if which is None or value is None:
            continue
        try:
            resource.setrlimit(which, (value, value + 1 if name == "RLIMIT_CPU" else value))
        except (ValueError, OSError):
            continue  # macOS refuses RLIMIT_AS: the parent watches instead


def close_the_door() -> None:
    """Allow no further file or socket: from here on only the three standard streams exist."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    except (ImportError, ValueError, OSError):
        return


def check_footer(metadata: Any, limits: dict[str, Any]) -> None:
    """Refuse a file whose table of contents is too large or contradicts itself."""
    columns, groups, rows = metadata.num_columns, metadata.num_row_groups, metadata.num_rows
    for reason, value in (("columns", columns), ("row_groups", groups), ("rows", rows)):
        if not 0 <= value <= limits[reason]:
            raise Refusal(reason, value)
    if columns * groups > limits["column_chunks"]:
        raise Refusal("row_groups", groups)
    if rows == 0:
        raise Refusal("no_rows")
    if columns == 0:
        raise Refusal("no_columns")
    parts = [metadata.row_group(i) for i in range(groups)]
    if sum(part.num_rows for part in parts) != rows or any(part.num_rows < 0 for part in parts):
        raise Refusal("row_sum", rows)
    sizes = [part.column(j).total_uncompressed_size for part in parts for j in range(columns)]
    if min(sizes, default=0) < 0:
        raise Refusal("footer", min(sizes))
    if sum(sizes) > limits["uncompressed_bytes"]:
        raise Refusal("uncompressed_bytes", sum(sizes))


def output_schema(schema: Any, limits: dict[str, Any], own: bytes) -> Any:
    """Return the schema of the answer; a column that is not read becomes an empty, marked one."""
    import pyarrow as pa

    fields = []
    for field in schema:
        kind = plain_type(field.type)
        if len(field.name) > limits["name_chars"]:
            short = field.name[:_SHOWN_NAME] + "…"
            fields.append(pa.field(short, pa.null(), metadata={UNREAD: b"name"}))
        elif kind is None:
            note = {UNREAD: str(field.type)[:_SHOWN_NAME].encode()}
            fields.append(pa.field(field.name, pa.null(), metadata=note))
        else:
            fields.append(pa.field(field.name, kind))
    return pa.schema(fields, metadata={METADATA_KEY: own} if own else None)


def leaf_columns(kind: Any) -> int:
    """Return how many parquet columns an Arrow type takes: one, or those of its parts."""
    return sum(leaf_columns(kind.field(i).type) for i in range(kind.num_fields)) or 1


def columns_to_read(found: Any, schema: Any) -> list[int]:
    """Return the parquet column numbers of all columns but the marked ones."""
    wanted, place = [], 0
    for field, answer in zip(found, schema, strict=True):
        if UNREAD not in (answer.metadata or {}):
            wanted.append(place)
        place += leaf_columns(field.type)
    return wanted


def convert(batch: Any, schema: Any) -> Any:
    """Return one batch with the simple types of ``schema``, every value validated."""
    import pyarrow as pa

    batch.validate(full=True)
    columns, read = [], iter(batch.columns)
    for field in schema:
        if UNREAD in (field.metadata or {}):
            columns.append(pa.nulls(batch.num_rows))
            continue
        column = next(read)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        columns.append(column if column.type == field.type else column.cast(field.type))
    plain = pa.RecordBatch.from_arrays(columns, schema=schema)
    plain.validate(full=True)
    return plain


def send(source: Any, limits: dict[str, Any], sink: Any) -> None:
    """Read the parquet bytes of ``source`` batch by batch and write an Arrow stream to ``sink``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(
            source, page_checksum_verification=True, arrow_extensions_enabled=False,
            pre_buffer=False, thrift_string_size_limit=limits["footer_bytes"],
            thrift_container_size_limit=limits["column_chunks"],
        )  # fmt: skip
        check_footer(file.metadata, limits)
        own = (file.metadata.metadata or {}).get(METADATA_KEY, b"")
        if len(own) > limits["metadata_bytes"]:
            raise Refusal("metadata_bytes", len(own))
        schema = output_schema(file.schema_arrow, limits, own)
        wanted = columns_to_read(file.schema_arrow, schema)
        groups = range(file.metadata.num_row_groups)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal("footer", type(error).__name__) from error
    sent = rows = 0
    with pa.ipc.new_stream(sink, schema) as stream:
        for batch in file.reader.iter_batches(_BATCH_ROWS, groups, wanted, use_threads=False):
            plain = convert(batch, schema)
            sent, rows = sent + plain.nbytes, rows + plain.num_rows
            if sent > limits["answer_bytes"]:
                raise Refusal("answer_bytes", sent)
            if rows > limits["rows"]:
                raise Refusal("rows", rows)
            stream.write_batch(plain)
    if rows != file.metadata.num_rows:
        raise Refusal("row_sum", rows)


def main(argument: str) -> int:
    """Read standard input under the limits of ``argument``; return the exit status."""
    request = json.loads(argument)
    limits = request["limits"]
    limit_this_process(limits)
    sys.path.append(request["packages"])  # where the parent found pyarrow, last in the search
    try:
        import pyarrow as pa
        import pyarrow.compute  # everything is loaded before no more file may be opened
        import pyarrow.parquet
    except (ImportError, MemoryError) as error:
        return refuse(Refusal("start", str(error)))
    close_the_door()
    try:
        send(pa.BufferReader(sys.stdin.buffer.read()), limits, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except Refusal as refusal:
        return refuse(refusal)
    except MemoryError:
        return refuse(Refusal("memory"))
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        return refuse(Refusal("pages", type(error).__name__))
    return 0


def refuse(refusal: Refusal) -> int:
    """Write the reason to standard error; return the exit status of a refusal."""
    answer = json.dumps({"reason": refusal.reason, "found": str(refusal.found)[:200]})
    os.write(2, answer.encode())
    return REFUSED


if __name__ == "__main__":
    status = main(sys.argv[1])
    os._exit(status)  # nothing to tidy: leave before any finaliser meets damaged memory
