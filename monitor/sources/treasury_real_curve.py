"""Par real yields of inflation-protected securities (TIPS), from the US Treasury's real curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final

from monitor.formats.par_curve import ParCurve, Tenor

# The 10-year has been between -1.19 and 3.15 since 2003, and the 5-year was above 4 in 2008.
PLAUSIBLE_PCT: Final = (-4.0, 8.0)
# Files of the years before a tenor began may leave its column out.
TENORS: Final = MappingProxyType(
    {
        "5 YR": Tenor("ust5y_real", PLAUSIBLE_PCT),
        "7 YR": Tenor("ust7y_real", PLAUSIBLE_PCT),
        "10 YR": Tenor("ust10y_real", PLAUSIBLE_PCT),
        "20 YR": Tenor("ust20y_real", PLAUSIBLE_PCT, since=date(2004, 7, 27)),
        "30 YR": Tenor("ust30y_real", PLAUSIBLE_PCT, since=date(2010, 2, 22)),
    }
)


@dataclass(frozen=True, kw_only=True)
class TreasuryRealCurve(ParCurve):
    """The same file as the nominal curve's, its tenors in capitals; the nominal yield less the real
    one of the same tenor is the breakeven inflation rate."""

    source_type: ClassVar[str] = "treasury_real_curve"
    first_day: ClassVar[date] = date(2003, 1, 2)
    kind: ClassVar[str] = "daily_treasury_real_yield_curve"
    tenors: ClassVar[Mapping[str, Tenor]] = TENORS
    maturities: ClassVar[tuple[str, ...]] = tuple(TENORS)
    label: ClassVar[str] = "Treasury par real yield"
    origin: ClassVar[str] = "Real yields: US Treasury par real curve"
    # The largest of the 10-year since 2003 was 0.62, on 2009-03-18.
    largest_step_pct: ClassVar[float] = 0.8
