"""One condition of a declared rule: a series, what is done with it, and its sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Annotated, Final

import numpy as np
from annotated_types import Interval, MinLen

from rules.declared.transforms import LEVEL, TRANSFORMS, Transform
from rules.model import type_bool, type_float
from rules.terms import Severity

Window = Annotated[int, Interval(ge=1, le=2600)]
CORRELATION: Final = Transform(lambda track, _: track.level, "correlation", "", fewest=10)
# What a size may be in, by the end of its setting: the unit, and what a number of another unit is
# multiplied by to be in it.
UNITS: Final[Mapping[str, tuple[str, Mapping[str, float]]]] = {
    "": ("", {}),
    "_bp": ("bp", {"pct": 100.0, "bp": 1.0}),
    "_pct": ("pct", {"pct": 1.0}),
    "_sd": ("sd", {"sd": 1.0}),
    "_usd_bn": ("usd_bn", {"usd_mn": 0.001, "usd_bn": 1.0}),
    "_jpy_bn": ("jpy_bn", {"jpy_bn": 1.0}),
}


@dataclass(frozen=True, kw_only=True)
class SizeBySeverity:
    """A size for each severity; one that is left out is never reached."""

    notice: float | None = None
    warning: float | None = None
    critical: float | None = None


Size = float | SizeBySeverity


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A series, at most one statistic of it with its window, and one size that it is `above` or
    `below`: at the size it counts. A single number is the size of every severity.

    `to` is the other series of a correlation; `against_usual` divides a change by the standard
    deviation of so many changes of its length before it.
    """

    series: Annotated[str, MinLen(1)]
    change: Window | None = None
    change_pct: Window | None = None
    zscore: Window | None = None
    percentile: Window | None = None
    drawdown: Window | None = None
    from_mean: Window | None = None
    sum: Window | None = None
    days_since_high: Window | None = None
    days_since_low: Window | None = None
    correlation: Window | None = None
    to: str = ""
    against_usual: Annotated[int, Interval(ge=10, le=2600)] | None = None
    above: Size | None = None
    below: Size | None = None
    above_bp: Size | None = None
    below_bp: Size | None = None
    above_pct: Size | None = None
    below_pct: Size | None = None
    above_sd: Size | None = None
    below_sd: Size | None = None
    above_usd_bn: Size | None = None
    below_usd_bn: Size | None = None
    above_jpy_bn: Size | None = None
    below_jpy_bn: Size | None = None

    @property
    def series_ids(self) -> tuple[str, ...]:
        """What it reads."""
        return (self.series, self.to) if self.to else (self.series,)

    @property
    def measured(self) -> tuple[object, ...]:
        """What is measured, whatever its size."""
        return self.series, self.to, self.statistic, self.window, self.against_usual, self.size_unit

    @cached_property
    def statistic(self) -> str:
        """What is done with the series."""
        return next((name for name in (*TRANSFORMS, "correlation") if self._set(name)), LEVEL)

    @property
    def transform(self) -> Transform:
        """How that is done."""
        return TRANSFORMS.get(self.statistic, CORRELATION)

    @property
    def window(self) -> int:
        """How many periods it is taken over; 0 for the number itself."""
        found: int = 0 if self.statistic == LEVEL else getattr(self, self.statistic)
        return found

    @property
    def rows(self) -> int:
        """How many periods before a period its answer turns on."""
        return self.window + (self.against_usual or 0)

    @cached_property
    def size_setting(self) -> str:
        """`above_bp`, `below`: the setting that holds its size; the first of several."""
        return next((one.name for one in fields(self) if _is_size(one.name, self)), "")

    @property
    def is_above(self) -> bool:
        """Whether it holds at its size and above it, else at its size and below it."""
        return self.size_setting.startswith("above")

    @property
    def size_unit(self) -> str:
        """The end of that setting: `_bp`, or nothing for the unit of the statistic."""
        return self.size_setting.removeprefix("above").removeprefix("below")

    def size(self, severity: Severity) -> float | None:
        """The size of a severity; None where it has none."""
        found: Size = getattr(self, self.size_setting)
        if isinstance(found, SizeBySeverity):
            size: float | None = getattr(found, severity.label)
            return size
        return found

    @property
    def has_severities(self) -> bool:
        """Whether its sizes are by severity."""
        return isinstance(getattr(self, self.size_setting, None), SizeBySeverity)

    def natural_unit(self, series_unit: str) -> str:
        """The unit that the statistic has by itself, of a series in a unit."""
        return "sd" if self.against_usual else self.transform.unit or series_unit

    def unit(self, series_unit: str) -> str:
        """The unit that its numbers are shown in."""
        return UNITS[self.size_unit][0] or self.natural_unit(series_unit)

    def scale(self, series_unit: str) -> float | None:
        """What the statistic is multiplied by to be in the unit of the size; None where it cannot
        be in that."""
        return self._scale(self.size_unit, series_unit)

    def size_settings(self, series_unit: str) -> list[str]:
        """The ends of the settings in which a size of it may be."""
        return [end for end in UNITS if self._scale(end, series_unit) is not None]

    def _scale(self, end: str, series_unit: str) -> float | None:
        if not end:
            return 1.0
        natural = self.natural_unit(series_unit)
        # A basis point is a hundredth of a yield's percent; nobody says a return in it.
        is_own_share = natural == "pct" and bool(self.transform.unit)
        return None if is_own_share and end == "_bp" else UNITS[end][1].get(natural)

    def holds(self, values: type_float, size: float | None) -> tuple[type_bool, type_bool]:
        """Where it holds at a size, never where it has none, and where that is not known."""
        if size is None:
            never = np.zeros(len(values), dtype=bool)
            return never, never
        return np.asarray(values >= size if self.is_above else values <= size), np.isnan(values)

    def ratio(self, values: type_float, severity: Severity) -> type_float:
        """Each value over the size of a severity. Infinite where it holds and 0 where it does not
        if the size is no distance from zero in its own direction: `below = 20`, `above = 0`."""
        size = self.size(severity)
        if size is None:
            return np.zeros(len(values))
        if self.is_distance(size):
            return np.asarray(values / size)
        held, unknown = self.holds(values, size)
        return np.where(held, np.inf, np.where(unknown, np.nan, 0.0))

    def is_distance(self, size: float) -> bool:
        """Whether a size lies away from zero in its own direction, so that a share of it means
        something."""
        return size > 0 if self.is_above else size < 0

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong between its settings: the setting, what, and the remedy."""
        named = [one for one in (*TRANSFORMS, "correlation") if self._set(one)]
        sizes = [one.name for one in fields(self) if _is_size(one.name, self)]
        if len(named) > 1:
            yield named[1], f"stands beside {named[0]}", "a condition takes one of them"
        if len(sizes) != 1:
            what = "has no size" if not sizes else f"has {len(sizes)} sizes: {', '.join(sizes)}"
            yield "", what, "give it one, such as above_bp = 10 or below_pct = { notice = -2 }"
        if bool(self.to) != (self.statistic == "correlation"):
            what = "is missing" if not self.to else "is the other series of a correlation only"
            yield "to", what, 'write correlation = 63, to = "dxy"'
        if self.against_usual and self.statistic not in ("change", "change_pct"):
            yield "against_usual", "divides a change only", "add change = 1, or leave it out"
        if named and self.window < self.transform.fewest:
            what = f"is over {self.window}"
            yield named[0], what, f"it needs {self.transform.fewest} periods or more"
        if len(sizes) == 1:
            yield from self._size_problems(sizes[0])

    def _size_problems(self, setting: str) -> Iterator[tuple[str, str, str]]:
        sizes = [size for one in Severity if (size := self.size(one)) is not None]
        if not sizes:
            yield setting, "has no severity", "set notice, warning or critical"
        in_order = sorted(sizes, reverse=not self.is_above)
        if sizes != in_order:
            way = "rise" if self.is_above else "fall"
            what = f"is {', '.join(f'{size:g}' for size in sizes)}"
            yield setting, what, f"let it {way} from notice to critical"

    def _set(self, name: str) -> bool:
        return name != LEVEL and getattr(self, name) is not None


def series_read(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """The series that some conditions read, each once and in their order."""
    return tuple(dict.fromkeys(name for one in conditions for name in one.series_ids))


def _is_size(name: str, condition: Condition) -> bool:
    return name.startswith(("above", "below")) and getattr(condition, name) is not None
