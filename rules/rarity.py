"""How rare an alert is, in one sentence read at a glance."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from rules.case import Case
from rules.context.base_rates import base_rate
from rules.context.history_stats import Recent
from rules.model import to_date
from rules.terms import Kind, Severity
from rules.wording import day, last_in, number, ordinal, plural

# Less often than once in two years is said by how many years lie between two.
SELDOM: Final = 0.5
# Less history says nothing of how often something happens.
A_YEAR: Final = np.timedelta64(365, "D")


def rarity(case: Case[Any], noun: str) -> str:
    """`7 sessions this severe since 2015, last on Tue 8 Apr 2025.`, or of a condition `3rd time
    since 2015, ...`; with fewer than ten years stored, the shipped rate where there is one. `noun`:
    what a period is called."""
    period, first = case.answers.period_end, case.first_judged
    is_short = Recent.of(first, case.stamp) is None
    if is_short and (rate := _shipped(case)):
        return rate
    if case.stamp - first < A_YEAR:
        return "Too little history to say how rare it is."
    rows, is_event = case.fired, case.kind is Kind.EVENT
    if is_event:
        rows = rows[case.answers.severity[rows] >= case.code]
    days = np.unique(period[rows])
    days = days[days >= first]
    earlier = days[days < case.stamp] if is_event else days[:-1]
    began = to_date(first)
    since = f"{day(began)} (under ten years of data)" if is_short else str(began.year)
    if not len(earlier):
        return f"The first {f'{noun} this severe' if is_event else 'time'} since {since}."
    times = f"{plural(len(days), noun)} this severe" if is_event else f"{ordinal(len(days))} time"
    return f"{times} since {since}, {last_in(noun, to_date(earlier[-1]))}."


def _shipped(case: Case[Any]) -> str:
    """How often it is as severe in the shipped sample; empty without one."""
    rate = base_rate(case.answers.rule_id, case.answers.subject)
    if rate is None:
        return ""
    severity = Severity(max(case.code, Severity.NOTICE))
    a_year: float = getattr(rate, severity.label)
    level = severity.label if severity is Severity.CRITICAL else f"{severity.label} or worse"
    return f"{_often(a_year)} at {level}, {rate.since[:4]} to {rate.until[:4]}."


def _often(a_year: float) -> str:
    if a_year >= SELDOM:
        return f"About {number(a_year, 1)} a year"
    return f"About once in {number(1.0 / a_year)} years" if a_year else "Never"
