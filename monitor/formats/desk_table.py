"""A desk's own table as text: CSV, a sheet of Excel, parquet, or JSON objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
from annotated_types import Predicate

from monitor.errors import BodyRejected
from monitor.formats import spreadsheet, workbook
from monitor.formats.missing_columns import likeliest_header, missing_columns
from monitor.formats.parquet_table import parquet_rows
from monitor.ingest.calendars import time_zones
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import (
    csv_table,
    dates,
    first_shown,
    json_of,
    rows_in,
    text_of,
    without_date,
    without_words,
)
from monitor.known_names import did_you_mean

# A header further down is none.
MOST_PREAMBLE: Final = 500
LARGEST_EXACT: Final = 2.0**53  # of the whole numbers that a float can be
ABSENT: Final = object()
# Deeper than any publisher's JSON, and before Python's own limit.
MOST_LEVELS: Final = 12
EPOCH_UNITS: Final = {"epoch_s": 1, "epoch_ms": 1000}  # units in a second

# What reads a format, where that is not always installed, with the extra that installs it.
READ_BY: Final = {"xlsx": ("openpyxl", "excel"), "parquet": ("pyarrow", "parquet")}

FeedUrl = Annotated[
    str, Predicate(lambda text: text.startswith(("http://", "https://", "file://")))
]
TimeZone = Annotated[str, Predicate(lambda name: name in time_zones())]


@dataclass(frozen=True)
class Layout:
    """How a table is written: `csv` with its delimiter, `xlsx` or `xls` with its sheet, `parquet`,
    or `json` with the keys that lead to its list of objects."""

    format: str
    rows: str
    delimiter: str
    sheet: str = ""

    def cells(self, body: Body, first: str, wanted: Sequence[str]) -> pd.DataFrame:
        """The cells of some columns as text, a row a row, by the columns' names; `first` is the one
        that no row can do without. Raises BodyRejected."""
        if self.format == "json":
            return _json_table(body, self.rows, [first, *wanted])
        if self.format != "csv":
            names = [first, *wanted]
            return _picked(typed_rows(body, self.format, self.sheet, names), body.url, names)
        lines = text_of(body).splitlines(keepends=True)
        above = _preamble(lines, body.url, [first, *wanted], self.delimiter)
        text = "".join(lines[above:])
        return csv_table(text, body.url, wanted, first, self.delimiter, above)


def missing_reader(kind: str) -> str:
    """What reads a format and is not installed, with its remedy; empty where it is."""
    package, extra = READ_BY.get(kind, ("", ""))
    if not package or find_spec(package) is not None:
        return ""
    remedy = f"install it with: pip install '.[{extra}]' in the checkout"
    return f"format {kind!r} is read by {package}, which is missing: {remedy}"


def typed_rows(
    body: Body, kind: str, sheet: str = "", wanted: Sequence[str] | None = None
) -> list[list[str]]:
    """The rows of a file that has types, as text: numbers as Python writes them, dates as ISO. Of
    parquet only the columns wanted are read, where some are named."""
    read = {"xlsx": spreadsheet.dated_rows, "xls": workbook.dated_rows}
    rows = read[kind](body, sheet) if kind in read else parquet_rows(body, wanted)
    return [[cell_text(cell) for cell in row] for row in rows]


def cell_text(cell: Any) -> str:
    """A cell as CSV would have it. A time of day without a zone is dropped: the date that a sheet
    shows is the date that is meant."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat() if cell.tzinfo else cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT:
        return str(int(cell))
    return str(cell).strip()


def periods(texts: pd.Series[str], style: str, zone: ZoneInfo, url: str) -> pd.DatetimeIndex:
    """The days of a column: written in a style as for strptime, `iso`, `epoch_s` or `epoch_ms`; an
    instant is of its day in the zone. Raises BodyRejected for what is none."""
    if style not in (*EPOCH_UNITS, "iso"):
        return dates(texts, style, url).normalize()
    if style == "iso" and not texts.str.contains("T").any():
        return dates(texts, "%Y-%m-%d", url)
    per_second = EPOCH_UNITS.get(style)
    if per_second is None:
        moments = pd.to_datetime(without_words(texts), utc=True, errors="coerce")
    else:
        seconds = pd.to_numeric(texts, errors="coerce") / per_second
        moments = pd.to_datetime(seconds, unit="s", utc=True, errors="coerce")
    wrong = without_date(moments)
    if wrong.any():
        got = first_shown(texts, wrong)
        raise BodyRejected(url, expected=f"dates in the format {style}", got=got)
    return pd.DatetimeIndex(moments).tz_convert(zone).tz_localize(None).normalize()


def _picked(rows: Sequence[Sequence[str]], url: str, wanted: Sequence[str]) -> pd.DataFrame:
    """Some columns of a sheet by their names, from below its header; rows of nothing left out."""
    names = [name.lower() for name in wanted]
    for number, row in enumerate(rows[:MOST_PREAMBLE]):
        header = [cell.lower() for cell in row]
        if set(names) <= set(header):
            at = [header.index(name) for name in names]
            cells = [[below[place] for place in at] for below in rows[number + 1 :]]
            found = [one for one in cells if any(one)]
            return pd.DataFrame(found, columns=list(wanted), dtype=object)
    raise missing_columns(url, wanted, likeliest_header(rows[:MOST_PREAMBLE], wanted))


def _json_table(body: Body, path: str, wanted: Sequence[str]) -> pd.DataFrame:
    """The rows of a JSON body as text, `path` leading to their list key by key."""
    found: Any = json_of(body)
    for key in path.split(".") if path else ():
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        where = f"at {path!r}" if path else "at the top"
        raise BodyRejected(body.url, expected=f"a list of objects {where}", got="something else")
    rows = [[_at(row, name) for name in wanted] for row in found]
    absent = {
        name: next((number for number, row in enumerate(rows, 1) if row[place] is ABSENT), 0)
        for place, name in enumerate(wanted)
    }
    if any(absent.values()):
        raise _absent_keys(body.url, wanted, absent, found)
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    return pd.DataFrame(cells, columns=list(wanted), dtype=object)


def _absent_keys(
    url: str, wanted: Sequence[str], absent: Mapping[str, int], rows: Sequence[Mapping[str, Any]]
) -> BodyRejected:
    """The refusal of a list by the keys that a row of it lacks: the number of the first such row by
    key, 0 of one that all have."""
    named = [f"{name} (in row {number:,})" for name, number in absent.items() if number]
    name, number = next((name, number) for name, number in absent.items() if number)
    keys = [one for one, _ in leaves(rows[number - 1])]
    meant = did_you_mean(name, keys, "correct the block or the file.")
    return BodyRejected(
        url,
        expected=f"the keys {', '.join(wanted)} in every row",
        got=f"rows without {', '.join(named)}",
        remedy=f"{meant} Nothing of this file was stored",
    )


def leaves(found: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """The single values in a row of JSON, each by its dotted path."""
    if isinstance(found, dict) and len(keys) < MOST_LEVELS:
        for key, inner in found.items():
            if not keys or "." not in key:
                yield from leaves(inner, (*keys, key))
    elif not isinstance(found, list | dict):
        yield ".".join(keys), "" if found is None else str(found)


def _at(row: Mapping[str, Any], column: str) -> Any:
    """The value under a key, or at a dotted path of keys; ABSENT where it leads nowhere or to no
    single value."""
    if column in row:
        found: Any = row[column]
    else:
        found = row
        for key in column.split("."):
            found = found.get(key, ABSENT) if isinstance(found, dict) else ABSENT
    return ABSENT if isinstance(found, dict | list) else found


def _preamble(lines: Sequence[str], url: str, wanted: Sequence[str], delimiter: str) -> int:
    """How many lines lie above the one that has every column wanted. Raises BodyRejected where none
    has."""
    names, headers = {name.lower() for name in wanted}, []
    for number, line in enumerate(lines[:MOST_PREAMBLE]):
        header = next(rows_in([line], url, delimiter), [])
        if names <= {cell.lower() for cell in header}:
            return number
        headers.append(header)
    raise missing_columns(url, wanted, likeliest_header(headers, wanted))
