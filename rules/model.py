"""The vocabulary of judgement: series, panels, evidence and signals."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from rules.terms import Answer, Severity
from rules.wording import day, number

if TYPE_CHECKING:  # what only names a signal or an alert loads neither
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

NEW_YORK: Final = ZoneInfo("America/New_York")

Made = TypeVar("Made")
KEPT_OF_A_KIND: Final = 4

type_float: TypeAlias = "npt.NDArray[np.float64]"
type_bool: TypeAlias = "npt.NDArray[np.bool_]"
type_time: TypeAlias = "npt.NDArray[np.datetime64]"


@dataclass(frozen=True)
class Series:
    """One line of numbers and what may be expected of it.

    `plausible` bounds the level, `max_step` the change between neighbouring periods, both in
    `unit`; outside them a whole body is refused. `one_vintage` marks a series whose whole history
    is re-estimated at each release, so that values may only be compared inside one vintage.
    `tenor_years` is that of a yield that stands beside others of one curve.
    """

    series_id: str
    title: str
    unit: str
    frequency: str
    source: str
    plausible: tuple[float, float] | None = None
    max_step: float | None = None
    one_vintage: bool = False
    tenor_years: float | None = None


@dataclass(frozen=True)
class SourceMismatch:
    """Two sources' numbers for one period of a series that are too far apart, from the instant
    `since`, at which the later of them was known, to `until`, at which one was corrected."""

    series_id: str
    period_end: np.datetime64
    since: np.datetime64
    until: np.datetime64
    values: tuple[float, float]
    sources: tuple[str, str]
    unit: str

    @property
    def said(self) -> str:
        """Both numbers with their publishers, as a person reads them."""
        sign = "%" if self.unit == "pct" else ""
        both = " and ".join(
            f"{number(value, 2)}{sign} ({source})"
            for value, source in zip(self.values, self.sources, strict=True)
        )
        return f"two sources disagree on {day(to_date(self.period_end))}: {both}"


@dataclass(frozen=True)
class Unchecked:
    """A far move of a series that nobody had confirmed from the instant `since`, at which it was
    known, to `until`: 100 times the logarithm where `is_relative`, else in the series' own unit.
    `title` of the series that moved, where the one here is only made of it."""

    series_id: str
    period_end: np.datetime64
    since: np.datetime64
    until: np.datetime64
    move: float
    is_relative: bool
    title: str = ""


@dataclass(frozen=True)
class Panel:
    """What was known at `as_of`.

    `days`: datetime64[D], the periods, oldest first; `columns`: the series.
    `value`: float64, a row a series and a column a period, NaN = not known then.
    `known`: datetime64[s] (UTC) of the same shape, NaT where the value is NaN.
    `longest`: for one-vintage series, the longest single vintage known by then; it ranks a number
    against decades where `frame` holds only the newest vintage's rows.
    `stood_in`: the publisher's label, by series and period, where another source than the usual one
    gave the number. `disputes`: the numbers that two sources do not agree on, in the same way.
    `settled`: datetime64[s], when the sources came to agree on a number that was in dispute.
    `unchecked`: the far moves that were known before anybody confirmed them.
    """

    as_of: datetime
    days: type_time
    columns: pd.Index[str]
    value: type_float
    known: type_time
    series: Mapping[str, Series]
    longest: Mapping[str, pd.Series[float]] = field(default_factory=dict)
    stood_in: Mapping[tuple[str, date], str] = field(default_factory=dict)
    disputes: Mapping[tuple[str, date], SourceMismatch] = field(default_factory=dict)
    settled: Mapping[tuple[str, date], np.datetime64] = field(default_factory=dict)
    unchecked: tuple[Unchecked, ...] = ()

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once for each name: several rules are judged by one panel."""
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    def of_few(self, kind: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives, of each kind for the last few keys: what is large, and differs with a
        setting that may be tried at hundreds of values."""
        few: dict[Hashable, Made] = self.once(("few", kind), dict)
        if key not in few:
            if len(few) == KEPT_OF_A_KIND:
                del few[next(iter(few))]
            few[key] = make()
        return few[key]

    @property
    def today(self) -> date:
        """The publishers' day at `as_of`, in New York: an evening there is the next day in UTC."""
        return self.as_of.astimezone(NEW_YORK).date()

    @cached_property
    def frame(self) -> pd.DataFrame:
        """`value` with a row a period and a column a series: index `period_end`."""
        return self._table(self.value)

    @cached_property
    def known_at(self) -> pd.DataFrame:
        """`known`, likewise."""
        return self._table(self.known)

    def _table(self, cells: npt.NDArray[Any]) -> pd.DataFrame:
        import pandas as pd

        index = pd.DatetimeIndex(self.days, name="period_end")
        return pd.DataFrame(cells.T, index=index, columns=self.columns, copy=False)

    def rows(self, series_ids: Sequence[str]) -> list[int]:
        """The places of some series among the rows of `value` and `known`. Raises ValueError."""
        known = self._ids
        return [known.index(series_id) for series_id in series_ids]

    @cached_property
    def _ids(self) -> list[str]:
        return self.columns.tolist()

    def numbers(self, series_id: str) -> tuple[type_time, type_float, type_time]:
        """The days of a series' numbers, oldest first, the numbers, and when each was known."""
        return self.once(("numbers", series_id), lambda: self._numbers(series_id))

    def _numbers(self, series_id: str) -> tuple[type_time, type_float, type_time]:
        import numpy as np

        (row,) = self.rows([series_id])
        there = ~np.isnan(self.value[row])
        return self.days[there], self.value[row][there], self.known[row][there]

    def source(self, series_id: str, period_end: date) -> str:
        """The label of the publisher of a number, or the series' id where nothing is stored."""
        known = self.series.get(series_id)
        usual = known.source if known else series_id
        return self.stood_in.get((series_id, period_end), usual)


@dataclass(frozen=True)
class Evidence:
    """One number with all that is needed to check it. `threshold` is in `unit` too.

    A value that is not a number is not known, and is None.
    """

    label: str
    value: float | None
    unit: str
    period_end: date
    source: str
    threshold: float | None = None

    def __post_init__(self) -> None:
        if self.value is not None and math.isnan(self.value):
            object.__setattr__(self, "value", None)


@dataclass(frozen=True)
class Analogue:
    """An earlier period like the one judged, and what stocks, the 10-year yield and the dollar did
    1, 5 and 21 sessions after it; None where that was not over when the alert was told.

    `value` is the number it was alike by, in `unit`. `mean_of` is 1; where it is more, this is no
    earlier period but the mean of as many sessions since `period_end`, to compare with.
    """

    period_end: date
    value: float | None
    unit: str
    spx_pct: tuple[float | None, ...]
    ust10y_bp: tuple[float | None, ...]
    dxy_pct: tuple[float | None, ...]
    mean_of: int = 1


@dataclass(frozen=True)
class Head:
    """What is read at a glance, a short sentence each: `moves` what happened, as a desk writes it;
    `rarity` how often it is as severe; `sellers` what it says of who sold."""

    moves: str = ""
    rarity: str = ""
    sellers: str = ""


@dataclass(frozen=True)
class AlertText:
    """The words and numbers behind one judged row.

    `headline` what happened; `unusual` how unusual; `caveat` what it does not mean; `falsifier`
    what would change the reading; `period` the period's name where its last day alone would mislead
    (`April 2025`); `against` the severity whose thresholds stand in the evidence, all of one;
    `head` what comes before all of it.
    """

    headline: str
    unusual: str = ""
    caveat: str = ""
    evidence: tuple[Evidence, ...] = ()
    period: str = ""
    falsifier: str = ""
    analogues: tuple[Analogue, ...] = ()
    against: Severity | None = None
    head: Head = Head()


@dataclass(frozen=True)
class Signal:
    """A rule's answer for one subject and period, known when its last input was known.

    `ratios` are the numbers it was judged by, each over its threshold; None = not known.
    """

    rule_id: str
    subject: str
    period_end: date
    known_at: datetime
    answer: Answer
    severity: Severity | None
    provisional: bool
    keeps_open: bool
    ratios: tuple[float | None, ...]
    explained: AlertText


def to_date(day: np.datetime64) -> date:
    """The calendar date of a numpy day."""
    found: date = day.astype("datetime64[D]").item()
    return found


def to_instant(moment: np.datetime64) -> datetime:
    """The aware UTC datetime of a numpy second."""
    found: datetime = moment.astype("datetime64[s]").item()
    return found.replace(tzinfo=UTC)
