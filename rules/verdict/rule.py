"""What a verdict is, what it is weighed from, and the sizes it is weighed by."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from annotated_types import Interval

from rules.model import Severity

QUESTION: Final = "Are foreigners dumping Treasuries?"

Days = Annotated[int, Interval(ge=1, le=1000)]
UsdBn = Annotated[float, Interval(ge=-5000, le=5000)]
SalePct = Annotated[float, Interval(ge=-100, lt=0)]


class Stance(enum.StrEnum):
    """What one indicator says of "foreigners are dumping Treasuries"."""

    SUPPORTS = "supports"
    NEUTRAL = "neutral"
    CONTRADICTS = "contradicts"
    NOT_ENOUGH = "not enough data"

    @property
    def words(self) -> str:
        """What a person reads."""
        return {
            Stance.SUPPORTS: "points to selling",
            Stance.NEUTRAL: "neutral",
            Stance.CONTRADICTS: "points to buying",
            Stance.NOT_ENOUGH: "no data",
        }[self]


class Weight(enum.StrEnum):
    """What an indicator is good for."""

    DECIDES = "decides"
    GRADES = "grades the confidence"
    CONTEXT = "context only"


class Confidence(enum.StrEnum):
    """How far a horizon's answer can be relied on."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOTHING = "no data"


@dataclass(frozen=True)
class Indicator:
    """One indicator: its reading, the number behind it in words, its rule, as of when, and what it
    is good for, with its measured record where there is one."""

    name: str
    reading: Stance
    number: str
    rule: str
    period_end: date | None
    source: str
    weight: Weight
    record: str = ""


@dataclass(frozen=True)
class Horizon:
    """The answer for one horizon in a word, its number, date and source, and how far it can be
    relied on, and why."""

    name: str
    answer: str
    number: str
    period_end: date | None
    confidence: Confidence
    reason: str
    source: str = ""


@dataclass(frozen=True)
class OwnAlert:
    """An alert of the product at the instant of a verdict.

    `episode` the period of an event, or the one at which a condition opened; `told` the day on
    which it opened; `closed` the day on which a condition ended, None while it is open.
    """

    rule_id: str
    subject: str
    title: str
    severity: Severity
    is_condition: bool
    episode: date
    told: date
    closed: date | None = None


@dataclass(frozen=True)
class Verdict:
    """The line to read, then in this order what is shown under it.

    `beside`: each open or recent warning and critical of the product, and how both are true.
    `notes`: who sold, as far as TIC tells, and the order of assets sold. `horizons`: today, the
    last published month, three and twelve months, structure. `headings`: the indicators.
    """

    line: str
    beside: tuple[str, ...]
    notes: tuple[str, ...]
    horizons: tuple[Horizon, ...]
    headings: tuple[Indicator, ...]


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
