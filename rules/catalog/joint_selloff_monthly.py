"""Monthly joint selloff: a month over which the S&P 500, Treasuries and the dollar all fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

from rules.judged_over import JudgedOver
from rules.shared.weekly_monthly_selloff import SampledSelloff


@dataclass(frozen=True, kw_only=True)
class JointSelloffMonthly(SampledSelloff):
    """A dated event: over one month the S&P 500 fell, the 10-year yield rose and DXY fell.

    Each leg moves from its own market's last close of one month to its last of the next; a month is
    over with its last weekday, or with the first session of the next where that was closed. Each
    leg is scaled by the standard deviation of its 63 daily moves before the month, times the root
    of the sessions it takes in. notice: all three down, the weakest leg at 0.25 sd or more.
    warning: 0.5 sd. critical: 1 sd. From S&P 500, par yield and DXY closes.

    Base rate from S&P 500, DGS10 and DXY closes: all three down, by any size, in 54 of 627 months
    after 1973-01-31, to 2025-04-30; since 1999 notice or more 0.25 a year, none of them a warning;
    from 1973 to 1998 14 warnings or more.
    """

    rule_id = "joint_selloff_monthly"
    title = "Joint selloff, monthly"
    unit = "M"
    noun = "month"
    settled_over = JudgedOver.MONTH

    enabled: bool = True
    window_sessions: Annotated[int, Interval(ge=20, le=504)] = 63
    notice_weakest_leg_sd: Annotated[float, Interval(ge=0, le=10)] = 0.25
    warning_weakest_leg_sd: Annotated[float, Interval(gt=0, le=10)] = 0.5
    critical_weakest_leg_sd: Annotated[float, Interval(gt=0, le=10)] = 1.0
