"""How often each rule fires, measured once on public data and shipped with the program.

A new database has a year or two of numbers and cannot say how rare a day is. Rates and dates only:
no price is in here. `tests/real` measures every one of them again where the data are at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rules.wording import number


@dataclass(frozen=True)
class BaseRate:
    """Alerts a year at each severity or worse, by today's settings, over the months named.

    `by_chance` is how often it would fire at notice or worse if sessions were independent; None
    where that says nothing.
    """

    since: str
    until: str
    notice: float
    warning: float
    critical: float
    by_chance: float | None = None

    @property
    def said(self) -> str:
        """`base rate from the shipped 1999-01 to 2026-08 sample: 1.7 a year, ...`."""
        chance = "" if self.by_chance is None else f"; by chance alone {_rate(self.by_chance)}"
        return (
            f"base rate from the shipped {self.since} to {self.until} sample: "
            f"{_rate(self.notice)} a year, {_rate(self.warning)} at warning or worse, "
            f"{_rate(self.critical)} critical{chance}"
        )


# By rule and subject.
BASE_RATES: Final[Mapping[str, BaseRate]] = MappingProxyType(
    {
        "joint_selloff/us": BaseRate("1999-01", "2026-08", 7.1, 2.9, 0.9),
        "joint_selloff_weekly/us": BaseRate("1999-01", "2026-08", 1.2, 0.6, 0.07),
        "joint_selloff_monthly/us": BaseRate("1999-01", "2026-08", 0.25, 0.0, 0.0),
        "selloff_cluster/us": BaseRate("1999-01", "2026-08", 0.4, 0.11, 0.0, by_chance=0.15),
        "haven_failure/us": BaseRate("1999-01", "2026-08", 3.7, 1.8, 0.65),
        "rates_up_dollar_down/us": BaseRate("1999-01", "2026-08", 1.7, 0.9, 0.4),
        "correlation_regime/stock_bond": BaseRate(
            "1999-01", "2026-08", 0.47, 0.18, 0.07, by_chance=0.38
        ),
        "correlation_regime/stock_dollar": BaseRate(
            "1999-01", "2026-08", 0.51, 0.29, 0.18, by_chance=0.38
        ),
        "custody_outflow/officials": BaseRate("2007-07", "2026-06", 2.06, 0.42, 0.21),
        "japan_foreign_debt/residents": BaseRate("2005-01", "2026-08", 0.98, 0.0, 0.0),
        "aggregate_net_sales/all": BaseRate("2000-04", "2026-04", 1.30, 0.84, 0.38),
        "foreign_net_sales/japan": BaseRate("2011-09", "2026-04", 0.75, 0.75, 0.27),
        "foreign_net_sales/china": BaseRate("2011-09", "2026-04", 1.36, 1.36, 0.48),
        "foreign_share/all": BaseRate("2000-03", "2026-03", 0.15, 0.12, 0.04),
        # From the years that their sizes were not taken from.
        "term_premium_day/acm_10y": BaseRate("1999-01", "2009-12", 11.3, 1.7, 0.1),
        "term_premium_jump/acm_10y": BaseRate("1999-01", "2009-12", 3.8, 1.1, 0.45),
    }
)


def base_rate(rule_id: str, subject: str) -> BaseRate | None:
    """The shipped rate of a rule about a subject; None where none could be measured."""
    return BASE_RATES.get(f"{rule_id}/{subject}")


def _rate(a_year: float) -> str:
    """Two digits below one in ten years, else one."""
    return "none" if a_year == 0 else number(a_year, 2 if a_year < 0.1 else 1)
