"""The sizes that a session so far is shown against, in each market's own unit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from rules.evaluation import Rule
from rules.intraday.quote import YIELDS
from rules.intraday.so_far import JUDGED_BY
from rules.markets.change import change_bp, log_return_pct
from rules.markets.market import sessions_of
from rules.model import Panel, type_float
from rules.terms import Severity

# The setting that each rule's severities are graded by, behind the severity's own name.
GRADED_BY: Final = {"joint_selloff": "weakest_leg_sd", "haven_failure": "spx_fall_pct"}


def unit_of(rule: Rule) -> str:
    """The unit of what a rule is graded by."""
    return GRADED_BY[rule.rule_id].rpartition("_")[2]


def sizes_of(rule: Rule) -> dict[Severity, float]:
    """The sizes of a rule by severity, as its measure has them: a fall of the S&P 500 is below
    zero."""
    setting = GRADED_BY[rule.rule_id]
    sign = -1.0 if unit_of(rule) == "pct" else 1.0
    return {one: sign * float(getattr(rule, f"{one.label}_{setting}")) for one in Severity}


def leg_sizes(rule: Rule, closes: Panel) -> Mapping[str, Mapping[Severity, float]]:
    """By series, how far a market must have moved for its fall to be of each size: percent, or
    basis points of the yield. Of a rule graded in standard deviations, from the sessions of
    `closes`."""
    window = int(getattr(rule, "window_sessions"))  # noqa: B009 - a setting of this rule alone
    market = sessions_of(closes, JUDGED_BY[rule.rule_id])
    found: dict[str, dict[Severity, float]] = {}
    for name, leg in market.leg.items():
        usual = _usual_next(leg.close[leg.at], window, is_yield=name in YIELDS)
        found[name] = {
            severity: sd * usual if name in YIELDS else 100.0 * math.expm1(-sd * usual / 100.0)
            for severity, sd in sizes_of(rule).items()
        }
    return found


def _usual_next(level: type_float, window: int, *, is_yield: bool) -> float:
    """The standard deviation of the last `window` changes: what the next session is scaled by."""
    change = change_bp(level) if is_yield else log_return_pct(level)
    return float(np.std(change[-window:], ddof=1))
