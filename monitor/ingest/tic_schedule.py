"""The release days of TIC as the Treasury's page of release dates has them.

Read in the order of its cells: a year, then a line a month whose first cell is the day of the
monthly release: `18`, or `Nov 18` where it was moved to another month. The data are those of the
second month before the line's.
"""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from typing import Final

from monitor.errors import BodyRejected

PAGE: Final = (
    "https://home.treasury.gov/data/treasury-international-capital-tic-system-home-page/"
    "release-dates-of-tic-data-0"
)
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH: Final = re.compile(rf"({'|'.join(MONTHS)})[a-z]{{0,6}}\.?", re.IGNORECASE)
DAY: Final = re.compile(rf"(?:{MONTH.pattern}\s+)?(\d{{1,2}})(?!\d)", re.IGNORECASE)
YEAR: Final = re.compile(r"20\d\d")
# Within a line of text, not between two.
INLINE: Final = frozenset({"a", "b", "em", "font", "i", "span", "strong", "sub", "sup", "u"})
FEWEST: Final = 6
LAG_MONTHS: Final = 2


def release_days(url: str, content: bytes) -> dict[str, date]:
    """The release day by data month (`2026-01`), as many as the page has. Raises BodyRejected."""
    found: dict[str, date] = {}
    year, row = 0, 0
    for cell in _cells(content.decode("utf-8", "replace")):
        is_month = MONTH.fullmatch(cell)
        if YEAR.fullmatch(cell):
            year, row = int(cell), 0
        elif year and is_month:
            row = _number(is_month[1])
        elif year and row:
            day = _day(year, row, cell)
            if day is not None:
                found.setdefault(_data_month(year, row), day)
            row = 0  # the other cells of the line are other releases
    if len(found) < FEWEST:
        raise BodyRejected(
            url,
            expected=f"a table of TIC's release dates with {FEWEST} months or more",
            got=f"{len(found)} that can be read",
            remedy="look at the page, and add the days to [calendar.tic] by hand",
        )
    return found


def _day(year: int, row: int, cell: str) -> date | None:
    found = DAY.match(cell)
    if found is None:
        return None
    month = _number(found[1]) if found[1] else row
    try:
        return date(year + (month < row), month, int(found[2]))
    except ValueError:
        return None


def _number(name: str) -> int:
    return MONTHS.index(name[:3].lower()) + 1


def _data_month(year: int, row: int) -> str:
    years, month = divmod(year * 12 + row - 1 - LAG_MONTHS, 12)
    return f"{years}-{month + 1:02d}"


def _cells(text: str) -> list[str]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return [one for one in (" ".join(cell.split()) for cell in reader.cells) if one]


class _Reader(HTMLParser):
    """Collects what stands between tags that begin or end a cell, a line or a paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = [""]

    # The parser's own names.
    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag not in INLINE:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        self.cells[-1] += data
