"""What the TIC files of the US Treasury have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import pandas as pd
from annotated_types import Len

from monitor.errors import BodyRejected
from monitor.ingest.calendars import MONTH_ENDS, month_end, tic_release, tic_release_days
from monitor.ingest.payload_parsing import numbers, pivoted, without_date, without_words
from monitor.ingest.source import BaseUrl, UserAgent, WholeFile
from rules.tic.areas import GRAND_TOTAL, OFFICIAL, PRIVATE, area_name
from rules.tic.series_ids import TITLES

WINDOW: Final = timedelta(hours=2)
# It is posted within a quarter of an hour of its time.
ESTIMATED_WINDOW: Final = timedelta(minutes=20)
WINDOW_POLL: Final = timedelta(seconds=30)

KEY: Final = ("country", "country_code", "date")
# Rows that make another, the total first: of every measure, and of Treasuries also the regions.
TOTALS: Final = ((GRAND_TOTAL, "69995", "79995"), (GRAND_TOTAL, OFFICIAL, PRIVATE))
REGIONS: Final = ("69995", "19992", "29998", "39942", "34401", "49999", "59994", "69906")
# What stands in the first cell behind the last line.
ENDS: Final = ("Notes:", "Definitions:")
# Numbers are rounded one by one, so that sums are off by one at most.
ROUNDING_USD_MN: Final = 1.0
KINDS: Final = {
    "total": "long-term US securities",
    "treas": "long-term Treasuries",
    "agcy": "agency bonds",
    "corp": "corporate bonds",
    "eqty": "equities",
}
COUNTS: Final = {"pos": "holdings of", "net": "net purchases of", "valchg": "valuation change of"}
FLOWS: Final = ("_net", "_valchg", "_purchases", "_sales")


def tic_title(code: str, measure: str) -> str:
    """`China: net long-term Treasury purchases`."""
    return f"{area_name(code)}: {TITLES.get(measure) or _asset_title(measure)}"


def _asset_title(measure: str) -> str:
    """`net purchases of equities` for for_lt_eqty_net."""
    _, _, kind, count = measure.split("_")
    return f"{COUNTS[count]} {KINDS[kind]}"


def is_tic_flow(series_id: str) -> bool:
    """Whether a TIC series counts what happened in a month."""
    return series_id.startswith(("tic.", "tic_lt.", "form_s.")) and series_id.endswith(FLOWS)


def area_table(text: str, url: str, measures: Sequence[str]) -> pd.DataFrame:
    """A tab-delimited file of areas by month: a row a line, `country`, `country_code`, `period_end`
    and the `measures` in USD mn, `n.a.` NaN.

    The lines are those below the machine header, wherever it stands, newest first inside an area.
    """
    table = _lines(text, url, (*KEY, *measures))
    for measure in measures:
        if (table[measure] == "").any():
            expected = "a number or `n.a.` in every cell"
            row = table[table[measure] == ""].iloc[0]
            got = f"an empty one for {row['country']} {row['date']} in {measure}"
            raise BodyRejected(url, expected=expected, got=got)
        table[measure] = numbers(table[measure], url)
    check_order(table, url)
    _check_total(table, url)
    return table


def _check_total(table: pd.DataFrame, url: str) -> None:
    """Refuse a month of some area for which there is no grand total."""
    total = table.loc[table["country_code"] == GRAND_TOTAL, "period_end"]
    alone = ~table["period_end"].isin(total)
    if len(total) and alone.any():
        row = table[alone].iloc[0]
        got = f"none in {row['date']}, of which {row['country']} is given"
        raise BodyRejected(url, expected="a grand total in every month", got=got)


def by_period(table: pd.DataFrame, url: str, prefix: str, measures: Sequence[str]) -> pd.DataFrame:
    """The same numbers with an index of periods and columns `PREFIX.CODE.MEASURE`.

    The publisher rewrites the whole file at each release; columns without any number are dropped.
    """
    wide = pivoted(table, url, "period_end", "country_code", list(measures))
    pairs = wide.columns.to_flat_index()
    wide.columns = pd.Index([f"{prefix}.{pair[1]}.{pair[0]}" for pair in pairs])
    return wide.dropna(axis=1, how="all")


def check_identities(table: pd.DataFrame, gaps: Mapping[str, pd.Series[float]], url: str) -> None:
    """Refuse a table of which a gap that should be zero, in USD mn, is beyond the rounding."""
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


def check_sums(
    table: pd.DataFrame, sums: Sequence[Sequence[str]], measures: Sequence[str], url: str
) -> None:
    """Refuse a table of which rows that make a total do not, in a month for which all are given.

    `sums`: codes, the total's first. They hold to the million in every month since 2020.
    """
    if table.empty:
        return
    months, codes = pd.factorize(table["period_end"])[0], table["country_code"].to_numpy()
    cells = table[list(measures)].to_numpy(dtype=np.float64)
    for total, *parts in sums:
        given = np.full((1 + len(parts), months.max() + 1, len(measures)), np.nan)
        for place, code in enumerate((total, *parts)):
            mine = codes == code
            given[place, months[mine]] = cells[mine]
        gap = np.abs(given[1:].sum(axis=0) - given[0])
        wrong = np.argwhere(gap > ROUNDING_USD_MN * len(parts))
        if len(wrong):
            month, measure = (int(one) for one in wrong[0])
            row = table[(codes == total) & (months == month)].iloc[0]
            raise BodyRejected(
                url,
                expected=f"{measures[measure]} of {row['country']} to be the sum of its parts",
                got=f"a gap of {gap[month, measure]:,.0f} mn in {row['date']}",
                state="IMPLAUSIBLE",
            )


def _lines(text: str, url: str, columns: Sequence[str]) -> pd.DataFrame:
    """The lines below the machine header, columns by name, with `period_end`."""
    lines = text.splitlines()
    cells = [[cell.strip() for cell in line.split("\t")] for line in lines]
    start = next((i for i, row in enumerate(cells) if row[:3] == list(KEY)), None)
    if start is None:
        raise BodyRejected(
            url,
            expected=f"a tab-delimited header line {' '.join(columns)}",
            got=f"none in {len(lines)} lines",
        )
    header = cells[start]
    absent = [name for name in columns if name not in header]
    if absent:
        raise BodyRejected(
            url, expected=f"columns {', '.join(columns)}", got=f"no {', '.join(absent)}"
        )
    check_unit("\n".join(lines[:start]), url)
    end = next((i for i in range(start + 1, len(cells)) if cells[i][0].startswith(ENDS)), None)
    if end is None:
        raise BodyRejected(url, expected="notes behind the last line", got="no end (cut off?)")
    rows = [row for row in cells[start + 1 : end] if any(row)]
    short = next((row for row in rows if len(row) < len(header)), None)
    if short is not None:
        raise BodyRejected(
            url, expected=f"{len(header)} cells in every line", got=f"{len(short)}: {short[:3]}"
        )
    table = pd.DataFrame([row[: len(header)] for row in rows], columns=header, dtype=object)
    return dated(table, url)


def dated(table: pd.DataFrame, url: str) -> pd.DataFrame:
    """The table with `period_end`, the last day of each month; codes and months are checked."""
    months = pd.to_datetime(without_words(table["date"]), format="%Y-%m", errors="coerce")
    wrong = without_date(months) | ~table["country_code"].str.fullmatch(r"\d{5}")
    if wrong.any():
        got = " ".join(str(cell) for cell in table.loc[wrong, list(KEY)].iloc[0])
        raise BodyRejected(url, expected="a five-digit code and YYYY-MM", got=f"{got[:60]!r}")
    return table.assign(period_end=months + pd.offsets.MonthEnd(0))


def check_unit(preamble: str, url: str, unit: str = "millions") -> None:
    """Refuse a file whose titles name another unit of dollars."""
    for named in re.finditer(r"(\w+) of dollars", preamble, re.IGNORECASE):
        if named.group(1).lower() != unit:
            raise BodyRejected(url, expected=f"{unit} of dollars", got=named.group(0))


def check_order(table: pd.DataFrame, url: str) -> None:
    """Refuse an area's month that comes twice or not newest first."""
    key = ["country_code", "period_end"]
    repeated = table[table.duplicated(key)]
    if len(repeated):
        row = repeated.iloc[0]
        raise BodyRejected(
            url,
            expected="each area and month once",
            got=f"{row['country']} {row['date']} twice",
        )
    total = table.loc[table["country_code"] == GRAND_TOTAL, "period_end"].sort_values()
    gap = total.diff().gt(pd.Timedelta(days=31))
    if gap.any():
        got = f"none for the month before {total[gap].iloc[-1]:%Y-%m}"
        raise BodyRejected(url, expected="a grand total in every month", got=got)
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


@dataclass(frozen=True, kw_only=True)
class TicFile(WholeFile):
    """A file of TIC by month: out at 16:00 New York on the release day of its newest month."""

    licence: ClassVar[str] = "public domain"
    calendar: ClassVar[str] = MONTH_ENDS
    refuse_after_days: ClassVar[int] = 160

    base_url: BaseUrl = "https://ticdata.treasury.gov"
    user_agent: UserAgent = "havenwatch/0.1"
    note: Annotated[str, Len(max_length=80)] = ""

    def label(self, file: str) -> str:
        """What messages name as the source of a number, with the note of the configuration."""
        note = f", {self.note}" if self.note else ""
        return f"TIC: US Treasury {file}{note}"

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """The release day's 16:00 New York, by the calendar or its rule of thumb."""
        return pd.DatetimeIndex([tic_release(period.date())[0] for period in periods])

    def release(self, period: date) -> tuple[datetime, bool]:
        """By the calendar, or by its rule of thumb."""
        return tic_release(period)

    def latest_release(self, period: date) -> datetime:
        """The last of the days on which it can come, where its day is only estimated."""
        return tic_release_days(period)[-1]

    def next_period(self, newest: date) -> date:
        """The next month's end."""
        return month_end(newest + timedelta(days=1))


@dataclass(frozen=True, kw_only=True)
class ReleasedTicFile(TicFile):
    """A file of TIC that each release rewrites: it is asked closely around its hour."""

    def next_poll(self, after: datetime, newest: date | None) -> datetime:
        """The usual times, and the release window while the new month is missing from it."""
        usual = super().next_poll(after, newest)
        awaited = self.window_poll(after, newest)
        return usual if awaited is None else min(usual, awaited)

    def window_poll(self, after: datetime, newest: date | None) -> datetime | None:
        """When the window that is open, or opens next, is asked in next."""
        for opens, closes in self.windows(newest):
            if after < closes:
                return max(opens, after + WINDOW_POLL)
        return None

    def windows(self, newest: date | None) -> list[tuple[datetime, datetime]]:
        """When the month after `newest` is awaited: on its day, or on each of the days on which it
        can come where its day is only estimated."""
        if newest is None:
            return []
        days = tic_release_days(self.next_period(newest))
        span = WINDOW if len(days) == 1 else ESTIMATED_WINDOW
        return [(opens, opens + span) for opens in days]
