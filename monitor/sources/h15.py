"""Treasury yields once more, from the Federal Reserve Board's H.15: a check of the par curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Final

import pandas as pd

from monitor.formats.curves import refuse_moved_cells
from monitor.formats.fed_ddp import FedPackage, package_table
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import NEW_YORK, US_BONDS, US_OFFICES, next_session
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import text_of
from monitor.ingest.source import Hours
from rules.model import Series

# Tenors by the publisher's mnemonic. The 10-year was never below 0.5%.
TENORS: Final = {
    "RIFLGFCY02_N.B": ("ust2y", "2-year", (0.05, 25.0)),
    "RIFLGFCY05_N.B": ("ust5y", "5-year", (0.05, 25.0)),
    "RIFLGFCY10_N.B": ("ust10y", "10-year", (0.25, 25.0)),
    "RIFLGFCY30_N.B": ("ust30y", "30-year", (0.5, 25.0)),
}
# All of them in order: the others are read to see that no cell moved.
MATURITIES: Final = (
    "RIFLGFCM01_N.B", "RIFLGFCM03_N.B", "RIFLGFCM06_N.B", "RIFLGFCY01_N.B", "RIFLGFCY02_N.B",
    "RIFLGFCY03_N.B", "RIFLGFCY05_N.B", "RIFLGFCY07_N.B", "RIFLGFCY10_N.B", "RIFLGFCY20_N.B",
    "RIFLGFCY30_N.B",
)  # fmt: skip
# What the rules and figures are judged by.
REQUIRED: Final = ("RIFLGFCY05_N.B", "RIFLGFCY10_N.B")
# The largest since 1962 was 0.89, of the 2-year on 1981-07-20.
LARGEST_STEP_PCT: Final = 1.0


@dataclass(frozen=True, kw_only=True)
class H15(FedPackage):
    """Constant-maturity yields, which are the Treasury's par yields, `ND` on holidays, the next
    business day at 16:15. It stands in for the par curve where that has nothing, and checks it."""

    source_type: ClassVar[str] = "h15"
    publisher: ClassVar[str] = "Federal Reserve Board (H.15)"
    release_name: ClassVar[str] = "H15"
    package: ClassVar[str] = "bf17364827e38702b42a58cf8eaa3f78"
    newest_count: ClassVar[int] = 15
    first_day: ClassVar[date] = date(1962, 1, 2)
    calendar: ClassVar[str] = US_BONDS
    refuse_after_days: ClassVar[int] = 14

    stale_after_hours: Hours = 24

    @property
    def substitutes(self) -> Mapping[str, str]:
        """The tenors of the par curve."""
        return {tenor: f"h15.{tenor}" for tenor, _, _ in TENORS.values()}

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `h15.ust2y` to `h15.ust30y`, percent; the 5 and 10-year are always there."""
        table = package_table(text_of(body), body.url, MATURITIES, REQUIRED, unit="percent")
        refuse_moved_cells(table, body.url)
        kept = table[[name for name in TENORS if name in table]]
        return kept.rename(columns={name: f"h15.{tenor}" for name, (tenor, _, _) in TENORS.items()})

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(f"h15.{tenor}" for tenor, _, _ in TENORS.values())

    def describe(self, series_id: str) -> Series:
        """One tenor."""
        tenor = series_id.removeprefix("h15.")
        title, plausible = next((t, p) for known, t, p in TENORS.values() if known == tenor)
        return Series(
            series_id=series_id,
            title=f"Treasury constant-maturity yield, {title}",
            unit="pct",
            frequency="session",
            source="Yields: Federal Reserve Board H.15",
            plausible=plausible,
            max_step=LARGEST_STEP_PCT,
            tenor_years=float(title.partition("-")[0]),
        )

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """16:15 New York on the next business day."""
        return known_by(periods, time(16, 15), 1, NEW_YORK, US_OFFICES)

    def next_period(self, newest: date) -> date:
        """The next session of the US bond market."""
        return next_session(US_BONDS, newest)
