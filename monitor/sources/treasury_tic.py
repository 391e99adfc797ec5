"""Who sold: foreign holdings of and transactions in Treasuries, from TIC slt_table3."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from monitor.bodies import numbers, text_of
from monitor.calendars import month_end, tic_release
from monitor.errors import BodyRejected
from monitor.http import Body, Request
from monitor.source import BaseUrl, Hours, PollTimes, Source, UserAgent
from rules.model import Series

PATH: Final = "/resource-center/data-chart-center/tic/Documents/slt_table3.txt"
HEADER: Final = (
    "country",
    "country_code",
    "date",
    "for_treas_pos",
    "for_treas_net",
    "for_lt_treas_pos",
    "for_lt_treas_net",
    "for_lt_treas_valchg",
    "for_st_treas_pos",
    "for_st_treas_net",
)
MEASURES: Final = HEADER[3:]
WINDOW: Final = timedelta(hours=2)
WINDOW_POLL: Final = timedelta(seconds=30)

# Holdings of the three rows everyone knows, in USD mn: a file in billions or in dollars is refused.
KNOWN_POSITIONS: Final = {
    "42609": (200_000.0, 5_000_000.0),
    "41408": (100_000.0, 5_000_000.0),
    "99996": (2_000_000.0, 50_000_000.0),
}
ROUNDING_USD_MN: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class TreasuryTic(Source):
    """Tab-delimited ASCII, USD mn, an area x month a line, newest first inside an area, the whole
    file rewritten at each release, a machine header somewhere below the titles, notes at the end.

    On a release day it is asked every 30 s from 16:00 New York until the new month is there, for
    at most two hours.
    """

    source_type: ClassVar[str] = "treasury_tic"
    publisher: ClassVar[str] = "US Treasury (TIC)"
    licence: ClassVar[str] = "public domain"
    refuse_after_days: ClassVar[int] = 160

    base_url: BaseUrl = "https://ticdata.treasury.gov"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("09:00", "16:30")
    stale_after_hours: Hours = 72

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:  # noqa: ARG002
        """The one file, whatever is stored."""
        return (self.request(PATH),)

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:  # noqa: ARG002
        """The one file, whatever is wanted."""
        return (self.request(PATH),)

    def next_poll(self, after: datetime, newest: date | None) -> datetime:
        """The usual times, and the release window while the new month is missing from it."""
        usual = super().next_poll(after, newest)
        if newest is None:
            return usual
        release, estimated = tic_release(self.next_period(newest))
        if estimated or after >= release + WINDOW:
            return usual
        return min(usual, max(release, after + WINDOW_POLL))

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `tic.CODE.MEASURE`, USD mn, index the month's last day; `n.a.` is NaN."""
        table = _table(text_of(body), body.url)
        for measure in MEASURES:
            table[measure] = numbers(table[measure], body.url)
        _check_order(table, body.url)
        _check_identities(table, body.url)
        # A month is complete only once every area that is there now is there for it, which the
        # publisher's whole-file rewrite guarantees; rows without any number are dropped.
        wide = table.pivot(index="period_end", columns="country_code", values=list(MEASURES))
        pairs = wide.columns.to_flat_index()
        wide.columns = pd.Index([f"tic.{pair[1]}.{pair[0]}" for pair in pairs])
        return wide.dropna(axis=1, how="all")

    def describe(self, series_id: str) -> Series:
        """One area's measure."""
        _, code, measure = series_id.split(".")
        is_position = measure == "for_treas_pos"
        return Series(
            series_id=series_id,
            title=f"TIC {measure} of area {code}",
            unit="usd_mn",
            frequency="month",
            source="TIC: US Treasury slt_table3.txt",
            plausible=KNOWN_POSITIONS.get(code) if is_position else None,
        )

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """The release day's 16:00 New York, by the calendar or its rule of thumb."""
        return pd.DatetimeIndex([tic_release(period.date())[0] for period in periods])

    def next_period(self, newest: date) -> date:
        """The next month's end."""
        return month_end(newest + timedelta(days=1))


def _table(text: str, url: str) -> pd.DataFrame:
    """The lines below the machine header, columns by name, with `period_end`."""
    lines = text.splitlines()
    cells = [[cell.strip() for cell in line.split("\t")] for line in lines]
    start = next((i for i, row in enumerate(cells) if row[:3] == list(HEADER[:3])), None)
    if start is None:
        raise BodyRejected(
            url,
            expected=f"a tab-delimited header line {' '.join(HEADER)}",
            got=f"none in {len(lines)} lines",
        )
    header = cells[start]
    absent = [name for name in HEADER if name not in header]
    if absent:
        raise BodyRejected(
            url, expected=f"columns {', '.join(HEADER)}", got=f"no {', '.join(absent)}"
        )
    _check_unit("\n".join(lines[:start]), url)
    end = next((i for i in range(start + 1, len(cells)) if cells[i][0].startswith("Notes:")), None)
    if end is None:
        raise BodyRejected(url, expected="`Notes:` behind the last line", got="no end (cut off?)")
    rows = [row for row in cells[start + 1 : end] if any(row)]
    short = next((row for row in rows if len(row) < len(header)), None)
    if short is not None:
        raise BodyRejected(
            url, expected=f"{len(header)} cells in every line", got=f"{len(short)}: {short[:3]}"
        )
    table = pd.DataFrame([row[: len(header)] for row in rows], columns=header, dtype=object)
    months = pd.to_datetime(table["date"], format="%Y-%m", errors="coerce")
    wrong = months.isna() | ~table["country_code"].str.fullmatch(r"\d{5}")
    if wrong.any():
        got = " ".join(str(cell) for cell in table.loc[wrong, list(HEADER[:3])].iloc[0])
        raise BodyRejected(url, expected="a five-digit code and YYYY-MM", got=f"{got[:60]!r}")
    return table.assign(period_end=months + pd.offsets.MonthEnd(0))


def _check_unit(preamble: str, url: str) -> None:
    unit = re.search(r"(\w+) of dollars", preamble, re.IGNORECASE)
    if unit is not None and unit.group(1).lower() != "millions":
        raise BodyRejected(url, expected="Millions of dollars", got=unit.group(0))


def _check_order(table: pd.DataFrame, url: str) -> None:
    key = ["country_code", "period_end"]
    repeated = table[table.duplicated(key)]
    if len(repeated):
        row = repeated.iloc[0]
        raise BodyRejected(
            url,
            expected="each area and month once",
            got=f"{row['country']} {row['date']} twice",
        )
    same_area = table["country_code"].to_numpy()[1:] == table["country_code"].to_numpy()[:-1]
    later = np.diff(table["period_end"].to_numpy()).astype("int64") > 0
    wrong = np.flatnonzero(same_area & later)
    if len(wrong):
        row = table.iloc[int(wrong[0]) + 1]
        raise BodyRejected(
            url,
            expected="months newest first inside an area",
            got=f"{row['country']} {row['date']} out of order",
        )


def _check_identities(table: pd.DataFrame, url: str) -> None:
    """LT + ST = total, and bill net = change of the bill position, to the rounding of a million."""
    same_area = table["country_code"].shift(-1) == table["country_code"]
    before = table["for_st_treas_pos"].shift(-1).where(same_area)
    gaps = {
        "for_lt_treas_pos + for_st_treas_pos = for_treas_pos": (
            table["for_lt_treas_pos"] + table["for_st_treas_pos"] - table["for_treas_pos"]
        ),
        "for_lt_treas_net + for_st_treas_net = for_treas_net": (
            table["for_lt_treas_net"] + table["for_st_treas_net"] - table["for_treas_net"]
        ),
        "for_st_treas_net = change of for_st_treas_pos": (
            table["for_st_treas_pos"] - before - table["for_st_treas_net"]
        ),
    }
    for identity, gap in gaps.items():
        wrong = gap.abs() > ROUNDING_USD_MN
        if wrong.any():
            row = table[wrong].iloc[0]
            raise BodyRejected(
                url,
                expected=identity,
                got=f"a gap of {gap[wrong].iloc[0]:,.0f} mn for {row['country']} {row['date']}",
                state="IMPLAUSIBLE",
            )
