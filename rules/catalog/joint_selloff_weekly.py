"""Weekly joint selloff: a week over which the S&P 500, Treasuries and the dollar all fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

from rules.judged_over import JudgedOver
from rules.shared.weekly_monthly_selloff import SampledSelloff


@dataclass(frozen=True, kw_only=True)
class JointSelloffWeekly(SampledSelloff):
    """A dated event: over one week the S&P 500 fell, the 10-year yield rose and DXY fell.

    Each leg moves from its own market's last close of one week to its last of the next; a week is
    over with its Friday, or with the first session after it where Friday was closed. Each leg is
    scaled by the standard deviation of its 63 daily moves before the week, times the root of the
    sessions it takes in. notice: all three down, the weakest leg at 0.25 sd or more. warning: 0.5
    sd. critical: 1 sd. From S&P 500, par yield and DXY closes; without DXY no week is judged.

    Base rate from S&P 500, DGS10 and DXY closes: all three down, by any size, in 241 of 2,726 weeks
    from 1973-01-31 to 2025-04-30; since 1999 notice or more 1.2 a year, warning or more 0.6,
    critical 0.07.
    """

    rule_id = "joint_selloff_weekly"
    title = "Joint selloff, weekly"
    unit = "W"
    noun = "week"
    settled_over = JudgedOver.WEEK

    enabled: bool = True
    window_sessions: Annotated[int, Interval(ge=20, le=504)] = 63
    notice_weakest_leg_sd: Annotated[float, Interval(ge=0, le=10)] = 0.25
    warning_weakest_leg_sd: Annotated[float, Interval(gt=0, le=10)] = 0.5
    critical_weakest_leg_sd: Annotated[float, Interval(gt=0, le=10)] = 1.0
