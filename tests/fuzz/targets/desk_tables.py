"""A desk's own files: read as a `table` in each format, and looked through by `feeds add`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Final

from monitor.config.load import build
from monitor.errors import BodyRejected
from monitor.feeds.detection import detect
from monitor.formats.parquet_table import PARQUET_MAGIC
from monitor.ingest.source import Source
from tests.feed_recipes import nightly_csv, rest_feed, terminal_export
from tests.fuzz.target import Target
from tests.support import TABLE, body, new_york
from tests.table_files import parquet, xls, xlsx

AT: Final = new_york("2025-04-11 12:00")
TODAY: Final = date(2025, 4, 11)
ROWS: Final = [
    ["date", "close"],
    *([f"2025-04-{day:02}", f"{100 + day}.5"] for day in range(1, 11)),
]
WORDS: Final = ("date", "close", "#N/A N/A", "2025-04-10", "10.04.2025", "1,5", "\t", "null")
# parquet is read in a process of its own, without branches that are counted: some inputs a second.
MORE: Final = {
    "csv": ("monitor.ingest.payload_parsing",),
    "json": ("monitor.ingest.payload_parsing",),
    "xlsx": ("monitor.formats.spreadsheet", "monitor.ingest.unpacking"),
    "xls": ("monitor.formats.workbook",),
    "parquet": ("monitor.formats.parquet_table", "monitor.formats.parquet_child"),
}


def targets() -> Iterator[Target]:
    """One for each format, and those that find out what a file is."""
    for kind in formats():
        yield Target(
            f"table.{kind}",
            partial(_read, kind),
            partial(_seeds, kind),
            ("monitor.sources.table", "monitor.formats.desk_table", *MORE[kind]),
            WORDS,
            most_bytes=1 << 15,
        )
    yield Target(
        "feeds.detection",
        _detect,
        _files,
        ("monitor.feeds.detection", "monitor.feeds.grids", "monitor.feeds.date_readings"),
        WORDS,
        most_bytes=1 << 15,
    )


def formats() -> tuple[str, ...]:
    """Every format that a table may have."""
    return tuple(MORE)


@cache
def _table(kind: str) -> Source:
    columns = {"close": {"column": "close", "title": "Close", "unit": "index"}}
    block = {
        **TABLE, "type": "table", "base_url": "http://feed", "format": kind, "columns": columns,
        "date_column": "date", "date_format": "iso", "delimiter": ",",
    }  # fmt: skip
    return build({"sources": {"own": block}}, {}, Path()).sources["own"]


def _read(kind: str, content: bytes) -> None:
    try:
        frame = _table(kind).parse(body(content), AT)
    except BodyRejected:
        return
    assert not frame.index.hasnans
    assert [*frame.columns] == ["own.close"]


def _seeds(kind: str) -> Iterator[bytes]:
    text = "\n".join(",".join(row) for row in ROWS).encode()
    objects = ",".join(f'{{"date":"{day}","close":{value}}}' for day, value in ROWS[1:])
    days = [date.fromisoformat(day) for day, _ in ROWS[1:]]
    made = {
        "csv": text,
        "json": f"[{objects}]".encode(),
        "xlsx": xlsx({"Sheet": ROWS}),
        "xls": xls({"Sheet": ROWS}),
        "parquet": parquet({"date": days, "close": [float(value) for _, value in ROWS[1:]]}),
    }
    yield made[kind]


def _files() -> Iterator[bytes]:
    for kind in formats():
        if kind != "parquet":
            yield from _seeds(kind)
    yield nightly_csv()[:1500]
    yield rest_feed()
    yield terminal_export()


def _detect(content: bytes) -> None:
    if content.startswith(PARQUET_MAGIC):  # takes a third of a second, and has a target of its own
        return
    try:
        found = detect(body(content), TODAY)
    except BodyRejected:
        return
    assert found.numeric
    assert found.readings
