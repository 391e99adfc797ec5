"""What a file of a table is: the header below its preamble, its dates, and its numbers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from monitor.errors import BodyRejected
from monitor.feeds.date_readings import DateReading, date_readings, is_dates
from monitor.feeds.grids import Grid, grids
from monitor.formats.desk_table import MOST_PREAMBLE
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import MISSING
from monitor.known_names import listed

NUMBER: Final = {
    mark: re.compile(rf"[+-]?(\d+({re.escape(mark)}\d*)?|{re.escape(mark)}\d+)([eE][+-]?\d+)?")
    for mark in (".", ",")
}
WANTED: Final = "a header, a column of dates in order, and a column of numbers"


@dataclass(frozen=True)
class Detected:
    """A table in a file. `settings` are those of its layout, `readings` the ways in which its dates
    can be read, of which one is right; `numeric` are its columns of numbers, with their texts;
    `others` the other columns, with the first cell that is no number where most are."""

    settings: Mapping[str, str]
    has_preamble: bool
    date_column: str
    readings: Sequence[DateReading]
    numeric: Mapping[str, Sequence[str]]
    others: Mapping[str, str]

    @property
    def cells(self) -> int:
        """How many numbers it has at most."""
        return sum(map(len, self.numeric.values()))


def detect(body: Body, today: date, sheet: str = "", rows: str = "", dated: str = "") -> Detected:
    """The largest table in a file, of those in a sheet, at some keys, or with a column of dates
    that is named. Raises BodyRejected, which says what the file has instead."""
    found: list[Detected] = []
    reasons: list[str] = []
    read = grids(body, sheet, rows)
    for grid in read:
        for one in _tables(grid, today, dated):
            if isinstance(one, Detected):
                found.append(one)
            else:
                reasons.append(one)
    if not found:
        got = reasons[0] if reasons else _undated(read, dated)
        raise BodyRejected(body.url, expected=WANTED, got=got)
    return max(found, key=lambda one: one.cells)


def _tables(grid: Grid, today: date, dated: str) -> Iterator[Detected | str]:
    """The table of each column of dates in a grid, or why it is none."""
    rows = [(number, row) for number, row in enumerate(grid.rows) if any(row)]
    width = len(rows[-1][1]) if rows else 0
    for place in range(width):
        start = _first_data_row(rows, place)
        if not 0 < start < len(rows) or len(rows[start - 1][1]) <= place:
            continue
        number, header = rows[start - 1]
        data = [row for _, row in rows[start:]]
        if dated and header[place].lower() != dated.lower():
            continue
        texts = [row[place] for row in data]
        if not is_dates(texts):
            continue
        name = header[place]
        uneven = next((row for row in data if len(row) != len(header)), None)
        readings = date_readings(texts, today) if uneven is None else []
        decimal, columns = _numbers(header, data, place)
        if uneven is not None:
            shown = " ".join(uneven)[:40]
            yield f"{len(uneven)} cells under a header of {len(header)}: {shown!r}"
        elif not readings:
            yield _why_unread(name, texts)
        elif not columns:
            yield _why_no_numbers(name, _unread_cells(header, data, place, columns, decimal))
        elif number < MOST_PREAMBLE:
            others = _unread_cells(header, data, place, columns, decimal)
            settings = dict(grid.settings) | ({"decimal": decimal} if decimal != "." else {})
            yield Detected(settings, start > 1, name, readings, columns, others)


def _first_data_row(rows: Sequence[tuple[int, Sequence[str]]], place: int) -> int:
    """Behind the last cell of a column, from below, that has no digit and so is no date."""
    for start in range(len(rows), 0, -1):
        row = rows[start - 1][1]
        if place >= len(row) or not any(map(str.isdecimal, row[place])):
            return start
    return 0


def _numbers(
    header: Sequence[str], data: Sequence[Sequence[str]], dates_at: int
) -> tuple[str, dict[str, list[str]]]:
    """The decimal mark and the columns of numbers: by the mark that gives more of them."""
    found = {mark: _numeric_columns(header, data, dates_at, mark) for mark in NUMBER}
    mark = max(found, key=lambda each: len(found[each]))
    return mark, found[mark]


def _numeric_columns(
    header: Sequence[str], data: Sequence[Sequence[str]], dates_at: int, mark: str
) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for place, name in enumerate(header):
        # The first of two columns of one name is the one that is read.
        if place == dates_at or not name or header.index(name) != place:
            continue
        texts = [row[place] if place < len(row) else "" for row in data]
        said = [text for text in texts if text not in MISSING]
        if said and all(NUMBER[mark].fullmatch(text) for text in said):
            columns[name] = texts
    return columns


def _unread_cells(
    header: Sequence[str],
    data: Sequence[Sequence[str]],
    dates_at: int,
    columns: Collection[str],
    mark: str,
) -> dict[str, str]:
    """The columns that are none of numbers, each with its first cell that is none and the date of
    its row; with nothing where most of its cells are words."""
    found: dict[str, str] = {}
    for place, name in enumerate(header):
        if place == dates_at or not name or name in columns or name in found:
            continue
        said = [row for row in data if row[place] not in MISSING]
        wrong = [row for row in said if not NUMBER[mark].fullmatch(row[place])]
        has_digits = [row for row in said if any(map(str.isdecimal, row[place]))]
        found[name] = ""
        if wrong and 2 * len(has_digits) > len(said):
            found[name] = f"{wrong[0][place][:40]!r} in the row of {wrong[0][dates_at][:40]}"
    return found


def _why_no_numbers(name: str, unread: Mapping[str, str]) -> str:
    """That no column has numbers alone, with the first cell that stands in the way."""
    cells = [f"{column!r} has {cell}" for column, cell in unread.items() if cell]
    if cells:
        return f"no column of numbers beside {name!r}: {cells[0]}, which is no plain number"
    return f"no column of numbers beside {name!r}, of {listed([name, *unread])[:80]}"


def _undated(read: Sequence[Grid], dated: str) -> str:
    """That there are no dates, with the last row, as a footer hides them."""
    named = f"named {dated!r} " if dated else ""
    last = next((row for grid in read for row in reversed(grid.rows) if any(row)), [])
    return f"no column of dates {named}below a header; its last row is {' '.join(last)[:60]!r}"


def _why_unread(name: str, texts: Sequence[str]) -> str:
    if len(set(texts)) < len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        return f"{twice!r} twice in {name!r}: a table has a row a date, with a column a series"
    steps = "not business days, weeks or months apart, or of the future"
    return f"{name!r} from {texts[0]!r} to {texts[-1]!r}: out of order, {steps}"
