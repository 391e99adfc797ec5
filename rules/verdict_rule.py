"""What a verdict is, and the sizes at which each heading supports or contradicts it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import Interval

Days = Annotated[int, Interval(ge=1, le=1000)]
UsdBn = Annotated[float, Interval(ge=-5000, le=5000)]


class Reading(enum.StrEnum):
    """What one heading says of "foreigners are dumping Treasuries"."""

    SUPPORTS = "supports"
    NEUTRAL = "neutral"
    CONTRADICTS = "contradicts"
    NOT_ENOUGH = "not enough data"


@dataclass(frozen=True)
class Heading:
    """One heading's reading, the number behind it in words, its rule, and as of when."""

    name: str
    reading: Reading
    number: str
    rule: str
    period_end: date | None
    source: str


@dataclass(frozen=True)
class Verdict:
    """The line to read, and the headings it was weighed from."""

    line: str
    headings: tuple[Heading, ...]


@dataclass(frozen=True, kw_only=True)
class VerdictRule:
    """When each heading supports or contradicts that foreigners are dumping Treasuries.

    Between its two sizes a heading is neutral; with numbers older than its `*_most_days_old`, or
    without any, there is not enough data. Flows decide: without them nobody can say who sold, and
    nothing else alone makes a verdict.
    """

    price_supports_joint_selloffs: Annotated[int, Interval(ge=1, le=21)] = 3
    price_contradicts_joint_selloffs: Annotated[int, Interval(ge=0, le=21)] = 0
    price_most_days_old: Days = 7
    flows_supports_net_usd_bn: UsdBn = -60.0
    flows_contradicts_net_usd_bn: UsdBn = 0.0
    flows_most_days_old: Days = 110
    custody_supports_change_usd_bn: UsdBn = -75.0
    custody_contradicts_change_usd_bn: UsdBn = 0.0
    custody_most_days_old: Days = 14
    term_premium_supports_rise_bp: Annotated[float, Interval(gt=0, le=500)] = 36.1
    term_premium_contradicts_rise_bp: Annotated[float, Interval(ge=-500, le=500)] = 0.0
    term_premium_most_days_old: Days = 14
    auctions_supports_mean_sd: Annotated[float, Interval(ge=-10, le=10)] = -1.0
    auctions_contradicts_mean_sd: Annotated[float, Interval(ge=-10, le=10)] = 0.0
    auctions_most_days_old: Days = 45
    share_supports_change_pp: Annotated[float, Interval(ge=-50, le=50)] = -2.2
    share_contradicts_change_pp: Annotated[float, Interval(ge=-50, le=50)] = 0.0
    share_most_days_old: Days = 200
    supporting_headings: Annotated[int, Interval(ge=1, le=6)] = 3
