"""The tables that a file may hold, as rows of text, each with the settings by which it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from monitor.errors import BodyRejected
from monitor.formats import spreadsheet, workbook
from monitor.formats.desk_table import MOST_LEVELS, leaves, typed_rows
from monitor.formats.missing_columns import DELIMITERS
from monitor.formats.parquet_table import PARQUET_MAGIC
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import json_of, lines_in, rows_in, text_of

# A workbook with more is no export of a table.
MOST_SHEETS: Final = 20


@dataclass(frozen=True)
class Grid:
    """Rows of text as they lie in a file. `settings` are those of a `table`."""

    settings: Mapping[str, str]
    rows: Sequence[Sequence[str]]


def format_of(body: Body) -> str:
    """The format of a file, by how it begins."""
    if body.content.startswith(PARQUET_MAGIC):
        return "parquet"
    if body.content.startswith(spreadsheet.ZIP_MAGIC):
        return "xlsx"
    if body.content.startswith(workbook.OLE2_MAGIC):
        return "xls"
    return "json" if re.match(rb"(\xef\xbb\xbf)?\s*[\[{]", body.content) else "csv"


def grids(body: Body, sheet: str = "", rows: str = "") -> list[Grid]:
    """Every table that a file may hold; of Excel that in `sheet`, of JSON that at `rows`, where one
    is named. Raises BodyRejected for what is no file of a table."""
    kind = format_of(body)
    if kind == "parquet":
        return [Grid({"format": kind}, typed_rows(body, kind))]
    if kind in ("xlsx", "xls"):
        read = spreadsheet if kind == "xlsx" else workbook
        names = [sheet] if sheet else read.sheet_names(body)[:MOST_SHEETS]
        return [Grid({"format": kind, "sheet": n}, typed_rows(body, kind, n)) for n in names]
    if kind == "json":
        found = {path: one for path, one in _lists(json_of(body), ()) if not rows or path == rows}
        if not found:
            expected = f"a list of objects{f' at {rows!r}' if rows else ''}"
            raise BodyRejected(body.url, expected=expected, got="none in the JSON")
        given = {path: {"rows": path} if path else {} for path in found}
        return [
            Grid({"format": kind, **given[path]}, _flat_rows(one)) for path, one in found.items()
        ]
    text = text_of(body)
    return [
        Grid({"delimiter": mark}, list(rows_in(lines_in(text), body.url, mark)))
        for mark in DELIMITERS
        if mark in text
    ]


def _lists(found: Any, keys: tuple[str, ...]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each list of objects with the keys that lead to it; what lies in a list is of its rows."""
    if isinstance(found, list) and found and all(isinstance(row, dict) for row in found):
        yield ".".join(keys), found
    elif isinstance(found, dict) and len(keys) < MOST_LEVELS:
        for key, inner in found.items():
            if "." not in key:
                yield from _lists(inner, (*keys, key))


def _flat_rows(rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The values in every row, a column each, by their dotted paths in the first row's order."""
    flat = [dict(leaves(row)) for row in rows]
    names = [name for name in flat[0] if all(name in row for row in flat)]
    return [names, *([row[name] for name in names] for row in flat)]
