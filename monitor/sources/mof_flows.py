"""What Japan's residents buy abroad and others buy there, by week, from its Ministry of Finance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.formats.mof_csv import (
    ACQUIRED,
    DISPOSED,
    NET,
    PER_BN,
    PREFIX,
    Cells,
    MofFile,
    amounts,
    check_columns,
    check_ended,
    check_gross,
    check_sum,
    check_unit,
    kinds_at,
    rows_of_numbers,
    sheet,
    spread,
    updated_on,
)
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import JAPAN_OFFICES, SATURDAYS, TOKYO
from monitor.ingest.http import Body
from rules.model import Series, type_float

# `2026.8.2~8.8`, `2005.1.2~ 1.8`, `2006.12.31~ 2007.1.6`.
PERIOD: Final = re.compile(
    r"(\d{4})\.(\d{1,2})\.(\d{1,2})[~\u301c] ?(?:(\d{4})\.)?(\d{1,2})\.(\d{1,2})", re.ASCII
)
WEEK: Final = timedelta(days=7)
SUNDAY: Final = 6
OUT_AT: Final = time(8, 50)
OFFICE_DAYS_LATER: Final = 4

# The two halves of the table and what each is called here.
SIDES: Final = {"portfolio investment assets": "", "portfolio investment liabilities": "inward_"}
EQUITIES, LONG, SUBTOTAL, SHORT, TOTAL = GROUPS = (
    "equity and investment fund shares",
    "long-term debt securities",
    "subtotal",
    "short-term debt securities",
    "total",
)
TRADED: Final = (EQUITIES, LONG, SHORT)
NAMES: Final = {
    EQUITIES: "equities_net",
    LONG: "long_debt_net",
    SHORT: "short_debt_net",
    TOTAL: "total_net",
}
Column = tuple[str, str, str]  # side, group, kind
COLUMNS: Final[tuple[Column, ...]] = tuple(
    (side, group, kind)
    for side in SIDES
    for group in GROUPS
    for kind in ((ACQUIRED, DISPOSED, NET) if group in TRADED else (NET,))
)
# Of each series what it is, and the largest number and change of 1,127 weeks from 2005-01 to
# 2026-08, rounded up, JPY bn.
FLOWS: Final[Mapping[str, tuple[str, float, float]]] = {
    "equities_net": ("Japan: net purchases of foreign equities and funds", 3_700.0, 3_900.0),
    "long_debt_net": ("Japan: net purchases of foreign long-term debt", 4_500.0, 6_200.0),
    "short_debt_net": ("Japan: net purchases of foreign short-term debt", 900.0, 1_400.0),
    "total_net": ("Japan: net purchases of foreign securities", 5_600.0, 6_400.0),
    "inward_equities_net": ("Foreigners: net purchases of Japanese equities", 4_500.0, 7_400.0),
    "inward_long_debt_net": ("Foreigners: net purchases of Japanese bonds", 4_900.0, 6_100.0),
    "inward_short_debt_net": ("Foreigners: net purchases of Japanese bills", 8_100.0, 10_000.0),
    "inward_total_net": ("Foreigners: net purchases of Japanese securities", 11_300.0, 16_200.0),
}
# So many times the largest: a wrong unit is ten times or more.
BEYOND: Final = 3.0


@dataclass(frozen=True, kw_only=True)
class MofFlows(MofFile):
    """Acquisition, disposition and net of three kinds of securities, of residents abroad and of
    non-residents in Japan: a row a week from Sunday to Saturday, oldest first, units of 100 million
    yen, `-` missing. Investors above a size report: all foreign securities, not officials, not only
    Treasuries. Until December 2013 long-term debt has open-ended investment trusts in it, which
    are among equities since."""

    path: ClassVar[str] = (
        "/policy/international_policy/reference/itn_transactions_in_securities/week.csv"
    )
    source_type: ClassVar[str] = "mof_flows"
    calendar: ClassVar[str] = SATURDAYS
    refuse_after_days: ClassVar[int] = 35
    first_day: ClassVar[date] = date(2005, 1, 8)

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `mof.*_net`, JPY bn, plus for net purchases; index the week's Saturday."""
        rows = sheet(body)
        last = kinds_at(rows, body.url)
        head = rows[: last + 1]
        weeks = rows_of_numbers(rows[last + 1 :], len(rows[last]), body.url, "week", _week)
        check_unit(head, body.url)
        places = _places(head, body.url)
        periods = [row[0] for row in weeks]
        ends = _ends(periods, body.url)
        check_ended(ends[-1], updated_on(head, body.url), "week", body.url)
        of = {
            column: amounts([row[place] for row in weeks], " ".join(column), body.url)
            for column, place in places.items()
        }
        for side in SIDES:
            _check_sums(of, side, periods, body.url)
        return pd.DataFrame(
            {
                f"{PREFIX}{prefix}{name}": np.round(of[side, group, NET] / PER_BN, 1)
                for side, prefix in SIDES.items()
                for group, name in NAMES.items()
            },
            index=pd.DatetimeIndex(ends),
        )

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(f"{PREFIX}{name}" for name in FLOWS)

    def describe(self, series_id: str) -> Series:
        """Any of the eight."""
        title, largest, step = FLOWS[series_id.removeprefix(PREFIX)]
        return Series(
            series_id=series_id,
            title=title,
            unit="jpy_bn",
            frequency="week",
            source="Flows: Japan's Ministry of Finance, International Transactions in Securities",
            plausible=(-BEYOND * largest, BEYOND * largest),
            max_step=BEYOND * step,
        )

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """08:50 Tokyo on the fourth day after the week on which Japan's government offices are
        open: Thursday, or as many days later as there are holidays before it."""
        return known_by(periods, OUT_AT, OFFICE_DAYS_LATER, TOKYO, JAPAN_OFFICES)

    def next_period(self, newest: date) -> date:
        """The next Saturday."""
        return newest + WEEK


def _week(row: list[str]) -> str:
    """The week of a row of numbers."""
    return row[0] if PERIOD.fullmatch(row[0]) else ""


def _places(head: Cells, url: str) -> dict[Column, int]:
    """Where each column is, by the three rows of English heads: a name stands above the first of
    its columns only. Raises BodyRejected unless each of COLUMNS is there once."""
    kinds = [cell.lower() for cell in head[-1]]
    groups = spread(_named_row(head, LONG, url), len(kinds))
    sides = spread(_named_row(head, next(iter(SIDES)), url), len(kinds))
    found = [
        ((sides[place], groups[place], kind), place) for place, kind in enumerate(kinds) if kind
    ]
    check_columns([column for column, _ in found], COLUMNS, url)
    return dict(found)


def _named_row(head: Cells, name: str, url: str) -> list[str]:
    """The row of the head with a name, without the numbers that sections have."""
    for row in head:
        plain = [re.sub(r"^\d\. ?", "", " ".join(cell.lower().split())) for cell in row]
        if name in plain:
            return plain
    raise BodyRejected(url, expected=f"a head that names {name!r}", got=f"{len(head)} rows")


def _ends(periods: list[str], url: str) -> list[date]:
    """The Saturdays of weeks that follow each other without a gap. Raises BodyRejected."""
    ends: list[date] = []
    for text in periods:
        end = _end(text, url)
        if ends and end - ends[-1] != WEEK:
            expected = f"the week to {ends[-1] + WEEK} after that to {ends[-1]}"
            raise BodyRejected(url, expected=expected, got=repr(text))
        ends.append(end)
    return ends


def _end(text: str, url: str) -> date:
    """The last day of a week; of its end the year is left out where it is that of its beginning."""
    try:
        match = PERIOD.fullmatch(text)
        if match is None:
            raise ValueError(text)
        year, month, day, end_year, end_month, end_day = match.groups()
        begin = date(int(year), int(month), int(day))
        end = date(int(end_year or year), int(end_month), int(end_day))
    except ValueError:
        expected = "a week like 2026.8.2~8.8"
        raise BodyRejected(url, expected=expected, got=repr(text[:40])) from None
    if begin.weekday() != SUNDAY or end - begin != WEEK - timedelta(days=1):
        expected = "weeks from a Sunday to the Saturday after it"
        raise BodyRejected(url, expected=expected, got=repr(text), state="IMPLAUSIBLE")
    return end


def _check_sums(of: Mapping[Column, type_float], side: str, periods: list[str], url: str) -> None:
    """Refuse a side on which net is not acquisition less disposition, or parts miss their total."""
    for group in TRADED:
        acquired, disposed = of[side, group, ACQUIRED], of[side, group, DISPOSED]
        check_gross(acquired, f"acquisition of {group}", periods, url)
        check_gross(disposed, f"disposition of {group}", periods, url)
        what = f"net {group} to be acquisition less disposition"
        check_sum(of[side, group, NET], acquired - disposed, what, periods, url)
    for whole, one, other in ((SUBTOTAL, EQUITIES, LONG), (TOTAL, SUBTOTAL, SHORT)):
        parts = of[side, one, NET] + of[side, other, NET]
        check_sum(of[side, whole, NET], parts, f"{whole} to be {one} and {other}", periods, url)
