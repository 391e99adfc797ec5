"""The Federal Reserve Board's data download: packages of series as CSV, a column a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.http import Request
from monitor.ingest.payload_parsing import csv_table, dates, numbers, rows_in
from monitor.ingest.source import WARM_UP, BaseUrl, PollTimes, Source, UserAgent

# `lastobs` asks for the newest observations, `from` and `to` (MM/DD/YYYY) for a span.
PATH: Final = (
    "/datadownload/Output.aspx?rel={release}&series={package}&lastobs={newest}&from={start}"
    "&to={end}&filetype=csv&label=include&layout=seriescolumn&type=package"
)
DATES: Final = "Time Period"
DATE_STYLE: Final = "%m/%d/%Y"


def newest_path(release: str, package: str, count: int) -> str:
    """Where the newest observations of a package are."""
    return PATH.format(release=release, package=package, newest=count, start="", end="")


def span_path(release: str, package: str, start: date, end: date) -> str:
    """Where the observations of a span are."""
    first, last = start.strftime(DATE_STYLE), end.strftime(DATE_STYLE)
    return PATH.format(release=release, package=package, newest="", start=first, end=last)


def package_table(
    text: str, url: str, mnemonics: Sequence[str], required: Sequence[str], unit: str = ""
) -> pd.DataFrame:
    """The numbers of those of some series that are there: index the day, a column a mnemonic, `ND`
    NaN. Those `required` must be.

    Above the row that begins with `Time Period` stand rows of titles, units and multipliers; the
    multiplier of each series must be 1 and its unit contain `unit`, where they are given.
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.lstrip('"').startswith(DATES)), None)
    if start is None:
        got = f"none in {len(lines)} lines"
        raise BodyRejected(url, expected=f"a row that begins with {DATES}", got=got)
    header = next(rows_in([lines[start]], url))
    mnemonics = [name for name in mnemonics if name in header or name in required]
    table = csv_table("\n".join(lines[start:]), url, mnemonics, DATES)
    _check_units(lines[:start], header, url, mnemonics, unit)
    index = dates(table[DATES], "%Y-%m-%d", url)
    return pd.DataFrame(
        {name: numbers(table[name], url).to_numpy() for name in mnemonics}, index=index
    )


def _check_units(
    head: Sequence[str], header: Sequence[str], url: str, mnemonics: Sequence[str], unit: str
) -> None:
    """Refuse what the rows above a header say of a column that is not so. Each row is a line:
    one with a quotation mark that has no end is refused, as it would hide the others."""
    rows = (next(rows_in([line], url, strict=True), [""]) for line in head)
    named = {row[0].rstrip(":").strip().lower(): row for row in rows}
    place = {name.lower(): column for column, name in reversed(list(enumerate(header)))}
    for label, wanted in (("unit", unit), ("multiplier", "1")):
        for name in mnemonics:
            column = place.get(name.lower())
            if column is None:
                expected = f"{name} in the row that begins with {DATES}"
                raise BodyRejected(url, expected=expected, got="it on another line")
            got = "".join(named[label][column : column + 1]) if label in named else wanted
            fits = _is_one(got) if label == "multiplier" and got else wanted in got.lower()
            if not fits:
                raise BodyRejected(url, expected=f"{label} {wanted} of {name}", got=repr(got))


def _is_one(text: str) -> bool:
    try:
        return float(text) == 1.0
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class FedPackage(Source):
    """A package of the data download: the newest observations, or a span where they would leave a
    gap behind the stored ones."""

    licence: ClassVar[str] = "public domain"
    grows: ClassVar[bool] = False  # the newest observations only
    release_name: ClassVar[str]
    package: ClassVar[str]
    newest_count: ClassVar[int]
    first_day: ClassVar[date]

    base_url: BaseUrl = "https://www.federalreserve.gov"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("16:30", "09:00")

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:
        """The newest observations, or from the newest stored day on."""
        today = self.today(at)
        if newest is not None and today - newest <= timedelta(days=self.newest_count):
            path = newest_path(self.release_name, self.package, self.newest_count)
            return (self.request(path),)
        return self.history_requests(today - WARM_UP if newest is None else newest, at)

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:
        """One span from a day to now."""
        first = max(since, self.first_day)
        return (self.request(span_path(self.release_name, self.package, first, self.today(at))),)
