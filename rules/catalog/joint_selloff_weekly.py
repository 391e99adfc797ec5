"""Weekly joint selloff: a week over which the S&P 500, Treasuries and the dollar all fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rules.sampled_selloff import SampledSelloff


@dataclass(frozen=True, kw_only=True)
class JointSelloffWeekly(SampledSelloff):
    """A dated event: over one week the S&P 500 fell, the 10-year yield rose and DXY fell.

    Closes are compared from the last session of one week to the last of the next; a week is over
    with its Friday, or with the first session after it where Friday was closed. Each leg is scaled
    by the standard deviation of its own 63 daily moves before the week, times the root of the
    week's sessions. notice: all three down. warning: the weakest leg at 0.5 sd or more. critical: 1
    sd or more. From S&P 500, par yield and DXY closes; without a DXY close the week is not judged.

    Base rate from S&P 500, DGS10 and DXY closes: 1973-01-31 to 2025-04-30 241 of 2,726 weeks; since
    1999 2.8 a year, 0.6 of them warnings or more, 0.07 critical.
    """

    rule_id: ClassVar[str] = "joint_selloff_weekly"
    title: ClassVar[str] = "Joint selloff, weekly"
    unit: ClassVar[str] = "W"
    noun: ClassVar[str] = "week"
