"""Near misses: what stayed quiet and came close, with the distance to its threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from alerts.message.values import UNITS, with_unit
from rules.model import Evidence
from rules.wording import number

# The share of the way to a threshold from which a quiet answer is listed. A rule's lowest sizes are
# about the 95th percentiles of its number, so three quarters of one come on some days of a month:
# often enough that a desk sees it coming, seldom enough that it is read: of the demonstration's 68
# digests 47 list none, 17 one and 4 two.
NEAR_SHARE: Final = 0.75

# A number over its threshold and the nearness judged from them differ by so much at most.
ROUNDING: Final = 1e-6
MOST_DIGITS: Final = 6


def nearest(evidence: Sequence[Evidence], nearness: float) -> str:
    """`ACM 10-year term premium, change over 5 sessions: 16.3bp (threshold 18.6bp)`: the number
    that came so near its threshold; empty where none did."""
    for one in evidence:
        if one.value is None or not one.threshold:
            continue
        if math.isclose(one.value / one.threshold, nearness, rel_tol=ROUNDING):
            return f"{one.label}: {_distance(one.value, one.threshold, one.unit)}"
    return ""


def way(nearness: float) -> str:
    """`98%` of a threshold; never rounded up to all of it."""
    return f"{math.floor(100.0 * nearness)}%"


def _distance(value: float, threshold: float, unit: str) -> str:
    digits = UNITS.get(unit, (unit, 2))[1]
    # A distance is shown, however small it is.
    while number(value, digits) == number(threshold, digits) and digits < MOST_DIGITS:
        digits += 1
    shown, limit = (with_unit(number(one, digits), unit) for one in (value, threshold))
    return f"{shown} (threshold {limit})"
