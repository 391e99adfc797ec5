"""The US Treasury's daily par curves, nominal and real: a CSV a year, a column a tenor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Final

import pandas as pd

from monitor.errors import BodyRejected
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
    "?type={kind}&field_tdr_date_value={year}&page&_format=csv"
)


@dataclass(frozen=True)
class Tenor:
    """The series of a column: its id, the levels it can have in percent, and the first day from
    which every file has it."""

    series_id: str
    plausible: tuple[float, float]
    since: date = date.min


@dataclass(frozen=True, kw_only=True)
class ParCurve(Source):
    """A CSV a year, newest first, `Date` MM/DD/YYYY and a column a tenor in percent.

    The columns differ by year and are read by name. The previous year is asked for too when
    nothing is stored and in the first days of January.
    """

    publisher: ClassVar[str] = "US Treasury"
    licence: ClassVar[str] = "public domain"
    calendar: ClassVar[str] = US_BONDS
    refuse_after_days: ClassVar[int] = 14
    # The service's own name of the curve.
    kind: ClassVar[str]
    # By the publisher's column name, those that are stored; `maturities` are all that it gives, in
    # order: the others are read to see that no cell moved.
    tenors: ClassVar[Mapping[str, Tenor]]
    maturities: ClassVar[tuple[str, ...]]
    label: ClassVar[str]
    origin: ClassVar[str]
    largest_step_pct: ClassVar[float]

    base_url: BaseUrl = "https://home.treasury.gov"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("18:15", "20:00", "08:00")
    stale_after_hours: Hours = 24

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:
        """This year's file, and the one before where it may hold what is not stored yet."""
        today = self.today(at)
        if newest is not None and newest.year == today.year:
            return (self.request(YEAR_PATH.format(kind=self.kind, year=today.year)),)
        return self._years(today.year - 1 if newest is None else newest.year, today.year)

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:
        """A file a year."""
        return self._years(max(since.year, self.first_day.year), self.today(at).year)

    def _years(self, first: int, last: int) -> tuple[Request, ...]:
        # Before the year's first session its file may not exist.
        return tuple(
            self.request(YEAR_PATH.format(kind=self.kind, year=year), optional=True)
            for year in range(first, last + 1)
        )

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """A column a series, percent; the header may be in any case."""
        text = text_of(body)
        cells = [name.strip('" ') for name in text.partition("\n")[0].strip().lower().split(",")]
        always = [name for name, tenor in self.tenors.items() if tenor.since == date.min]
        there = [name for name in (*self.tenors, *self.maturities) if name.lower() in cells]
        table = csv_table(text, body.url, [*dict.fromkeys((*always, *there))], "Date")
        index = dates(_four_digit_years(table["Date"]), "%m/%d/%Y", body.url)
        curve = pd.DataFrame(
            {name: numbers(table[name], body.url).to_numpy() for name in table.columns[1:]},
            index=index,
        )
        self._refuse_missing(curve, body.url)
        refuse_moved_cells(curve[[name for name in self.maturities if name in curve]], body.url)
        found = {name: tenor.series_id for name, tenor in self.tenors.items() if name in curve}
        return curve[list(found)].set_axis(list(found.values()), axis=1)

    def _refuse_missing(self, curve: pd.DataFrame, url: str) -> None:
        """Raise BodyRejected for a file without a tenor that was published by its newest day."""
        for name, tenor in self.tenors.items():
            if name not in curve and len(curve) and curve.index.max().date() >= tenor.since:
                expected = f"a column {name} in a file that reaches {tenor.since}"
                raise BodyRejected(url, expected=expected, got=f"{', '.join(curve.columns)}")

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(one.series_id for one in self.tenors.values())

    def describe(self, series_id: str) -> Series:
        """One tenor."""
        column, tenor = next(one for one in self.tenors.items() if one[1].series_id == series_id)
        return Series(
            series_id=series_id,
            title=f"{self.label}, {column.title()}",
            unit="pct",
            frequency="session",
            source=self.origin,
            plausible=tenor.plausible,
            max_step=self.largest_step_pct,
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
