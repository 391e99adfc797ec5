"""A desk's own table: CSV below a preamble where there is one, or JSON objects, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import pandas as pd
from annotated_types import Predicate

from monitor.errors import BodyRejected
from monitor.ingest.calendars import time_zones
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import csv_table, json_of, text_of

# A header further down is none.
MOST_PREAMBLE: Final = 500
ABSENT: Final = object()
EPOCH_UNITS: Final = {"epoch_s": 1, "epoch_ms": 1000}  # units in a second

FeedUrl = Annotated[
    str, Predicate(lambda text: text.startswith(("http://", "https://", "file://")))
]
TimeZone = Annotated[str, Predicate(lambda name: name in time_zones())]


@dataclass(frozen=True)
class Layout:
    """How a table is written: `csv` with its delimiter, or `json` with the keys that lead to its
    list of objects."""

    format: str
    rows: str
    delimiter: str

    def cells(self, body: Body, first: str, wanted: Sequence[str]) -> pd.DataFrame:
        """The cells of some columns as text, a row a row, by the columns' names; `first` is the one
        that no row can do without. Raises BodyRejected."""
        if self.format == "json":
            return _json_table(body, self.rows, [first, *wanted])
        text = _below_preamble(text_of(body), [first, *wanted], self.delimiter)
        return csv_table(text, body.url, wanted, first, self.delimiter)


def _json_table(body: Body, path: str, wanted: Sequence[str]) -> pd.DataFrame:
    """The rows of a JSON body as text, `path` leading to their list key by key."""
    found: Any = json_of(body)
    for key in path.split(".") if path else ():
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        where = f"at {path!r}" if path else "at the top"
        raise BodyRejected(body.url, expected=f"a list of objects {where}", got="something else")
    rows = [[_at(row, name) for name in wanted] for row in found]
    absent = [
        name for place, name in enumerate(wanted) if any(row[place] is ABSENT for row in rows)
    ]
    if absent:
        expected = f"the keys {', '.join(wanted)} in every row"
        raise BodyRejected(body.url, expected=expected, got=f"rows without {', '.join(absent)}")
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    return pd.DataFrame(cells, columns=list(wanted), dtype=object)


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


def _below_preamble(text: str, wanted: Sequence[str], delimiter: str) -> str:
    """The text from the row on that has every column wanted; all of it where none has."""
    names = {name.lower() for name in wanted}
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines[:MOST_PREAMBLE]):
        cells = {cell.strip().strip('"').lower() for cell in line.split(delimiter)}
        if names <= cells:
            return "".join(lines[number:])
    return text
