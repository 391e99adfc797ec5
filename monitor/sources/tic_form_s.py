"""Transactions before 2023-02: TIC Form S, by the counterparty's country, from s1_globl."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected, HeldBack
from monitor.formats.form_s_years import other_years
from monitor.formats.tic_tables import (
    KEY,
    TicFile,
    by_period,
    check_order,
    check_unit,
    dated,
    tic_title,
)
from monitor.ingest.http import Body, Request
from monitor.ingest.payload_parsing import lines_in, numbers, rows_in, text_of
from monitor.ingest.source import Hours, PollTimes
from rules.model import Series
from rules.tic.areas import AREAS, CHINA, JAPAN

HEADER: Final = ["name", "code", "month", *(f"[{number}]" for number in range(1, 13))]
# Gross purchases by foreigners from US residents, and gross sales by them to US residents.
COLUMNS: Final = {"[1]": "treas_purchases", "[7]": "treas_sales"}
LOWEST_RATIO: Final = 0.1
HIGHEST_RATIO: Final = 10.0
MOST_USD_MN: Final = 20_000_000.0
LAST: Final = ["Grand Total", "99996"]
# The file is complete and will never change: its last month, and what all areas bought and sold in
# it, in USD mn. Another column is off by 2.5% at least.
LAST_MONTH: Final = "2023-01"
LAST_TOTAL_USD_MN: Final = {"[1]": 2_013_010.0, "[7]": 1_962_067.0}
MOST_OFF_SHARE: Final = 0.01
# Sums of areas that make another, to the rounding of each; one that is not there counts nothing.
SUMS: Final = {
    "99996": (("69995",), ("79995",)),
    "69995": (("19992",), ("29998",), ("39942", "39993"), ("34401",), ("49999",), ("59994",),
              ("69906",)),
}  # fmt: skip
CONTINENTS: Final = {"19992": (10000, 19000), "49999": (40000, 49998), "59994": (50000, 59993)}
# Rows that are a sum themselves, or stood for others before 2001.
MEMOS: Final = ("16713", "10308", "13056")
SUM_GAP_USD_MN: Final = 4.0
# Between two months of more than this no area ever did nothing (one of 2,000 did).
BUSY_USD_MN: Final = 10_000.0
# Japan, China and all areas.
DECIDING: Final = (JAPAN, CHINA, LAST[1])
NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class TicFormS(TicFile):
    """Tab-delimited with quoted thousands (`"1,480"`), an area x month a line, USD mn, 1977-01 to
    2023-01, when SLT took its place. It is complete: it is asked for once.

    Of its twelve columns the two of Treasury bonds and notes are kept. They count by the country of
    the counterparty, not of the custodian, so they are series of their own and never continue into
    those of SLT: net = purchases - sales, with a series break at 2023-02.
    """

    path: ClassVar[str] = "/Publish/s1_globl.txt"
    source_type: ClassVar[str] = "tic_form_s"
    publisher: ClassVar[str] = "US Treasury (TIC Form S)"
    first_day: ClassVar[date] = date(1977, 1, 31)
    refuse_after_days: ClassVar[int] = 36_500
    is_complete: ClassVar[bool] = True

    poll_at: PollTimes = ("09:20",)
    stale_after_hours: Hours = 24

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:
        """The one file, until it is stored."""
        return super().requests(newest, at) if newest is None else ()

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `form_s.CODE.treas_purchases` and `form_s.CODE.treas_sales`, USD mn."""
        table = dated(_lines(text_of(body), body.url), body.url)
        for column in HEADER[3:]:
            plain = [text.replace(",", "") for text in table[column]]
            table[column] = numbers(pd.Series(plain, dtype=object, name=column), body.url)
        check_order(table, body.url)
        _check_balance(table, body.url)
        _check_parts(table, body.url)
        _check_complete(table, body.url)
        return by_period(table.rename(columns=COLUMNS), body.url, "form_s", list(COLUMNS.values()))

    def doubts(self, frame: pd.DataFrame) -> Iterable[HeldBack]:
        """A year in which the areas that decide are not as the file was left."""
        series = [f"form_s.{code}.{name}" for code in DECIDING for name in COLUMNS.values()]
        return other_years(frame, self.name, series)

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(f"form_s.{code}.{name}" for code in AREAS for name in COLUMNS.values())

    def describe(self, series_id: str) -> Series:
        """One area's purchases or sales."""
        _, code, measure = series_id.split(".")
        return Series(
            series_id=series_id,
            title=tic_title(code, measure),
            unit="usd_mn",
            frequency="month",
            source=self.label("s1_globl.txt (Form S)"),
            plausible=(0.0, MOST_USD_MN),
        )

    def stale_at(self, newest: date) -> datetime:  # noqa: ARG002
        """Never."""
        return NEVER


def _lines(text: str, url: str) -> pd.DataFrame:
    """The rows below the header as text."""
    cells = list(rows_in(lines_in(text), url, "\t", strict=True))
    start = next((i for i, row in enumerate(cells) if row == HEADER), None)
    if start is None:
        raise BodyRejected(url, expected=f"a header row {' '.join(HEADER)}", got="none")
    check_unit(" ".join(" ".join(row) for row in cells[:start]), url)
    found = [row for row in cells[start + 1 :] if any(row) and not row[0].startswith("---")]
    short = next((row for row in found if len(row) != len(HEADER)), None)
    if short is not None:
        expected = f"{len(HEADER)} cells in every line"
        raise BodyRejected(url, expected=expected, got=f"{len(short)}: {short[:3]} (cut off?)")
    if not found or found[-1][:2] != LAST:
        got = "nothing" if not found else " ".join(found[-1][:2])
        raise BodyRejected(url, expected=f"{' '.join(LAST)} last", got=f"{got} (cut off?)")
    return pd.DataFrame(found, columns=[*KEY, *HEADER[3:]], dtype=object)


def _check_balance(table: pd.DataFrame, url: str) -> None:
    """Refuse purchases and sales of all areas that are not of one size, as those of one unit are:
    their ratio has been from 0.5 to 5.0."""
    total = table[table["country_code"] == LAST[1]]
    ratio = total["[1]"] / total["[7]"]
    wrong = ratio[(ratio < LOWEST_RATIO) | (ratio > HIGHEST_RATIO)]
    if len(wrong):
        month = total.loc[wrong.index[0], "date"]
        got = f"{wrong.iloc[0]:g} in {month} (unit?)"
        expected = f"purchases over sales from {LOWEST_RATIO:g} to {HIGHEST_RATIO:g}"
        raise BodyRejected(url, expected=expected, got=got, state="IMPLAUSIBLE")


def _check_complete(table: pd.DataFrame, url: str) -> None:
    """Refuse a file that does not end where it was left, or whose totals are those of another
    column, another unit or another year."""
    total = table[table["country_code"] == LAST[1]]
    newest = str(total["date"].max())
    if newest != LAST_MONTH:
        raise BodyRejected(url, expected=f"{LAST_MONTH} as the last month", got=newest)
    last = total[total["date"] == LAST_MONTH].iloc[0]
    for column, known in LAST_TOTAL_USD_MN.items():
        if abs(last[column] / known - 1) > MOST_OFF_SHARE:
            raise BodyRejected(
                url,
                expected=f"a grand total of about {known:,.0f} mn in column {column} of {newest}",
                got=f"{last[column]:,.0f} (another column, or unit?)",
                state="IMPLAUSIBLE",
            )


def _check_parts(table: pd.DataFrame, url: str) -> None:
    """Refuse areas that do not make their totals, and one that does nothing between busy months."""
    for column in COLUMNS:
        wide = table.pivot(index="period_end", columns="country_code", values=column)
        cells = wide.to_numpy(dtype=np.float64)
        place = {str(code): number for number, code in enumerate(wide.columns)}
        given = np.nan_to_num(cells)
        for total, parts in SUMS.items():
            named = [[place[code] for code in part if code in place] for part in parts]
            if total in place and all(named):
                made = given[:, [one for some in named for one in some]].sum(axis=1)
                gap = np.abs(made - cells[:, place[total]])
                _refuse_gap(table, total, pd.Series(gap, wide.index), url)
        for total, (low, high) in CONTINENTS.items():
            mine = [
                number
                for code, number in place.items()
                if low <= int(code) <= high and code not in (*MEMOS, total)
            ]
            if total in place:
                over = given[:, mine].sum(axis=1) - cells[:, place[total]] - 2 * len(mine)
                _refuse_gap(table, total, pd.Series(over, wide.index), url)
        idle = (cells[1:-1] == 0) & (np.minimum(cells[:-2], cells[2:]) > BUSY_USD_MN)
        if idle.any():
            row, number = (int(one) for one in np.argwhere(idle)[-1])
            got = f"0 in {wide.index[row + 1]:%Y-%m} between months of billions"
            expected = f"area {wide.columns[number]} to buy and sell in every month"
            raise BodyRejected(url, expected=expected, got=got, state="IMPLAUSIBLE")


def _refuse_gap(table: pd.DataFrame, total: str, gap: pd.Series[float], url: str) -> None:
    wrong = gap[gap > SUM_GAP_USD_MN]
    if len(wrong):
        name = table.loc[table["country_code"] == total, "country"].iloc[0]
        raise BodyRejected(
            url,
            expected=f"the areas to make {name}",
            got=f"a gap of {wrong.iloc[-1]:,.0f} mn in {wrong.index[-1]:%Y-%m}",
            state="IMPLAUSIBLE",
        )
