"""The files of Japan's Ministry of Finance: tables with heads of many rows, as CSV in cp932."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import lines_in, numbers, rows_in, text_of
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


def amounts(cells: Sequence[str], name: str, url: str) -> type_float:
    """The numbers of a column in units of 100 million yen; `-` NaN, thousands marks left out."""
    plain = [one.replace(",", "") if AMOUNT.fullmatch(one) else one for one in cells]
    texts = pd.Series(["" if one == MISSING else one for one in plain], dtype=object, name=name)
    return np.asarray(numbers(texts, url), dtype=np.float64)


def check_gross(gross: type_float, name: str, periods: Sequence[str], url: str) -> None:
    """Refuse an acquisition or a disposition below zero, as in a row whose signs are turned."""
    wrong = np.flatnonzero(gross < 0)
    if len(wrong):
        row = int(wrong[-1])
        got = f"{gross[row]:g} in {periods[row]}"
        raise BodyRejected(url, expected=f"{name} of zero or more", got=got, state="IMPLAUSIBLE")


def check_sum(
    whole: type_float, parts: type_float, what: str, periods: Sequence[str], url: str
) -> None:
    """Refuse numbers that are not what their parts make, to a rounding, or are missing beside
    them."""
    wrong = np.flatnonzero((np.abs(whole - parts) > ROUNDING) | np.isnan(whole) & ~np.isnan(parts))
    if len(wrong):
        row = int(wrong[-1])
        raise BodyRejected(
            url,
            expected=f"{what} (within {ROUNDING:g})",
            got=f"{whole[row]:g} and {parts[row]:g} in {periods[row]}",
            state="IMPLAUSIBLE",
        )
