"""Reading bodies defensively: what is not as the publisher writes it is refused by name."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.http import Body

# Twice the lines and cells of the largest file read whole: forty-six years of areas by month.
MOST_LINES: Final = 100_000
MOST_CELLS: Final = 1_000_000
MOST_LINE_BYTES: Final = 1 << 16
MOST_WIDE_CELLS: Final = 2_000_000
MOST_JSON_PARTS: Final = 100_000
YEARS: Final = range(1700, 2200)
# By their very types: true is no number.
JSON_NUMBERS: Final = frozenset({int, float})
# Whatever `str.splitlines` takes for the end of a line.
LINE_ENDS: Final = tuple(mark.encode() for mark in "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
UTF_8: Final = "UTF-8"
MISSING: Final = frozenset(
    {"", "N/A", "n.a.", "ND", "NA", ".", "null", "#N/A", "#N/A N/A"}  # the last two of Excel
)


def reject_html(body: Body) -> None:
    """Refuse an error page, a captcha or a maintenance page, which come with HTTP 200, and an
    empty body."""
    start = body.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
    if not start:
        raise BodyRejected(body.url, expected="data", got="an empty body")
    if start.startswith(b"<") or "html" in body.content_type.lower():
        shown = start[:60].decode("utf-8", "replace")
        raise BodyRejected(body.url, expected="data", got=f"a page of markup: {shown!r}")


def text_of(body: Body, encoding: str = UTF_8) -> str:
    """The body as text; a byte-order mark is dropped. Raises BodyRejected for what is no table of a
    usual size, before any of it becomes an object."""
    reject_html(body)
    _check_lines(body)
    try:
        return body.content.decode("utf-8-sig" if encoding == UTF_8 else encoding)
    except UnicodeDecodeError as error:
        raise BodyRejected(body.url, expected=f"{encoding} text", got=f"{error.reason}") from None


def _check_lines(body: Body) -> None:
    counts = {
        "lines": (MOST_LINES, LINE_ENDS, -body.content.count(b"\r\n")),
        "cells": (MOST_CELLS, (b",", b";", b"\t"), 0),
    }
    for what, (most, marks, twice) in counts.items():
        found = sum(body.content.count(mark) for mark in marks) + twice
        if found > most:
            raise BodyRejected(body.url, expected=f"at most {most:,} {what}", got=f"{found:,}")
    lines = io.BytesIO(body.content)
    while line := lines.readline(MOST_LINE_BYTES + 1):
        if len(line) > MOST_LINE_BYTES:
            raise BodyRejected(
                body.url, expected=f"lines of at most {MOST_LINE_BYTES:,} bytes", got="a longer one"
            )


def json_of(body: Body, what: str = "JSON") -> Any:
    """The body as JSON, called `what`. Raises BodyRejected for what is none, has too many parts or
    is nested too deep, before it is in memory."""
    reject_html(body)
    for parts, most, marks in (
        ("objects and lists", MOST_JSON_PARTS, (b"[", b"{")),
        ("values", MOST_CELLS, (b",",)),
    ):
        if sum(body.content.count(mark) for mark in marks) > most:
            raise BodyRejected(body.url, expected=f"{what} of at most {most:,} {parts}", got="more")
    try:
        return json.loads(body.content)
    except ValueError:
        shown = body.content[:60].decode("utf-8", "replace")
        raise BodyRejected(body.url, expected=what, got=repr(shown)) from None
    except RecursionError:
        raise BodyRejected(body.url, expected=what, got="parts nested too deep") from None


def object_at(found: Any, name: str, url: str) -> dict[str, Any]:
    """The object under a name of a JSON object, empty where it is null or left out. Raises
    BodyRejected for whatever else is there."""
    inner = (found.get(name) if isinstance(found, dict) else found) or {}
    if not isinstance(found, dict) or not isinstance(inner, dict):
        raise BodyRejected(url, expected=f"an object {name}", got=f"{inner!r:.40}")
    return inner


def list_at(found: Any, name: str, url: str) -> list[Any]:
    """The same of a list."""
    inner = (found.get(name) if isinstance(found, dict) else found) or []
    if not isinstance(found, dict) or not isinstance(inner, list):
        raise BodyRejected(url, expected=f"a list {name}", got=f"{inner!r:.40}")
    return inner


def json_numbers(found: Sequence[Any], url: str) -> list[float | None]:
    """The numbers of a JSON body, None where one is null. Raises BodyRejected for anything else,
    and for a whole number so long that it is none of a market."""
    for one in found:
        if one is not None and type(one) not in JSON_NUMBERS:
            raise BodyRejected(url, expected="numbers or null", got=f"{one!r:.40}")
    try:
        return [None if one is None else float(one) for one in found]
    except OverflowError:
        raise BodyRejected(url, expected="numbers of a market", got="a longer one") from None


def text_table(rows: Sequence[Mapping[str, Any]], fields: Sequence[str]) -> pd.DataFrame:
    """JSON objects as text, a column a field; `null` where one has no value or leaves it out."""
    cells = [
        ["null" if row.get(name) is None else str(row[name]) for name in fields] for row in rows
    ]
    return pd.DataFrame(cells, columns=list(fields), dtype=object)


def rows_in(
    lines: Iterable[str], url: str, delimiter: str = ",", *, strict: bool = False
) -> Iterator[list[str]]:
    """The rows of separated values that are not empty, one by one, with their cells stripped."""
    try:
        for row in csv.reader(lines, delimiter=delimiter, strict=strict):
            if row:
                yield [*map(str.strip, row)]
    except csv.Error as error:
        raise BodyRejected(
            url, expected=f"values separated by {delimiter!r}", got=str(error)
        ) from None


def lines_in(text: str) -> Iterator[str]:
    """The lines of a text one by one, with their ends; a list of them would double it."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def csv_table(
    text: str,
    url: str,
    wanted: Sequence[str],
    date_column: str,
    delimiter: str = ",",
    above: int = 0,
) -> pd.DataFrame:
    """A CSV with a header row as strings: `date_column` and whichever of `wanted` are needed.

    The header is matched without regard to case and order; a missing column or a row that is cut
    short is refused, by its number in a file with so many lines `above`. A comma at the end of
    every row is allowed.
    """
    rows = rows_in(lines_in(text), url, delimiter)
    header = next(rows, [])
    place = {name.lower(): position for position, name in reversed(list(enumerate(header)))}
    columns = [date_column, *wanted]
    absent = [name for name in columns if name.lower() not in place]
    if absent:
        raise BodyRejected(
            url,
            expected=f"a header row with the columns {', '.join(columns)}",
            got=f"no {', '.join(absent)} in {','.join(header)[:120]!r}",
        )
    picks = itemgetter(*(place[name.lower()] for name in columns))
    picked: list[tuple[str, ...]] = []
    for number, row in enumerate(rows, start=2 + above):
        if len(row) != len(header):
            raise BodyRejected(
                url,
                expected=f"{len(header)} cells in every row",
                got=f"{len(row)} in row {number}: {','.join(row)[:80]!r} (cut off?)",
            )
        picked.append(picks(row))
    return pd.DataFrame(picked, columns=columns, dtype=object)


def pivoted(
    table: pd.DataFrame, url: str, index: str | list[str], columns: str, values: str | list[str]
) -> pd.DataFrame:
    """The table with a column for each value of `columns`. A few rows can make a wide table of
    millions of empty cells: that is refused first."""
    rows = len(table.drop_duplicates(index))
    width = table[columns].nunique() * (1 if isinstance(values, str) else len(values))
    if rows * width > MOST_WIDE_CELLS:
        raise BodyRejected(
            url,
            expected=f"at most {MOST_WIDE_CELLS:,} cells, a row a period",
            got=f"{rows:,} periods of {width:,} numbers",
        )
    return table.pivot(index=index, columns=columns, values=values)


def without_words(texts: pd.Series[str]) -> pd.Series[str]:
    """A column of dates with nothing in place of words: to pandas `now` and `today` are dates in
    every style, and the same bytes would be other days tomorrow."""
    is_date = [any(map(str.isdecimal, str(text))) for text in texts.tolist()]
    return texts if all(is_date) else texts.where(np.array(is_date, dtype=np.bool_))


def dates(texts: pd.Series[str], style: str, url: str) -> pd.DatetimeIndex:
    """The dates of a column written in one style; anything else is refused by its value."""
    parsed = pd.to_datetime(without_words(texts), format=style, errors="coerce")
    wrong = without_date(parsed)
    if wrong.any():
        example = date(2025, 4, 21).strftime(style)
        got = first_shown(texts, wrong)
        raise BodyRejected(url, expected=f"dates like {example}", got=got)
    return pd.DatetimeIndex(parsed)


def without_date(parsed: pd.Series[Any] | pd.Index[Any]) -> npt.NDArray[np.bool_]:
    """Where a column of dates has none, or one of a year that is none of a market's: pandas reads
    the years before the first and after 9999 too, which Python's dates and calendars do not have.
    """
    days = pd.DatetimeIndex(parsed).tz_localize(None).to_numpy()
    first, end = (np.datetime64(f"{year}-01-01") for year in (YEARS.start, YEARS.stop))
    return np.asarray(~((days >= first) & (days < end)))


def first_shown(texts: pd.Series[str], wrong: npt.NDArray[np.bool_]) -> str:
    """The first cell of a column that is wrong, with the one above it."""
    place, cells = int(np.argmax(wrong)), texts.tolist()
    above = f" below {str(cells[place - 1])[:40]!r}" if place else ""
    return f"{str(cells[place])[:40]!r}{above}"


def numbers(
    texts: pd.Series[str], url: str, shown: Callable[[int], str] | None = None
) -> pd.Series[float]:
    """The numbers of a column; every publisher's word for missing is NaN, other words are refused,
    `shown` as the cell at a place is. A literal `-0` is zero."""
    cells = texts.tolist()
    values = np.array([number_in(cell) for cell in cells], dtype=np.float64)
    for place in np.flatnonzero(~np.isfinite(values)):
        if cells[place] not in MISSING:
            raise BodyRejected(
                url,
                expected=f"a number or a word for missing in column {texts.name!r}",
                got=f"{str(cells[place])[:40]!r}" if shown is None else shown(int(place)),
            )
    return pd.Series(values + 0.0, index=texts.index, name=texts.name)


def number_in(text: object) -> float:
    """The number that a text is, NaN where it is none; Python alone would read `1_000` and the
    digits of every script."""
    said = str(text)
    if "_" in said or not said.isascii():
        return math.nan
    try:
        return float(said)
    except ValueError:
        return math.nan
