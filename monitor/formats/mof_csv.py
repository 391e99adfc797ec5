"""The files of Japan's Ministry of Finance: tables with heads of many rows, as CSV in cp932."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import lines_in, numbers, rows_in, text_of
from monitor.ingest.source import BaseUrl, Hours, PollTimes, UserAgent, WholeFile
from rules.model import type_float

# What Windows calls its Japanese: the publisher's tilde is not in `shift_jis`.
ENCODING: Final = "cp932"
ACQUIRED, DISPOSED, NET = KINDS = ("acquisition", "disposition", "net")
UNIT: Final = re.compile(r"unit: 100 mil(lion)? yen")
UPDATED: Final = re.compile(r"final update ([a-z]+ \d{1,2} ?, ?\d{4})")
AMOUNT: Final = re.compile(r"-?\d{1,3}(,\d{3})+")
MISSING: Final = "-"
# Of every series read from these files.
PREFIX: Final = "mof."
# 100 million yen are a tenth of a billion.
PER_BN: Final = 10.0
# Parts are rounded to the unit each, so that two of them miss their sum by one at most.
ROUNDING: Final = 1.0

Cells = list[list[str]]
# The names above a column, from the widest to its kind.
Column = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MofFile(WholeFile):
    """A file of International Transactions in Securities, out at 08:50 in Tokyo, which is 18:50 in
    New York in winter and 19:50 in summer."""

    publisher: ClassVar[str] = "Japan's Ministry of Finance (ITS)"
    licence: ClassVar[str] = "free with attribution"

    base_url: BaseUrl = "https://www.mof.go.jp"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("19:00", "20:00", "09:00")
    stale_after_hours: Hours = 72


def sheet(body: Body) -> Cells:
    """The rows as cells without blanks around them, full-width signs as their usual ones."""
    text = unicodedata.normalize("NFKC", text_of(body, ENCODING))
    return list(rows_in(lines_in(text), body.url, strict=True))


def kinds_at(rows: Cells, url: str) -> int:
    """Where the last row of the head is: `Acquisition`, `Disposition`, `Net` again and again."""
    found = [n for n, row in enumerate(rows) if {one.lower() for one in row if one} == set(KINDS)]
    if len(found) != 1:
        expected = "one row of Acquisition, Disposition and Net above the numbers"
        raise BodyRejected(url, expected=expected, got=f"{len(found)} in {len(rows)} rows")
    return found[0]


def rows_of_numbers(
    rows: Cells, width: int, url: str, what: str, named: Callable[[list[str]], str]
) -> Cells:
    """The rows to the first blank one, below which stand the notes; `named` gives the period of a
    row, or nothing of another row. Raises BodyRejected for a row cut short, or a period below."""
    end = next((n for n, row in enumerate(rows) if not any(row)), None)
    if not end:
        expected = f"{what}s below the head, then a blank row and notes"
        raise BodyRejected(url, expected=expected, got=f"{len(rows)} rows (cut off?)")
    later = [period for row in rows[end:] if (period := named(row))]
    if later:
        raise BodyRejected(url, expected="notes below a blank row", got=f"the {what} {later[0]!r}")
    short = next((row for row in rows[:end] if len(row) != width), None)
    if short is not None:
        got = f"{len(short)} in {','.join(short)[:80]!r} (cut off?)"
        raise BodyRejected(url, expected=f"{width} cells in every {what}", got=got)
    return rows[:end]


def spread(names: Sequence[str], width: int) -> list[str]:
    """Each name also above the empty cells to its right."""
    found, last = [], ""
    for place in range(width):
        last = (names[place] if place < len(names) else "") or last
        found.append(last)
    return found


def check_columns(found: Sequence[Column], wanted: Sequence[Column], url: str) -> None:
    """Refuse columns that are not those wanted, each once."""
    if sorted(found) != sorted(wanted):
        odd = [one for one in wanted if one not in found] or [
            one for one in found if one not in wanted
        ]
        got = f"none for {' / '.join(odd[0])}" if odd else "one of them twice"
        raise BodyRejected(url, expected=f"{len(wanted)} columns by name", got=got)


def check_unit(head: Cells, url: str) -> None:
    """Refuse a file that does not say that its unit is 100 million yen."""
    said = [cell for row in head for cell in row if "unit" in cell.lower()]
    if not any(UNIT.search(cell.lower()) for cell in said):
        raise BodyRejected(url, expected="Unit: 100 million Yen", got=", ".join(said) or "no unit")


def updated_on(head: Cells, url: str) -> date:
    """The day that the head names as that of the final update."""
    said = (" ".join(cell.lower().split()) for row in head for cell in row)
    found = next((match[1] for one in said if (match := UPDATED.search(one))), "none")
    try:
        return datetime.strptime(found.replace(",", " , "), "%B %d , %Y").date()  # noqa: DTZ007
    except ValueError:
        expected = "a date like 'Final Update August 14 , 2026'"
        raise BodyRejected(url, expected=expected, got=repr(found)) from None


def check_ended(newest: date, updated: date, what: str, url: str) -> None:
    """Refuse a period that was not over when its file was made."""
    if newest >= updated:
        expected = f"{what}s that ended before the update of {updated}"
        raise BodyRejected(url, expected=expected, got=f"{newest}", state="IMPLAUSIBLE")


def amounts(cells: Sequence[str], name: str, url: str) -> type_float:
    """The numbers of a column in units of 100 million yen; `-` NaN, thousands marks left out. A
    part of a unit is refused: the publisher rounds, and another unit would have it."""
    plain = [one.replace(",", "") if AMOUNT.fullmatch(one) else one for one in cells]
    texts = pd.Series(["" if one == MISSING else one for one in plain], dtype=object, name=name)
    found = np.asarray(numbers(texts, url), dtype=np.float64)
    split = np.flatnonzero(~np.isnan(found) & (found != np.round(found)))
    if len(split):
        got = f"{found[int(split[-1])]:g} in {name}"
        raise BodyRejected(url, expected="whole numbers of 100 million yen", got=got)
    return found


def check_gross(gross: type_float, name: str, periods: Sequence[str], url: str) -> None:
    """Refuse an acquisition or a disposition below zero, as in a row whose signs are turned."""
    wrong = np.flatnonzero(gross < 0)
    if len(wrong):
        row = int(wrong[-1])
        got = f"{gross[row]:g} in {periods[row]}"
        raise BodyRejected(url, expected=f"{name} of zero or more", got=got, state="IMPLAUSIBLE")


def check_sum(
    whole: type_float,
    parts: type_float,
    what: str,
    periods: Sequence[str],
    url: str,
    within: float = ROUNDING,
) -> None:
    """Refuse numbers that are not what their parts make, to a rounding, or are missing beside
    them."""
    wrong = np.flatnonzero((np.abs(whole - parts) > within) | np.isnan(whole) & ~np.isnan(parts))
    if len(wrong):
        row = int(wrong[-1])
        raise BodyRejected(
            url,
            expected=f"{what} (within {within:g})",
            got=f"{whole[row]:g} and {parts[row]:g} in {periods[row]}",
            state="IMPLAUSIBLE",
        )
