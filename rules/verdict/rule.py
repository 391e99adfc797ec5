"""The sizes that a verdict is weighed by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

Days = Annotated[int, Interval(ge=1, le=1000)]
UsdBn = Annotated[float, Interval(ge=-5000, le=5000)]
SalePct = Annotated[float, Interval(ge=-100, lt=0)]


@dataclass(frozen=True, kw_only=True)
class VerdictRule:
    """The sizes of the verdict.

    Transactions with bills decide, in percent of foreign holdings at the start of the window: at or
    below its size foreigners *sold* over one, three or twelve months; a smaller sale is "a little".
    Since 2000, of all months 22 of 313, 35 of 311 and 43 of 302 were so.

    The indicators have two sizes, each reached about one time in ten; between them one is neutral,
    and with numbers older than its `*_most_days_old`, or without any, there are no data. Prices and
    the term premium have no size for buying: that they did not fall together says nothing of who
    bought.

    An early number grades the confidence only while its record as of then, against the transactions
    that followed, has `record_min_months` months, `record_min_same_sign_pct` of them with the same
    sign, and a correlation of `record_min_correlation`; else it is context.
    """

    month_sold_pct: SalePct = -0.75
    three_months_sold_pct: SalePct = -1.0
    twelve_months_sold_pct: SalePct = -2.0
    three_months_bought_pct: Annotated[float, Interval(gt=0, le=100)] = 4.3
    flows_most_days_old: Days = 110
    price_sell_off_sd: Annotated[float, Interval(ge=0, le=10)] = 0.5
    price_haven_failure_fall_pct: Annotated[float, Interval(gt=0, le=100)] = 2.0
    price_supports_sessions: Annotated[int, Interval(ge=1, le=21)] = 2
    price_most_days_old: Days = 7
    custody_supports_change_usd_bn: UsdBn = -55.0
    custody_contradicts_change_usd_bn: UsdBn = 110.0
    custody_most_days_old: Days = 14
    term_premium_supports_rise_bp: Annotated[float, Interval(gt=0, le=500)] = 26.3
    term_premium_most_days_old: Days = 14
    auctions_supports_mean_sd: Annotated[float, Interval(ge=-10, le=0)] = -1.0
    auctions_contradicts_mean_sd: Annotated[float, Interval(ge=0, le=10)] = 1.0
    auctions_most_days_old: Days = 45
    share_supports_change_pp: Annotated[float, Interval(ge=-50, le=50)] = -2.2
    share_contradicts_change_pp: Annotated[float, Interval(ge=-50, le=50)] = 3.8
    share_most_days_old: Days = 200
    alerts_recent_days: Days = 31
    record_min_months: Annotated[int, Interval(ge=3, le=600)] = 24
    record_min_same_sign_pct: Annotated[float, Interval(ge=0, le=100)] = 65.0
    record_min_correlation: Annotated[float, Interval(ge=-1, le=1)] = 0.4

    @property
    def sold_pct(self) -> tuple[float, float, float]:
        """The sizes at which foreigners sold over one, three and twelve months."""
        return self.month_sold_pct, self.three_months_sold_pct, self.twelve_months_sold_pct
