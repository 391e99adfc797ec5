"""Par yields, from the US Treasury's daily par yield curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import ClassVar, Final

from monitor.formats.par_curve import BASE, ParCurve, Tenor
from monitor.ingest.http import Request

ARCHIVE_PATH: Final = BASE + "/daily-treasury-rate-archives/par-yield-curve-rates-1990-2023.csv"
ARCHIVE_YEARS: Final = range(1990, 2024)

# Short bills have traded at and below zero; the 10-year never below 0.5%, so a yield given as a
# fraction (0.0442) is refused by its level.
TENORS: Final = MappingProxyType(
    {
        "2 Yr": Tenor("ust2y", (0.05, 25.0)),
        "5 Yr": Tenor("ust5y", (0.05, 25.0)),
        "10 Yr": Tenor("ust10y", (0.25, 25.0)),
        "30 Yr": Tenor("ust30y", (0.5, 25.0)),
    }
)
MATURITIES: Final = ("1 Mo", "2 Mo", "3 Mo", "4 Mo", "6 Mo", "1 Yr", "2 Yr", "3 Yr", "5 Yr",
                     "7 Yr", "10 Yr", "20 Yr", "30 Yr")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TreasuryCurve(ParCurve):
    """Columns from `1 Mo` to `30 Yr`, of which four are stored; 1990 to 2023 are in one archive."""

    source_type: ClassVar[str] = "treasury_curve"
    first_day: ClassVar[date] = date(1990, 1, 2)
    kind: ClassVar[str] = "daily_treasury_yield_curve"
    tenors: ClassVar[Mapping[str, Tenor]] = TENORS
    maturities: ClassVar[tuple[str, ...]] = MATURITIES
    label: ClassVar[str] = "Treasury par yield"
    origin: ClassVar[str] = "Yields: US Treasury par curve"
    # The largest since 1990 was 0.57, of the 2-year on 2023-03-13.
    largest_step_pct: ClassVar[float] = 0.8

    @property
    def substitutes(self) -> Mapping[str, str]:
        """The tenors."""
        return {tenor.series_id: tenor.series_id for tenor in TENORS.values()}

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:
        """The archive of 1990 to 2023 where it is needed, then a file a year."""
        years = self._years(max(since.year, ARCHIVE_YEARS.stop), self.today(at).year)
        if since.year >= ARCHIVE_YEARS.stop:
            return years
        return (self.request(ARCHIVE_PATH, optional=True), *years)
