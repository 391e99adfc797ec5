"""Who is long and short Treasury futures, from the CFTC's Traders in Financial Futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from urllib.parse import quote, urlencode

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.business_days import are_sessions
from monitor.ingest.calendars import NYSE, US_BONDS, US_OFFICES, WEEKDAYS, positions_release
from monitor.ingest.http import Body, Request
from monitor.ingest.payload_parsing import dates, json_of, numbers, pivoted, text_table
from monitor.ingest.source import BaseUrl, Hours, PollTimes, Source, UserAgent
from rules.markets.treasury_futures import CONTRACTS, GROUPS, net_series, sum_series
from rules.model import Series

PATH: Final = "/resource/gpe5-46if.json"
DAY: Final = "report_date_as_yyyy_mm_dd"
DAY_STYLE: Final = "%Y-%m-%dT00:00:00.000"
CODE: Final = "cftc_contract_market_code"
OPEN_INTEREST: Final = "open_interest_all"
# The publisher's own names, some with `_all` and some without: longs and shorts of each group.
SIDES: Final[Mapping[str, tuple[str, str]]] = {
    "dealer": ("dealer_positions_long_all", "dealer_positions_short_all"),
    "asset_manager": ("asset_mgr_positions_long", "asset_mgr_positions_short"),
    "leveraged": ("lev_money_positions_long", "lev_money_positions_short"),
}
COUNTS: Final = (OPEN_INTEREST, *(name for sides in SIDES.values() for name in sides))
FIELDS: Final = (DAY, CODE, *COUNTS)
# Thirty years of the six contracts.
MOST_ROWS: Final = 10_000
LOOK_BACK: Final = timedelta(weeks=8)
# At first enough for a rule that compares four weeks with 156 before them.
YARDSTICK: Final = timedelta(weeks=170)
TUESDAY: Final = 1
# Of a contract and of a sum. Wide on purpose, as no history was at hand to measure them by: open
# interest is 2 to 7 million contracts, and a step is only held back until it has stayed the same.
MOST_NET: Final = (10_000_000.0, 30_000_000.0)
LARGEST_STEP: Final = (500_000.0, 1_000_000.0)


@dataclass(frozen=True, kw_only=True)
class CftcTff(Source):
    """JSON rows of text, a row a contract and week, Tuesday's positions on Fridays 15:30; contracts
    are known by their code, as their names change. Futures only, without options."""

    source_type: ClassVar[str] = "cftc_tff"
    publisher: ClassVar[str] = "CFTC (Traders in Financial Futures)"
    licence: ClassVar[str] = "public domain"
    first_day: ClassVar[date] = date(2006, 6, 13)
    calendar: ClassVar[str] = WEEKDAYS  # Tuesdays but for holidays: `_refuse_other_days`
    refuse_after_days: ClassVar[int] = 75  # a government shutdown held reports back for weeks

    grows: ClassVar[bool] = False  # the last eight weeks

    base_url: BaseUrl = "https://publicreporting.cftc.gov"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("15:45", "18:00")
    stale_after_hours: Hours = 72

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:
        """The last eight weeks; three years and a quarter where nothing is stored."""
        since = self.today(at) - YARDSTICK if newest is None else newest - LOOK_BACK
        return self.history_requests(since, at)

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:  # noqa: ARG002
        """Every report since a day, in one answer."""
        codes = ",".join(f"'{code}'" for code in CONTRACTS)
        first = max(since, self.first_day).isoformat()
        query = {
            "$select": ",".join(FIELDS),
            "$where": f"{CODE} in({codes}) and {DAY}>='{first}'",
            "$order": f"{DAY},{CODE}",
            "$limit": str(MOST_ROWS),
        }
        written = urlencode(query, safe="$,", quote_via=quote)
        return (self.request(f"{PATH}?{written}"),)

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `cftc.GROUP_net_CONTRACT`, longs less shorts in contracts, and their sum
        `cftc.GROUP_net_10y_eq`, NaN where one of the six is missing; index the report's day."""
        table = _rows(body)
        table["day"] = dates(table[DAY], DAY_STYLE, body.url)
        _refuse_other_days(pd.DatetimeIndex(table["day"]), body.url)
        for name in COUNTS:
            table[name] = numbers(table[name], body.url)
        _refuse_wrong_counts(table, body.url)
        found: dict[str, pd.Series[float]] = {}
        for group in GROUPS:
            long, short = SIDES[group]
            table["net"] = table[long] - table[short]
            wide = pivoted(table, body.url, "day", CODE, "net").reindex(columns=list(CONTRACTS))
            for code, contract in CONTRACTS.items():
                found[net_series(group, contract.key)] = wide[code]
            tens = pd.Series({code: contract.tens for code, contract in CONTRACTS.items()})
            found[sum_series(group)] = (wide * tens).sum(axis=1, skipna=False).round(2)
        frame = pd.DataFrame(found).sort_index()
        _refuse_incomplete(frame, body.url)
        return frame

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        single = (net_series(group, one.key) for group in GROUPS for one in CONTRACTS.values())
        return (*single, *map(sum_series, GROUPS))

    def describe(self, series_id: str) -> Series:
        """A group's net position in one contract, or in all of them."""
        group, _, key = series_id.removeprefix("cftc.").partition("_net_")
        is_sum = series_id == sum_series(group)
        names = {one.key: f"{one.name} Treasury futures" for one in CONTRACTS.values()}
        what = "10-year equivalents (fixed DV01 weights)" if is_sum else names[key]
        most = MOST_NET[is_sum]
        return Series(
            series_id=series_id,
            title=f"{GROUPS[group].capitalize()}, net {what}",
            unit="contracts",
            frequency="week",
            source="Futures positions: CFTC, Traders in Financial Futures",
            plausible=(-most, most),
            max_step=LARGEST_STEP[is_sum],
        )

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """15:30 New York on the third business day of the government's offices after the Tuesday of
        a report's week: the Friday, or the Monday after where one of the days is a holiday."""
        return pd.DatetimeIndex([positions_release(one.date()) for one in _tuesdays(periods)])

    def next_period(self, newest: date) -> date:
        """The Tuesday of the week after."""
        return newest + timedelta(days=7 + TUESDAY - newest.weekday())


def _rows(body: Body) -> pd.DataFrame:
    """The rows as text, a column a field, a field that a row leaves out `null`."""
    found = json_of(body)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise BodyRejected(body.url, expected="a list of rows", got=repr(found)[:120])
    if len(found) >= MOST_ROWS:
        got = f"{len(found):,}, as many as were asked for at most"
        raise BodyRejected(body.url, expected=f"fewer than {MOST_ROWS:,} rows", got=got)
    # The service leaves a field out of a row that has no value for it, but never out of all.
    absent = [name for name in FIELDS if not any(name in row for row in found)]
    if absent:
        raise BodyRejected(body.url, expected="rows with every field", got=f"no {absent[0]}")
    table = text_table(found, FIELDS)
    other = table[~table[CODE].isin(list(CONTRACTS))]
    if len(other):
        expected = f"contracts {', '.join(CONTRACTS)}"
        raise BodyRejected(body.url, expected=expected, got=repr(other[CODE].iloc[0])[:40])
    repeated = table[table.duplicated([DAY, CODE])]
    if len(repeated):
        got = f"{' '.join(repeated[[DAY, CODE]].iloc[0])} twice"
        raise BodyRejected(body.url, expected="each contract once a report", got=got)
    return table


def _tuesdays(days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The Tuesday of each day's week."""
    return days - pd.to_timedelta(days.day_of_week - TUESDAY, unit="D")


def _refuse_other_days(days: pd.DatetimeIndex, url: str) -> None:
    """Raise BodyRejected for a report of another day than a Tuesday, or the day before or after one
    that is a holiday."""
    tuesdays = _tuesdays(days)
    is_closed = ~np.all([are_sessions(name, tuesdays) for name in (US_OFFICES, NYSE, US_BONDS)], 0)
    is_beside = np.abs((days - tuesdays).days) <= 1
    wrong = days[(days != tuesdays) & ~(is_beside & is_closed)]
    if len(wrong):
        expected = "reports of Tuesdays, or of the day beside one that is a holiday"
        raise BodyRejected(url, expected=expected, got=f"{wrong[-1]:%a %Y-%m-%d}")


def _refuse_wrong_counts(table: pd.DataFrame, url: str) -> None:
    """Raise BodyRejected for counts that are no contracts: broken, negative, or longs or shorts of
    the groups that are more than the open interest they are part of."""
    counts = table[list(COUNTS)]
    longs, shorts = (table[[sides[at] for sides in SIDES.values()]].sum(axis=1) for at in (0, 1))
    # A group without any position in one of the six is a number left out.
    is_newest = table["day"] == table["day"].max()
    above = table[[OPEN_INTEREST]].lt(np.maximum(longs, shorts), axis=0)
    for wrong, expected in (
        (counts.lt(0) | (counts % 1).gt(0), "whole numbers of contracts, zero or more"),
        (counts.eq(0).mul(is_newest, axis=0), "positions of every group in the newest report"),
        (above, "the groups' longs and shorts not above open interest"),
    ):
        if wrong.to_numpy().any():
            row, column = (int(places[-1]) for places in np.nonzero(wrong.to_numpy()))
            said = f"{wrong.columns[column]} {table[wrong.columns[column]].iloc[row]:g}"
            where = f"contract {table[CODE].iloc[row]} on {table['day'].iloc[row].date()}"
            got = f"{said} for {where}"
            raise BodyRejected(url, expected=expected, got=got, state="IMPLAUSIBLE")


def _refuse_incomplete(frame: pd.DataFrame, url: str) -> None:
    """Raise BodyRejected for a newest report without one of the contracts, or a number of it."""
    newest = frame.iloc[-1]
    missing = [str(name) for name in newest.index[newest.isna()]]
    if missing:
        expected = f"all {len(CONTRACTS)} contracts in the newest report, {frame.index[-1].date()}"
        raise BodyRejected(url, expected=expected, got=f"none for {missing[0]}")
