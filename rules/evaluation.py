"""What a rule gives: its answers, and what it must be to be one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Final, Protocol, cast, runtime_checkable

import numpy as np
import numpy.typing as npt

from rules.judged_over import JudgedOver
from rules.model import AlertText, Panel, Signal, type_bool, type_float, type_time
from rules.terms import Answer, Kind, Severity


@dataclass(frozen=True)
class Evaluations:
    """All the answers of one rule for one subject, a row a period and version.

    Arrays of one length: `period_end` datetime64[D], `known_at` datetime64[s], `severity` int8
    (0 = quiet, -1 = unknown), `provisional` and `keeps_open` bool, `measure` float64 in
    `measure_unit`; `ratios` float64 of as many rows, a column a number judged, over its threshold.
    `nearness` float64: how much of the way to the lowest severity a row has gone, 1 = there, NaN
    where that is not known; None for a rule whose lowest severity is a sign and has no size.

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
    explain: Callable[[int], AlertText]
    nearness: type_float | None = None

    UNKNOWN: ClassVar[int] = -1
    QUIET: ClassVar[int] = 0

    def period(self, row: int) -> date:
        """The period of a row."""
        return cast(date, self.period_end.item(row))

    def answer(self, row: int) -> Answer:
        """FIRING, QUIET or UNKNOWN for a row."""
        return ANSWERS.get(self.severity.item(row), Answer.FIRING)

    def near(self, row: int) -> float | None:
        """How much of the way to firing a row has gone; None where that has no answer."""
        if self.nearness is None or math.isnan(self.nearness[row]):
            return None
        return float(self.nearness[row])

    def severity_of(self, period_end: date) -> int | None:
        """The code of the last version of a period, or None where it was not judged."""
        return last_code(self.period_end, self.severity, period_end)

    def outline(self, row: int) -> Signal:
        """The row as a signal without words and evidence, which cost more than the answer."""
        code = self.severity.item(row)
        known_at = cast(datetime, self.known_at.item(row))
        return Signal(
            rule_id=self.rule_id,
            subject=self.subject,
            period_end=self.period(row),
            known_at=known_at.replace(tzinfo=UTC),
            answer=ANSWERS.get(code, Answer.FIRING),
            severity=SEVERITIES.get(code),
            provisional=self.provisional.item(row),
            keeps_open=self.keeps_open.item(row),
            ratios=tuple(None if math.isnan(one) else one for one in self.ratios[row].tolist()),
            explained=NOT_EXPLAINED,
        )

    def signal(self, row: int) -> Signal:
        """The row as a signal, with its words and evidence."""
        return replace(self.outline(row), explained=self.explain(row))


def last_code(periods: type_time, severity: npt.NDArray[np.int8], period_end: date) -> int | None:
    """The code of the last version of a period among ordered ones, None where it is not there."""
    day = np.datetime64(period_end)
    row = int(np.searchsorted(periods, day, side="right")) - 1
    return int(severity[row]) if row >= 0 and periods[row] == day else None


ANSWERS: Final = {Evaluations.UNKNOWN: Answer.UNKNOWN, Evaluations.QUIET: Answer.QUIET}
SEVERITIES: Final = {int(one): one for one in Severity}
NOT_EXPLAINED: Final = AlertText(headline="")


@runtime_checkable
class Rule(Protocol):
    """A frozen dataclass of thresholds that judges every period of a panel at once.

    `prompt_within` is how long after the end of a period its signal is still on time; told later,
    it is marked late. `awaits` names the releases that can settle what it says, which every message
    of it announces; `settled_over` what its period is, where the month's transactions answer it.
    `judge` is pure and looks only at rows up to the one it judges.
    """

    @property
    def rule_id(self) -> str:
        """What its alerts are named by."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def kind(self) -> Kind:
        """Whether it is dated or lasts."""
        ...

    @property
    def prompt_within(self) -> timedelta:
        """How long after its period a signal is on time."""
        ...

    @property
    def awaits(self) -> tuple[str, ...]:
        """The releases that can settle what it says."""
        ...

    @property
    def settled_over(self) -> JudgedOver:
        """What its period is, where the month's transactions answer it."""
        ...

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

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """Its answers for every subject."""
        ...


def any_of(ratios: type_float) -> type_float:
    """The nearness of a rule that fires when any ratio of a row reaches 1: the largest known."""
    largest = np.where(np.isnan(ratios), -np.inf, ratios).max(axis=1)
    return np.where(np.isinf(largest), np.nan, largest)


def all_of(ratios: type_float) -> type_float:
    """The nearness of a rule that fires when every ratio of a row reaches 1: the smallest; NaN
    where one is not known."""
    return np.asarray(ratios.min(axis=1))


def severity_codes(
    notice: type_bool, warning: type_bool, critical: type_bool, unknown: type_bool
) -> npt.NDArray[np.int8]:
    """The severity code of each row: the worst that holds, UNKNOWN only where it hides nothing."""
    code = np.full(len(notice), Evaluations.QUIET, dtype=np.int8)
    # The last that holds of a row stands.
    code[unknown] = Evaluations.UNKNOWN
    for severity, holds in zip(Severity, (notice, warning, critical), strict=True):
        code[holds] = severity
    return code
