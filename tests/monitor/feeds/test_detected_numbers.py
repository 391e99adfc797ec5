"""Whatever a table is like, the block that is made for it reads the numbers that were written."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.load import build
from monitor.feeds.detection import detect
from monitor.ingest.http import Body
from tests.table_files import parquet, xlsx

AT: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
STYLES: Final = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%d-%b-%Y", "%d %B %Y", "%Y/%m/%d",
    "%d.%m.%Y %H:%M", "%m/%d/%y",
)  # fmt: skip
PREAMBLES: Final[tuple[list[list[str]], ...]] = (
    [], [["Exported on 2025-04-10"]], [["Terms"], ["Field", "PX_LAST", ""], ["From", "2024-01-01"]],
)  # fmt: skip

Drawn = dict[str, Any]


def _days(start: date, count: int, frequency: str) -> list[date]:
    if frequency == "week":
        return [start + timedelta(weeks=one) for one in range(count)]
    if frequency == "month":
        return [stamp.date() for stamp in pd.date_range(start, periods=count, freq="ME")]
    return [stamp.date() for stamp in pd.bdate_range(start, periods=count)]


@st.composite
def tables(draw: st.DrawFn) -> Drawn:
    frequency = draw(st.sampled_from(["session", "week", "month"]))
    start = draw(st.dates(date(2000, 1, 3), date(2015, 1, 1)))
    days = _days(start, draw(st.integers(5, 60)), frequency)
    digits = draw(st.integers(1, 4))
    number = st.integers(-(10**7), 10**7).map(lambda one: round(one / 10**digits, digits))
    columns = {
        name: draw(st.lists(st.none() | number, min_size=len(days), max_size=len(days)))
        for name in draw(st.permutations(["Last", "Vol 1"]))
    }
    columns[next(iter(columns))][0] = 1.5  # a column of nothing is none of numbers
    columns["Last"][-1] = columns["Vol 1"][-1] = 2.5
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    return {
        "frequency": frequency,
        "days": days,
        "columns": columns,
        "delimiter": delimiter,
        "decimal": "." if delimiter == "," else draw(st.sampled_from([".", ","])),
        "style": draw(st.sampled_from(STYLES)),
        "preamble": draw(st.sampled_from(PREAMBLES)),
        "date_at": draw(st.integers(0, 2)),
        "newest_first": draw(st.booleans()),
        "format": draw(st.sampled_from(["csv", "csv", "csv", "json", "xlsx", "parquet"])),
    }


def _text(value: str | float | None, decimal: str) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else f"{value!r}".replace(".", decimal)


def _written(drawn: Drawn) -> bytes:
    names = [*drawn["columns"]]
    names.insert(drawn["date_at"], "Day")
    dated = [day.strftime(drawn["style"]) for day in drawn["days"]]
    if drawn["format"] in ("xlsx", "parquet"):
        dated = drawn["days"]
    columns = {**drawn["columns"], "Day": dated}
    rows = [[columns[name][row] for name in names] for row in range(len(dated))]
    rows = rows[::-1] if drawn["newest_first"] else rows
    if drawn["format"] == "parquet":
        return parquet({name: [row[at] for row in rows] for at, name in enumerate(names)})
    if drawn["format"] == "xlsx":
        return xlsx({"Data": [*drawn["preamble"], names, *rows]})
    if drawn["format"] == "json":
        items = [dict(zip(names, row, strict=True)) for row in rows]
        return json.dumps({"meta": {"rows": len(items)}, "items": items}).encode()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=drawn["delimiter"], lineterminator="\n")
    writer.writerows(drawn["preamble"])
    writer.writerow(names)
    writer.writerows(
        [
            [one if isinstance(one, str) else _text(one, drawn["decimal"]) for one in row]
            for row in rows
        ]
    )
    return text.getvalue().encode()


@given(tables())
def test_the_block_that_is_found_reads_the_numbers_that_were_written(drawn: Drawn) -> None:
    body = Body("file:///srv/f", _written(drawn), "", None, None)
    found = detect(body, AT.date())
    wanted = pd.DatetimeIndex(drawn["days"][:: -1 if drawn["newest_first"] else 1])
    (reading,) = (one for one in found.readings if one.days.equals(wanted))
    assert reading.frequency == drawn["frequency"]
    keys = {"Last": "last", "Vol 1": "vol"}
    block = {
        "type": "table", "publisher": "x", "base_url": "file:///srv", "path": "/f",
        **found.settings, "date_column": found.date_column, "date_format": reading.style,
        "frequency": reading.frequency, "market": "weekdays",
        "columns": {
            key: {"column": name, "title": name, "unit": "count"} for name, key in keys.items()
        },
    }  # fmt: skip
    source = build({"sources": {"own": block}}, {}, Path()).sources["own"]
    frame = source.parse(body, AT)
    assert pd.DatetimeIndex(frame.index).equals(wanted)
    for name, key in keys.items():
        read = [None if math.isnan(one) else one for one in frame.sort_index()[f"own.{key}"]]
        assert read == drawn["columns"][name]
