"""Monthly joint selloff: a month over which the S&P 500, Treasuries and the dollar all fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rules.sampled_selloff import SampledSelloff


@dataclass(frozen=True, kw_only=True)
class JointSelloffMonthly(SampledSelloff):
    """A dated event: over one month the S&P 500 fell, the 10-year yield rose and DXY fell.

    Closes are compared from the last session of one month to the last of the next; a month is over
    with its last weekday, or with the first session of the next where that was closed. Each leg is
    scaled by the standard deviation of its own 63 daily moves before the month, times the root of
    the month's sessions. notice: all three down. warning: the weakest leg at 0.5 sd or more.
    critical: 1 sd or more. From S&P 500, par yield and DXY closes.

    Base rate from S&P 500, DGS10 and DXY closes: 1973-01-31 to 2025-04-30 55 of 628 months; since
    1999 0.65 a year, none of them a warning; before, 14 in 26 years.
    """

    rule_id: ClassVar[str] = "joint_selloff_monthly"
    title: ClassVar[str] = "Joint selloff, monthly"
    unit: ClassVar[str] = "M"
    noun: ClassVar[str] = "month"
