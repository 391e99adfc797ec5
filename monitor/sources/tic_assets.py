"""Who holds what: foreign holdings of US long-term securities by type, from TIC slt_table1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

import pandas as pd

from monitor.formats.tic_tables import (
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
from rules.tic.areas import AREAS

KINDS: Final = ("treas", "agcy", "corp", "eqty")
COUNTS: Final = ("pos", "net", "valchg")
MEASURES: Final = tuple(f"for_lt_{kind}_{count}" for kind in ("total", *KINDS) for count in COUNTS)

# Holdings that everyone knows, in USD mn: a file in billions or in dollars is refused.
KNOWN_POSITIONS: Final = {
    "tic_lt.99996.for_lt_total_pos": (10_000_000.0, 200_000_000.0),
    "tic_lt.42609.for_lt_total_pos": (500_000.0, 20_000_000.0),
    "tic_lt.41408.for_lt_total_pos": (200_000.0, 20_000_000.0),
}


@dataclass(frozen=True, kw_only=True)
class TicAssets(ReleasedTicFile):
    """Tab-delimited ASCII like slt_table3: an area x month a line, USD mn, from 2020-01; positions,
    net sales to foreigners and valuation changes of Treasuries, agencies, corporate bonds and
    equities. Its Treasury columns are those of slt_table3.

    On a release day it is asked as often as slt_table3, and after it where both are due.
    """

    path: ClassVar[str] = "/resource-center/data-chart-center/tic/Documents/slt_table1.txt"
    source_type: ClassVar[str] = "tic_assets"
    publisher: ClassVar[str] = "US Treasury (TIC, by asset)"
    first_day: ClassVar[date] = date(2011, 9, 30)

    poll_at: PollTimes = ("09:10", "16:45")
    stale_after_hours: Hours = 72

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `tic_lt.CODE.MEASURE`, USD mn, index the month's last day; `n.a.` is NaN."""
        table = area_table(text_of(body), body.url, MEASURES)
        check_identities(table, _gaps(table), body.url)
        check_sums(table, TOTALS, MEASURES, body.url)
        return by_period(table, body.url, "tic_lt", MEASURES)

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(f"tic_lt.{code}.{measure}" for code in AREAS for measure in MEASURES)

    def describe(self, series_id: str) -> Series:
        """One area's measure."""
        _, code, measure = series_id.split(".")
        return Series(
            series_id=series_id,
            title=tic_title(code, measure),
            unit="usd_mn",
            frequency="month",
            source=self.label("slt_table1.txt"),
            plausible=KNOWN_POSITIONS.get(series_id),
        )


def _gaps(table: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """What is zero but for rounding: the four types make the total, for each count."""
    return {
        f"for_lt_total_{count} = treas + agcy + corp + eqty": (
            table[[f"for_lt_{kind}_{count}" for kind in KINDS]].sum(axis=1, skipna=False)
            - table[f"for_lt_total_{count}"]
        )
        for count in COUNTS
    }
