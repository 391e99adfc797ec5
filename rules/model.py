"""The vocabulary of judgement: series, panels, evidence and signals."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.wording import day, number

type_float = npt.NDArray[np.float64]
type_bool = npt.NDArray[np.bool_]
type_time = npt.NDArray[np.datetime64]


class Severity(enum.IntEnum):
    """How loudly a signal is told. A notice goes to the digest only."""

    NOTICE = 1
    WARNING = 2
    CRITICAL = 3

    @property
    def label(self) -> str:
        """The word a person reads: `notice`, `warning` or `critical`."""
        return self.name.lower()


class Answer(enum.StrEnum):
    """What a rule says of one period. UNKNOWN never opens and never closes an alert."""

    FIRING = "firing"
    QUIET = "quiet"
    UNKNOWN = "unknown"


class Kind(enum.StrEnum):
    """EVENT: dated, its episode is its period. CONDITION: lasts, opens and closes."""

    EVENT = "event"
    CONDITION = "condition"


@dataclass(frozen=True)
class Series:
    """One line of numbers and what may be expected of it.

    `plausible` bounds the level, `max_step` the change between neighbouring periods, both in
    `unit`; outside them a whole body is refused. `one_vintage` marks a series whose whole history
    is re-estimated at each release, so that values may only be compared inside one vintage.
    """

    series_id: str
    title: str
    unit: str
    frequency: str
    source: str
    plausible: tuple[float, float] | None = None
    max_step: float | None = None
    one_vintage: bool = False


@dataclass(frozen=True)
class Dispute:
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
        sign = " %" if self.unit == "pct" else ""
        both = " and ".join(
            f"{number(value, 2)}{sign} ({source})"
            for value, source in zip(self.values, self.sources, strict=True)
        )
        return f"two sources disagree on {day(to_date(self.period_end))}: {both}"


@dataclass(frozen=True)
class Panel:
    """What was known at `as_of`.

    `frame`: float64, index `period_end`, a column a series, NaN = not known then.
    `known_at`: datetime64[s] (UTC) of the same shape, NaT where the value is NaN.
    `longest`: for one-vintage series, the longest single vintage known by then; it ranks a number
    against decades where `frame` holds only the newest vintage's rows.
    `stood_in`: the publisher's label, by series and period, where another source than the usual one
    gave the number. `disputes`: the numbers that two sources do not agree on, in the same way.
    `settled`: datetime64[s], when the sources came to agree on a number that was in dispute.
    """

    as_of: datetime
    frame: pd.DataFrame
    known_at: pd.DataFrame
    series: Mapping[str, Series]
    longest: Mapping[str, pd.Series[float]] = field(default_factory=dict)
    stood_in: Mapping[tuple[str, date], str] = field(default_factory=dict)
    disputes: Mapping[tuple[str, date], Dispute] = field(default_factory=dict)
    settled: Mapping[tuple[str, date], np.datetime64] = field(default_factory=dict)

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

    `value` is the number it was alike by, in `unit`.
    """

    period_end: date
    value: float | None
    unit: str
    spx_pct: tuple[float | None, ...]
    ust10y_bp: tuple[float | None, ...]
    dxy_pct: tuple[float | None, ...]


@dataclass(frozen=True)
class Explained:
    """The words and numbers behind one judged row.

    `headline` what happened; `unusual` how unusual; `caveat` what it does not mean; `falsifier`
    what would change the reading; `period` the period's name where its last day alone would mislead
    (`April 2025`).
    """

    headline: str
    unusual: str = ""
    caveat: str = ""
    evidence: tuple[Evidence, ...] = ()
    period: str = ""
    falsifier: str = ""
    analogues: tuple[Analogue, ...] = ()


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
    explained: Explained


@dataclass(frozen=True)
class Judged:
    """All the answers of one rule for one subject, a row a period and version.

    Arrays of one length: `period_end` datetime64[D], `known_at` datetime64[s], `severity` int8
    (0 = quiet, -1 = unknown), `provisional` and `keeps_open` bool, `measure` float64 in
    `measure_unit`; `ratios` float64 of as many rows, a column a number judged, over its threshold.

    Rows are ordered by period and then by when they were known. A period may have several, each
    known later than the one before: first judged with a substitute, then with the better number.
    `explain(i)` writes row i out.
    """

    rule_id: str
    subject: str
    period_end: type_time
    known_at: type_time
    severity: npt.NDArray[np.int8]
    provisional: type_bool
    keeps_open: type_bool
    measure: type_float
    measure_unit: str
    ratios: type_float
    explain: Callable[[int], Explained]

    UNKNOWN: ClassVar[int] = -1
    QUIET: ClassVar[int] = 0

    @classmethod
    def final(
        cls,
        rule_id: str,
        subject: str,
        period_end: type_time,
        known_at: type_time,
        severity: npt.NDArray[np.int8],
        measure: type_float,
        measure_unit: str,
        ratios: type_float,
        explain: Callable[[int], Explained],
        keeps_open: type_bool | None = None,
    ) -> Self:
        """Answers none of which is provisional; where `keeps_open` is left out, none keeps open."""
        none = np.zeros(len(period_end), dtype=bool)
        return cls(
            rule_id=rule_id,
            subject=subject,
            period_end=period_end,
            known_at=known_at,
            severity=severity,
            provisional=none,
            keeps_open=none if keeps_open is None else keeps_open,
            measure=measure,
            measure_unit=measure_unit,
            ratios=ratios,
            explain=explain,
        )

    def answer(self, row: int) -> Answer:
        """FIRING, QUIET or UNKNOWN for a row."""
        code = int(self.severity[row])
        if code == self.UNKNOWN:
            return Answer.UNKNOWN
        return Answer.FIRING if code > self.QUIET else Answer.QUIET

    def severity_of(self, period_end: date) -> int | None:
        """The code of the last version of a period, or None where it was not judged."""
        day = np.datetime64(period_end)
        row = int(np.searchsorted(self.period_end, day, side="right")) - 1
        return int(self.severity[row]) if row >= 0 and self.period_end[row] == day else None

    def outline(self, row: int) -> Signal:
        """The row as a signal without words and evidence, which cost more than the answer."""
        code = int(self.severity[row])
        return Signal(
            rule_id=self.rule_id,
            subject=self.subject,
            period_end=to_date(self.period_end[row]),
            known_at=to_instant(self.known_at[row]),
            answer=self.answer(row),
            severity=Severity(code) if code > self.QUIET else None,
            provisional=bool(self.provisional[row]),
            keeps_open=bool(self.keeps_open[row]),
            ratios=tuple(None if math.isnan(one) else float(one) for one in self.ratios[row]),
            explained=Explained(headline=""),
        )

    def signal(self, row: int) -> Signal:
        """The row as a signal, with its words and evidence."""
        return replace(self.outline(row), explained=self.explain(row))


@runtime_checkable
class Rule(Protocol):
    """A frozen dataclass of thresholds that judges every period of a panel at once.

    `prompt_within` is how long after the end of a period its signal is still on time; told later,
    it is marked late. `awaits` names the releases that can settle what it says, which every message
    of it announces. `judge` is pure and looks only at rows up to the one it judges.
    """

    rule_id: ClassVar[str]
    title: ClassVar[str]
    kind: ClassVar[Kind]
    prompt_within: ClassVar[timedelta]
    awaits: ClassVar[tuple[str, ...]]

    @property
    def enabled(self) -> bool:
        """Whether it is judged at all."""
        ...

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The series it cannot do without: of each group at least one must be fresh."""
        ...

    @property
    def series(self) -> tuple[str, ...]:
        """The ids of all series it reads."""
        ...

    @property
    def decided_by(self) -> tuple[str, ...]:
        """Those of its series whose numbers can change an answer; the others are for the words."""
        ...

    def judge(self, panel: Panel) -> tuple[Judged, ...]:
        """Its answers for every subject."""
        ...


def to_date(day: np.datetime64) -> date:
    """The calendar date of a numpy day."""
    found: date = day.astype("datetime64[D]").item()
    return found


def to_instant(moment: np.datetime64) -> datetime:
    """The aware UTC datetime of a numpy second."""
    found: datetime = moment.astype("datetime64[s]").item()
    return found.replace(tzinfo=UTC)


def graded(
    notice: type_bool, warning: type_bool, critical: type_bool, unknown: type_bool
) -> npt.NDArray[np.int8]:
    """The severity code of each row: the worst that holds, UNKNOWN only where it hides nothing."""
    levels = [Severity.CRITICAL, Severity.WARNING, Severity.NOTICE, Judged.UNKNOWN]
    code = np.select([critical, warning, notice, unknown], levels, Judged.QUIET)
    return code.astype(np.int8)
