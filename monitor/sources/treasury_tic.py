"""Who sold: foreign holdings of and transactions in Treasuries, from TIC slt_table3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from monitor.errors import HeldBack
from monitor.formats.tic_tables import (
    REGIONS,
    TOTALS,
    ReleasedTicFile,
    area_table,
    by_period,
    check_identities,
    check_sums,
    tic_title,
)
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import text_of
from monitor.ingest.source import Hours, PollTimes
from rules.model import Series
from rules.tic.areas import AREAS, CHINA, GRAND_TOTAL, JAPAN

MEASURES: Final = (
    "for_treas_pos",
    "for_treas_net",
    "for_lt_treas_pos",
    "for_lt_treas_net",
    "for_lt_treas_valchg",
    "for_st_treas_pos",
    "for_st_treas_net",
)
# Holdings of the three rows everyone knows, in USD mn: a file in billions or in dollars is refused.
KNOWN_POSITIONS: Final = {
    "42609": (200_000.0, 5_000_000.0),
    "41408": (100_000.0, 5_000_000.0),
    "99996": (2_000_000.0, 50_000_000.0),
}

# All areas, Japan, China. What their Treasuries gained in a month, as a share of what they held,
# was apart by 1.3 points at most since 2023.
DECIDING: Final = (GRAND_TOTAL, JAPAN, CHINA)
POSITIONS: Final = tuple(f"tic.{code}.for_lt_treas_pos" for code in DECIDING)
VALUATIONS: Final = tuple(f"tic.{code}.for_lt_treas_valchg" for code in DECIDING)
MOST_APART_PCT: Final = 4.0


@dataclass(frozen=True, kw_only=True)
class TreasuryTic(ReleasedTicFile):
    """Tab-delimited ASCII, USD mn, an area x month a line, newest first inside an area, the whole
    file rewritten at each release, a machine header somewhere below the titles, notes at the end.

    On a release day it is asked every 30 s from 16:00 New York until the new month is there, for
    at most two hours; where the day is only estimated, on each day on which it can come, round its
    hour.
    """

    path: ClassVar[str] = "/resource-center/data-chart-center/tic/Documents/slt_table3.txt"
    source_type: ClassVar[str] = "treasury_tic"
    publisher: ClassVar[str] = "US Treasury (TIC)"
    first_day: ClassVar[date] = date(2011, 9, 30)

    poll_at: PollTimes = ("09:00", "16:30")
    stale_after_hours: Hours = 72

    def awaits_release(self, newest: date | None, at: datetime) -> bool:
        """Inside a window of a month that is not there yet."""
        return any(opens <= at < closes for opens, closes in self.windows(newest))

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `tic.CODE.MEASURE`, USD mn, index the month's last day; `n.a.` is NaN."""
        table = area_table(text_of(body), body.url, MEASURES)
        check_identities(table, _gaps(table), body.url)
        check_sums(table, (*TOTALS, REGIONS), MEASURES, body.url)
        return by_period(table, body.url, "tic", MEASURES)

    def doubts(self, frame: pd.DataFrame) -> Iterator[HeldBack]:
        """A valuation change of Japan or China that is not like that of all areas."""
        if not {*POSITIONS, *VALUATIONS} <= set(frame.columns):
            return
        ordered = frame.sort_index()
        changes, held = (
            ordered[list(names)].to_numpy(dtype=np.float64) for names in (VALUATIONS, POSITIONS)
        )
        gained = 100.0 * changes[1:] / held[:-1]
        far = np.abs(gained - gained[:, :1]) > MOST_APART_PCT
        for row, column in np.argwhere(far)[-1:]:
            title = self.describe(VALUATIONS[column]).title
            yield HeldBack(
                self.name,
                self.name,
                expected=f"{title} like that of all areas, {gained[row, 0]:.1f}% of holdings",
                got=f"{gained[row, column]:.1f}% in {ordered.index[row + 1]:%Y-%m}",
                settles=True,
            )

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(f"tic.{code}.{measure}" for code in AREAS for measure in MEASURES)

    def describe(self, series_id: str) -> Series:
        """One area's measure."""
        _, code, measure = series_id.split(".")
        is_position = measure == "for_treas_pos"
        return Series(
            series_id=series_id,
            title=tic_title(code, measure),
            unit="usd_mn",
            frequency="month",
            source=self.label("slt_table3.txt"),
            plausible=KNOWN_POSITIONS.get(code) if is_position else None,
        )


def _gaps(table: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """What is zero but for rounding: LT + ST = total, and bill net = change of bill position."""
    same_area = table["country_code"].shift(-1) == table["country_code"]
    before = table["for_st_treas_pos"].shift(-1).where(same_area)
    return {
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
