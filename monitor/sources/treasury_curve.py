"""Par yields, from the US Treasury's daily par yield curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Final

import pandas as pd

from monitor.formats.curves import refuse_moved_cells
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import NEW_YORK, US_BONDS, next_session
from monitor.ingest.http import Body, Request
from monitor.ingest.payload_parsing import csv_table, dates, numbers, text_of
from monitor.ingest.source import BaseUrl, Hours, PollTimes, Source, UserAgent
from rules.model import Series

BASE: Final = "/resource-center/data-chart-center/interest-rates"
YEAR_PATH: Final = (
    BASE + "/daily-treasury-rates.csv/{year}/all"
    "?type=daily_treasury_yield_curve&field_tdr_date_value={year}&page&_format=csv"
)
ARCHIVE_PATH: Final = BASE + "/daily-treasury-rate-archives/par-yield-curve-rates-1990-2023.csv"
ARCHIVE_YEARS: Final = range(1990, 2024)

# Tenors by the publisher's column name. Short bills have traded at and below zero; the 10-year
# never below 0.5%, so a yield given as a fraction (0.0442) is refused by its level.
TENORS: Final = {
    "2 Yr": ("ust2y", (0.05, 25.0)),
    "5 Yr": ("ust5y", (0.05, 25.0)),
    "10 Yr": ("ust10y", (0.25, 25.0)),
    "30 Yr": ("ust30y", (0.5, 25.0)),
}
# All that the publisher gives, in order: the others are read to see that no cell moved.
MATURITIES: Final = ("1 Mo", "2 Mo", "3 Mo", "4 Mo", "6 Mo", "1 Yr", "2 Yr", "3 Yr", "5 Yr",
                     "7 Yr", "10 Yr", "20 Yr", "30 Yr")  # fmt: skip
# The largest since 1990 was 0.57, of the 2-year on 2023-03-13.
LARGEST_STEP_PCT: Final = 0.8


@dataclass(frozen=True, kw_only=True)
class TreasuryCurve(Source):
    """A CSV a year, newest first, `Date` MM/DD/YYYY and a column a tenor in percent.

    The columns differ by year and are read by name. The previous year is asked for too when
    nothing is stored and in the first days of January.
    """

    source_type: ClassVar[str] = "treasury_curve"
    publisher: ClassVar[str] = "US Treasury"
    first_day: ClassVar[date] = date(1990, 1, 2)
    licence: ClassVar[str] = "public domain"
    calendar: ClassVar[str] = US_BONDS
    refuse_after_days: ClassVar[int] = 14

    base_url: BaseUrl = "https://home.treasury.gov"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("18:15", "20:00", "08:00")
    stale_after_hours: Hours = 24

    @property
    def substitutes(self) -> Mapping[str, str]:
        """The tenors."""
        return {series_id: series_id for series_id, _ in TENORS.values()}

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:
        """This year's file, and the one before where it may hold what is not stored yet."""
        today = self.today(at)
        if newest is not None and newest.year == today.year:
            return (self.request(YEAR_PATH.format(year=today.year)),)
        first = today.year - 1 if newest is None else newest.year
        # Before the year's first session its file may not exist.
        return tuple(
            self.request(YEAR_PATH.format(year=year), optional=True)
            for year in range(first, today.year + 1)
        )

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:
        """The archive of 1990 to 2023 where it is needed, then a file a year."""
        today = self.today(at)
        years = range(max(since.year, ARCHIVE_YEARS.stop), today.year + 1)
        found = [self.request(YEAR_PATH.format(year=year), optional=True) for year in years]
        if since.year in ARCHIVE_YEARS or since.year < ARCHIVE_YEARS.start:
            found.insert(0, self.request(ARCHIVE_PATH, optional=True))
        return found

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `ust2y`, `ust5y`, `ust10y`, `ust30y`, percent; the header may be in any case."""
        text = text_of(body)
        header = text.partition("\n")[0].lower()
        beside = [name for name in MATURITIES if f"{name.lower()}" in header]
        table = csv_table(text, body.url, [*dict.fromkeys((*TENORS, *beside))], "Date")
        index = dates(_four_digit_years(table["Date"]), "%m/%d/%Y", body.url)
        curve = pd.DataFrame(
            {name: numbers(table[name], body.url).to_numpy() for name in table.columns[1:]},
            index=index,
        )
        refuse_moved_cells(curve[[name for name in MATURITIES if name in curve]], body.url)
        return curve[list(TENORS)].set_axis([series_id for series_id, _ in TENORS.values()], axis=1)

    def describe(self, series_id: str) -> Series:
        """One tenor."""
        column, plausible = next(
            (column, plausible)
            for column, (known, plausible) in TENORS.items()
            if known == series_id
        )
        return Series(
            series_id=series_id,
            title=f"Treasury par yield, {column}",
            unit="pct",
            frequency="session",
            source="Yields: US Treasury par curve",
            plausible=plausible,
            max_step=LARGEST_STEP_PCT,
            tenor_years=float(column.split()[0]),
        )

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """18:15 New York on the session."""
        return known_by(periods, time(18, 15), 0, NEW_YORK, US_BONDS)

    def next_period(self, newest: date) -> date:
        """The next session of the US government bond market."""
        return next_session(US_BONDS, newest)


def _four_digit_years(texts: pd.Series[str]) -> pd.Series[str]:
    """Dates of the archive's two-digit style (12/29/23) written like all others (12/29/2023)."""
    if all(len(text) > len("12/29/23") for text in texts):
        return texts
    short = texts.str.fullmatch(r"\d{1,2}/\d{1,2}/\d{2}")
    century = texts.str[-2:].where(~short, "19")
    years = pd.to_numeric(texts.str[-2:], errors="coerce").fillna(0)
    century = century.where(~(short & (years < 90)), "20")
    return texts.where(~short, texts.str[:-2] + century + texts.str[-2:])
