"""A desk's own series, made of others: sums, ratios, baskets, statistics over time.

A number of it is known when the last of its inputs is, and is revised when one of them is. Nothing
of it is stored: it is made from what is, between the database and whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Annotated, Any, Final, Literal, cast

import numpy as np
from annotated_types import Interval, Len, MinLen

from rules.declared.condition import Window
from rules.declared.track import Track
from rules.declared.transforms import LEVEL, TRANSFORMS
from rules.markets.market import SAMPLED_BY
from rules.model import type_float

MOST_LAG: Final = 24
Weight = Annotated[float, Interval(ge=-1e9, le=1e9)]


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """`of` divided by `to`; `lag` how many weeks or months earlier that is."""

    of: Annotated[str, MinLen(1)]
    to: Annotated[str, MinLen(1)]
    lag: Annotated[int, Interval(ge=0, le=MOST_LAG)] = 0


@dataclass(frozen=True, kw_only=True)
class MadeSeries:
    """A line of numbers: a `sum` of others by weight, a `product` of them by power, a `ratio`, the
    `first` of some that is known, a statistic of one (`zscore = 252, of = "vix"`), or its last
    number of `every` week or month that is over; in `unit`, `times` a factor. Outside `plausible` a
    number is not known."""

    title: Annotated[str, MinLen(1)]
    unit: Literal["index", "pct", "bp", "sd", "ratio", "usd_mn", "usd_bn", "jpy_bn", "count",
                  "contracts"]  # fmt: skip
    sum: Mapping[str, Weight] = field(default_factory=dict)
    product: Mapping[str, Weight] = field(default_factory=dict)
    ratio: Ratio | None = None
    first: tuple[str, ...] = ()
    of: str = ""
    change: Window | None = None
    change_pct: Window | None = None
    zscore: Window | None = None
    percentile: Window | None = None
    drawdown: Window | None = None
    from_mean: Window | None = None
    rolling_sum: Window | None = None
    every: Literal["week", "month"] | None = None
    times: Weight = 1.0
    plausible: Annotated[tuple[float, ...], Len(2, 2)] | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """The series it is made of."""
        of = (self.of,) if self.of else ()
        both = () if self.ratio is None else (self.ratio.of, self.ratio.to)
        return tuple(dict.fromkeys((*self.sum, *self.product, *both, *self.first, *of)))

    @property
    def statistic(self) -> str:
        """What is done with one series; empty where it is made of several."""
        found = (name for name in OF_ONE if getattr(self, name) is not None)
        return next(found, "")

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong between its settings: the setting, what, and the remedy."""
        ways = ("sum", "product", "ratio", "first", "of")
        named = [name for name in ways if getattr(self, name)]
        if len(named) != 1:
            what = "says nothing it is made of" if not named else f"has {' and '.join(named)}"
            yield "", what, 'write one: sum = { a = 1, b = -1 }, ratio = { of = "a", to = "b" }'
        count = sum(getattr(self, name) is not None for name in OF_ONE)
        if count != bool(self.of):
            what = f"goes with one statistic, got {count}"
            yield "of", what, 'write of = "vix" and zscore = 252'
        if self.plausible is not None and self.plausible[0] >= self.plausible[1]:
            what = f"goes from {self.plausible[0]:g} down to {self.plausible[1]:g}"
            yield "plausible", what, "write the lower bound first"

    def combined(self, columns: Sequence[type_float]) -> type_float:
        """Its numbers from those of its inputs, in their order; NaN where it has none."""
        by_input = dict(zip(self.inputs, columns, strict=True))
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.sum:
                found = reduce(np.add, [by_input[n] * weight for n, weight in self.sum.items()])
            elif self.product:
                powers = [by_input[n] ** power for n, power in self.product.items()]
                found = reduce(np.multiply, powers)
            elif self.ratio is not None:
                found = by_input[self.ratio.of] / by_input[self.ratio.to]
            else:
                found = reduce(_first_known, columns)
        return self._plausible(found * self.times)

    def rolled(self, track: Track) -> type_float:
        """Its numbers from those of its one input."""
        window: int = getattr(self, self.statistic)
        return self._plausible(STATISTICS[self.statistic](track, window) * self.times)

    def _plausible(self, values: type_float) -> type_float:
        low, high = self.plausible or (-np.inf, np.inf)
        rounded = np.round(values, 9)
        return np.where(
            np.isfinite(rounded) & (rounded >= low) & (rounded <= high), rounded, np.nan
        )


STATISTICS: Final[Mapping[str, Callable[[Track, int], type_float]]] = {
    **{name: one.of for name, one in TRANSFORMS.items() if name not in (LEVEL, "sum")
       and not name.startswith("days")},
    "rolling_sum": TRANSFORMS["sum"].of,
}  # fmt: skip


OF_ONE: Final = (*STATISTICS, "every")


def sampled_id(series_id: str, every: str) -> str:
    """The name of the series that has a number of each week or month of another."""
    return f"{series_id}{SAMPLED_BY}{every}"


def sampled(of: str, every: str, title: str, unit: str) -> MadeSeries:
    """The series that has the last number of each week or month of another."""
    said = f"{title} ({every}ly)"
    return MadeSeries(title=said, unit=cast(Any, unit), of=of, every=cast(Any, every))


def in_order(names: Iterable[str], made: Mapping[str, MadeSeries]) -> list[str]:
    """The made series among some, and those that they are made of, each after its own. Raises
    ValueError for a circle."""
    found: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(" > ".join((*above, name)))
        if name in found or name not in made:
            return
        for one in made[name].inputs:
            visit(one, (*above, name))
        found.append(name)

    for name in names:
        visit(name, ())
    return found


def with_inputs(series_ids: Sequence[str], made: Mapping[str, MadeSeries]) -> tuple[str, ...]:
    """The series that some series are made of, and those that are not made."""
    found: dict[str, None] = {}
    for name in series_ids:
        if name in made:
            found |= dict.fromkeys(with_inputs(made[name].inputs, made))
        else:
            found[name] = None
    return tuple(found)


def required(group: Sequence[str], made: Mapping[str, MadeSeries]) -> list[tuple[str, ...]]:
    """The groups of stored series of which one each must be there, so that one of a group is."""
    if len(group) != 1 or group[0] not in made:
        return [tuple(group)]
    one = made[group[0]]
    if one.first:
        return [with_inputs(group, made)]
    return [found for name in one.inputs for found in required((name,), made)]


def _first_known(one: type_float, other: type_float) -> type_float:
    return np.where(np.isnan(one), other, one)
