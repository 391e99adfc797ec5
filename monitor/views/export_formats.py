"""Rows as CSV, JSON, JSON lines or parquet, written one after another into a stream of bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import IO, Any, Final

from alerts.clean import clean_lines
from monitor.errors import HavenwatchError
from state.instants import to_text

Row = Mapping[str, Any]
Columns = Mapping[str, type]

BATCH_ROWS: Final = 20_000
# A spreadsheet takes a cell that begins so for a formula. An apostrophe before it is the usual
# cure: spreadsheets hide it, other programs see it.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_csv(rows: Iterable[Row], columns: Columns, stream: IO[bytes]) -> int:
    """How many rows were written: a header and a line each, numbers as Python writes them, instants
    as ISO 8601 in UTC, nothing where there is no value."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        count = 0
        for row in rows:
            writer.writerow([_cell(row[name]) for name in columns])
            count += 1
    finally:
        text.detach()  # else the stream, maybe standard output, is closed with the wrapper
    return count


def write_json(rows: Iterable[Row], columns: Columns, stream: IO[bytes]) -> int:
    """How many rows were written: a list of objects, one a line."""
    count = 0
    for row in rows:
        stream.write(b"[\n" if count == 0 else b",\n")
        stream.write(_json_line(row, columns))
        count += 1
    stream.write(b"\n]\n" if count else b"[]\n")
    return count


def write_json_lines(rows: Iterable[Row], columns: Columns, stream: IO[bytes]) -> int:
    """How many rows were written: an object a line, so that each can be read when it is there."""
    count = 0
    for row in rows:
        stream.write(_json_line(row, columns) + b"\n")
        count += 1
    return count


def write_parquet(rows: Iterable[Row], columns: Columns, stream: IO[bytes]) -> int:
    """How many rows were written, in groups; dates, instants and numbers are of those types."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise HavenwatchError(
            "export --format parquet",
            expected="pyarrow, which writes parquet",
            got="a Python without it",
            remedy="install it with: pip install '.[parquet]' in its checkout, or take csv",
        ) from None
    types = {
        str: pa.string(), float: pa.float64(), int: pa.int64(), bool: pa.bool_(),
        date: pa.date32(), datetime: pa.timestamp("ms", tz="UTC"), dict: pa.string(),
    }  # fmt: skip
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    count = 0
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            cells = {name: [_column_value(row[name]) for row in batch] for name in columns}
            writer.write_table(pa.table(cells, schema=schema))
            count += len(batch)
    return count


WRITERS: Final = {
    "csv": write_csv, "json": write_json, "jsonl": write_json_lines, "parquet": write_parquet,
}  # fmt: skip


def _json_line(row: Row, columns: Columns) -> bytes:
    line = json.dumps({name: _plain(row[name]) for name in columns}, ensure_ascii=False)
    return line.encode()


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH_ROWS)):
        yield batch


def _cell(value: Any) -> Any:
    """A value as a CSV cell; text that would be a formula is made text again."""
    value = _column_value(_plain(value))
    if isinstance(value, str):
        value = clean_lines(value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    if isinstance(value, bool):
        return str(value).lower()
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _column_value(value: Any) -> Any:
    """Lists and objects as JSON: a column holds text."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
