"""Sizes for a new rule, proposed by how often a series reached them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import numpy as np

from monitor.config.load import Config
from monitor.history.replay import load_history
from monitor.history.rule_sizes import on_step, round_step
from rules.context.history_stats import DAYS_A_YEAR
from rules.declared.condition import Condition
from rules.declared.condition_values import ConditionValues
from rules.declared.rule import ConditionsRule
from rules.model import to_date, type_float, type_time
from rules.terms import Severity

# How often a year a size of each severity should be reached.
TIMES_A_YEAR: Final[Mapping[Severity, float]] = {
    Severity.CRITICAL: 0.5, Severity.WARNING: 2.0, Severity.NOTICE: 6.0,
}  # fmt: skip
# By which factor a rate may be off and still be about that.
ABOUT: Final = 2.0
# A rate that was seen so rarely is chance.
FEWEST_TIMES: Final = 2
# Sizes are looked for in the outer quarter of the numbers, in so many steps.
INNERMOST_PCT: Final = 75.0
STEPS: Final = 200


@dataclass(frozen=True)
class ReachedSize:
    """A size, and how often a year it was reached from the near side."""

    size: float
    a_year: float


@dataclass(frozen=True)
class ProposedSizes:
    """The sizes that were reached about as often as each severity should be; one is missing where
    none was, or the numbers from `first` to `last` are too few for it. `usual` is reached by a
    quarter of them. None of all this where there are no numbers."""

    first: date | None
    last: date | None
    by_severity: Mapping[Severity, ReachedSize]
    usual: float | None

    @property
    def years(self) -> float:
        """How long the numbers reach."""
        if self.first is None or self.last is None:
            return 0.0
        return (self.last - self.first).days / DAYS_A_YEAR


NOTHING_STORED: Final = ProposedSizes(None, None, {}, None)


def years_needed(severity: Severity) -> float:
    """How many years of numbers it takes to propose a size."""
    return FEWEST_TIMES / TIMES_A_YEAR[severity]


def proposed_for(
    config: Config, database: Path, condition: Condition, at: datetime
) -> ProposedSizes:
    """The sizes for a condition, whose own sizes do not matter, by what a database knew `at` an
    instant."""
    if not database.exists():
        return NOTHING_STORED
    draft = ConditionsRule(rule_id="draft", title="draft", all=(condition,))
    panel = load_history(config, database, [draft], at).deciding.as_of(at)
    on = ConditionValues.of(panel, [condition])
    return proposed_sizes(on.market.session, on.values[condition], is_above=condition.is_above)


def proposed_sizes(periods: type_time, values: type_float, *, is_above: bool) -> ProposedSizes:
    """The sizes for a number by period that should fire `is_above` or below a size; NaN where it is
    not known."""
    known = ~np.isnan(values)
    if not known.any():
        return NOTHING_STORED
    days = periods[known]
    outward = values[known] if is_above else -values[known]
    usual, top = (float(np.percentile(outward, one)) for one in (INNERMOST_PCT, 100.0))
    way = 1.0 if is_above else -1.0
    step = round_step((top - usual) / STEPS) if top > usual else 1.0
    found = ProposedSizes(to_date(days[0]), to_date(days[-1]), {}, on_step(way * usual, step))
    if top <= usual or not found.years:
        return found
    reached = list(_reached(outward, usual, top, step, found.years))
    sizes = {
        severity: ReachedSize(on_step(way * one.size, step), one.a_year)
        for severity, one in _nearest(reached, found.years)
    }
    return ProposedSizes(found.first, found.last, dict(sorted(sizes.items())), found.usual)


def _reached(
    outward: type_float, usual: float, top: float, step: float, years: float
) -> Iterator[ReachedSize]:
    """Round sizes from the outermost in, to where they are reached most often: further in a number
    is beyond them most of the time."""
    most = 0.0
    for place in range(math.floor(top / step), math.ceil(usual / step) - 1, -1):
        size = on_step(place * step, step)
        beyond = outward >= size
        came = int(beyond[0]) + int((beyond[1:] & ~beyond[:-1]).sum())
        if came / years < most / 2:
            return
        most = max(most, came / years)
        yield ReachedSize(size, came / years)


def _nearest(reached: list[ReachedSize], years: float) -> Iterator[tuple[Severity, ReachedSize]]:
    """For each severity, the worst first, the size reached most nearly as often as it should be, of
    those further in than that of the severity before."""
    left = reached
    for severity, wanted in TIMES_A_YEAR.items():
        if years < years_needed(severity) or not left:
            continue
        place = min(range(len(left)), key=lambda at: abs(left[at].a_year - wanted))
        if wanted / ABOUT <= left[place].a_year <= wanted * ABOUT:
            yield severity, left[place]
            left = left[place + 1 :]
