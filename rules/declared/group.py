"""Conditions that count together: all of them, any, or so many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Annotated

import numpy as np
from annotated_types import Interval

from rules.declared.condition import Condition
from rules.model import type_bool, type_float

Conditions = tuple[Condition, ...]
WAYS = ("all", "any", "of")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Conditions of which `all` must hold, or `any`, or of the conditions `of` so many as
    `at_least` says: one of the three."""

    all: Conditions = ()
    any: Conditions = ()
    of: Conditions = ()
    at_least: Annotated[int, Interval(ge=1, le=50)] | None = None

    @property
    def conditions(self) -> Conditions:
        """Those of it, in the order written."""
        return (*self.all, *self.any, *self.of)

    def mapped(self, change: Callable[[Condition], Condition]) -> Group:
        """The same with each condition changed."""
        each = (tuple(map(change, mine)) for mine in (self.all, self.any, self.of))
        return Group(**dict(zip(WAYS, each, strict=True)), at_least=self.at_least)

    @property
    def fewest(self) -> int:
        """How many of them must hold."""
        if self.all:
            return len(self.all)
        return 1 if self.any else self.at_least or len(self.of)

    def holds(self, each: Sequence[tuple[type_bool, type_bool]]) -> tuple[type_bool, type_bool]:
        """Where it holds, and where that is not known; of the same of each of its conditions, in
        their order."""
        held, unknown = zip(*each, strict=True)
        possible = [sure | maybe for sure, maybe in zip(held, unknown, strict=True)]
        holds = self._enough(held)
        return holds, self._enough(possible) & ~holds

    def _enough(self, flags: Sequence[type_bool]) -> type_bool:
        """Where so many of some flags are set as must be."""
        if self.fewest == len(flags):
            return np.asarray(reduce(np.logical_and, flags))
        if self.fewest == 1:
            return np.asarray(reduce(np.logical_or, flags))
        counts = reduce(np.add, [one.astype(np.int8) for one in flags])
        return np.asarray(counts >= self.fewest)

    def way(self, each: Sequence[type_float]) -> type_float:
        """How much of the way to a severity it has gone, 1 = there: of the last condition that it
        needs, by the `Condition.ratio` of each. Infinite where conditions without a distance hold,
        or are not known."""
        # Of what is not known nothing is short.
        ratios = [np.where(np.isnan(one), np.inf, one) for one in each]
        if self.fewest == len(ratios):
            return np.asarray(reduce(np.minimum, ratios))
        return np.asarray(np.sort(np.column_stack(ratios), axis=1)[:, -self.fewest])

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong between its settings: the setting, what, and the remedy."""
        named = [one for one in ("all", "any", "of") if getattr(self, one)]
        if len(named) != 1:
            what = "has no conditions" if not named else f"has {' and '.join(named)}"
            yield "", what, "list its conditions in all, in any, or in of with at_least"
        if bool(self.of) != (self.at_least is not None):
            yield "at_least", "goes with of", "write at_least = 2 and of = [...]"
        elif self.at_least is not None and self.at_least > len(self.of):
            what = f"is {self.at_least} of {len(self.of)} conditions"
            yield "at_least", what, "lower it"
        for name in named:
            for place, one in enumerate(getattr(self, name)):
                for setting, what, remedy in one.problems():
                    yield f"{name}.{place}{'.' if setting else ''}{setting}", what, remedy
