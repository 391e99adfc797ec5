"""The conditions of each severity of a declared rule, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, reduce
from typing import Final

import numpy as np
import numpy.typing as npt

from rules.declared.condition import Condition
from rules.declared.group import Conditions, Group
from rules.evaluation import Evaluations, severity_codes
from rules.model import type_bool, type_float
from rules.terms import Severity

# What stands for a subject in the name of a series.
SUBJECT: Final = "{subject}"
Values = Mapping[Condition, type_float]
# Where something holds, and where that is not known.
Flags = tuple[type_bool, type_bool]


@dataclass(frozen=True)
class Severities:
    """For each severity that can be reached the groups of which any must hold."""

    groups: Mapping[Severity, tuple[Group, ...]]

    @cached_property
    def lowest(self) -> Severity:
        """The lowest that can be reached."""
        return min(self.groups)

    @cached_property
    def conditions(self) -> Conditions:
        """Every condition once."""
        every = (one for mine in self.groups.values() for group in mine for one in group.conditions)
        return tuple(dict.fromkeys(every))

    def mapped(self, change: Callable[[Condition], Condition]) -> Severities:
        """The same with each condition changed."""
        found = ((one, [each.mapped(change) for each in mine]) for one, mine in self.groups.items())
        return Severities({one: tuple(mine) for one, mine in found})

    def codes(self, values: Values) -> npt.NDArray[np.int8]:
        """The severity of each row: the worst that holds; unknown where one may and none does."""

        @cache
        def flags(condition: Condition, size: float | None) -> Flags:
            # A size that all severities share is compared with once.
            return condition.holds(values[condition], size)

        found = {one: self._holds(one, flags) for one in self.groups}
        nothing = np.zeros(len(next(iter(values.values()))), dtype=bool)
        notice, warning, critical = (found.get(one, (nothing, nothing))[0] for one in Severity)
        unknown = reduce(np.logical_or, [maybe for _, maybe in found.values()])
        return severity_codes(notice, warning, critical, unknown)

    def _holds(
        self, severity: Severity, flags: Callable[[Condition, float | None], Flags]
    ) -> Flags:
        """Where any of the groups holds, and where that is not known."""
        each = [
            group.holds([flags(one, one.size(severity)) for one in group.conditions])
            for group in self.groups[severity]
        ]
        held = reduce(np.logical_or, [one for one, _ in each])
        unknown = reduce(np.logical_or, [maybe for _, maybe in each])
        return held, np.asarray(unknown & ~held)

    def ratios(self, values: Values) -> Values:
        """Each condition's values over its size at the lowest severity, as `Condition.ratio`."""
        return {one: one.ratio(values[one], self.lowest) for one in self.conditions}

    def way(self, ratios: Values) -> type_float:
        """How much of the way to the lowest severity each row has gone, 1 = there: as in
        `Group.way`, of the group that has gone furthest; by the `ratios` of its conditions."""
        each = [
            group.way([ratios[one] for one in group.conditions])
            for group in self.groups[self.lowest]
        ]
        return np.asarray(reduce(np.maximum, each))

    @cached_property
    def sole(self) -> Condition | None:
        """The condition whose number the rule is ranked by: where one alone has sizes, and is known
        whenever the rule fires."""
        groups = {group for mine in self.groups.values() for group in mine}
        (group, *others) = groups
        graded = [one for one in group.conditions if one.has_severities] or group.conditions
        is_one = not others and group.fewest == len(group.conditions) and len(graded) == 1
        return graded[0] if is_one else None

    def behind(self, severity: Severity, values: Values, row: int) -> Group:
        """The group that a row's severity comes from; of a quiet row the first."""
        at = severity if severity in self.groups else self.lowest

        def holds(group: Group) -> bool:
            each = [(one, values[one][row : row + 1]) for one in group.conditions]
            held, _ = group.holds([one.holds(mine, one.size(at)) for one, mine in each])
            return bool(held[0])

        return next(filter(holds, self.groups[at]), self.groups[at][0])


def shown_ratios(ratios: Values) -> type_float:
    """A column a condition: its values over its size, 1 where it holds without a distance."""
    found = np.column_stack([*ratios.values()])
    return np.where(np.isposinf(found), 1.0, found)


def about_subject(condition: Condition, subject: str) -> Condition:
    """A condition on the series of a subject."""
    if SUBJECT not in condition.series + condition.to:
        return condition
    series, to = (one.replace(SUBJECT, subject) for one in (condition.series, condition.to))
    return replace(condition, series=series, to=to)


def cooled(severity: npt.NDArray[np.int8], periods: int) -> npt.NDArray[np.int8]:
    """The severities of events, quiet within so many periods of one as severe."""
    found, last = severity.copy(), dict[int, int]()
    for row in np.flatnonzero(severity > Evaluations.QUIET).tolist():
        code = int(severity[row])
        before = max((at for one, at in last.items() if one >= code), default=None)
        if before is not None and row - before <= periods:
            found[row] = Evaluations.QUIET
        else:
            last[code] = row
    return found
