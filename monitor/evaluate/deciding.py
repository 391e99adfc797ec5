"""Which answers of a rule may change its alerts: the rows gone through in order of knowing. What
becomes of an alert is said by who goes through them, to record every change or only to count."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from alerts.states import AlertState
from monitor.evaluate.answer_rows import fresh_rows, repeats_of_quiet
from monitor.evaluate.known import Known
from rules.evaluation import Evaluations, Rule
from rules.model import to_date
from rules.point_in_time.panel import BEGINNING, to_second
from rules.point_in_time.vintage_rows import Rows
from rules.terms import Kind

NEVER_ANSWERED: Final = -2
# What a row of a condition can do to its alert: open or worsen it to a severity, close it, nothing.
CLOSES: Final = 0
LEAVES: Final = -1


class PeriodCodes(Protocol):
    """The answers for a subject, as far as a correction is compared with them."""

    @property
    def subject(self) -> str:
        """Whose they are."""
        ...

    def severity_of(self, period_end: date) -> int | None:
        """The code of the last version of a period, or None where it was not judged."""
        ...


class HasState(Protocol):
    """What must be known of an alert to find the rows that may change it."""

    @property
    def state(self) -> AlertState:
        """Whether it is open."""
        ...


Standing = TypeVar("Standing", bound=HasState)


class Deciding(ABC, Generic[Standing]):
    """One rule's alerts while the rows of its history are gone through, those known in a span and
    those of the alerts that were open at its start."""

    def __init__(
        self,
        known: Known,
        rule: Rule,
        alerts: Mapping[tuple[str, date], Standing],
        judged_through: Mapping[str, date],
        since: datetime | None,
    ):
        self._known, self._rule, self._since = known, rule, since
        self._newest_only = rule.kind is Kind.CONDITION or any(
            known.deciding.series[name].one_vintage
            for name in rule.decided_by
            if name in known.deciding.series
        )
        self._through = {
            subject: np.datetime64(period) for subject, period in judged_through.items()
        }
        self._alerts = {
            self._place(subject, episode): alerts[subject, episode]
            for subject, episode in sorted(alerts)
        }
        # What was answered before a stretch: a correction that changes no answer tells nothing.
        self._before: Sequence[PeriodCodes] | None = () if since is None else None

    @abstractmethod
    def _step(self, judged: Evaluations, row: int, alert: Standing | None) -> None:
        """What a row does to an alert, or None where there is none of its period."""

    @abstractmethod
    def _note(self, judged: Evaluations, rows: Rows) -> None:
        """The rows of a subject that were answered in a stretch."""

    @abstractmethod
    def _judged(self, at: datetime) -> Sequence[PeriodCodes]:
        """The answers as of an instant, as far as corrections are compared with them."""

    @abstractmethod
    def _kept(self, answers: Sequence[Evaluations]) -> Sequence[PeriodCodes]:
        """What is kept of answers for the same purpose."""

    @abstractmethod
    def _reminder_due(self, subject: str) -> datetime | None:
        """From when on a firing row reminds of the subject's alert; None where none does."""

    def stretch(
        self, answers: Sequence[Evaluations], start: datetime | None, end: datetime
    ) -> None:
        """Go through what became known in (start, end], all judged as of its end."""
        for judged in answers:
            self._subject(judged, fresh_rows(judged, start, end))
        self._before = self._kept(answers)

    def _subject(self, judged: Evaluations, rows: Rows) -> None:
        periods = judged.period_end[rows].astype("datetime64[D]")
        through = self._through.get(judged.subject, BEGINNING)
        highest = np.maximum.accumulate(np.insert(periods, 0, through.astype("datetime64[D]")))
        is_new = periods > highest[:-1]
        if self._newest_only:
            # A condition is as its newest period is: what comes for an older one is history. So is
            # what a new estimate of a whole history makes of old periods.
            current = is_new | (periods == highest[:-1])
            rows, is_new = rows[current], is_new[current]
        self._through[judged.subject] = highest[-1]
        skipped, noted = list[int](), dict[date, int]()
        repeats = repeats_of_quiet(judged, rows) & ~is_new
        for place in self._places(judged, rows, is_new):
            row = rows.item(place)
            period, code = judged.period(row), judged.severity.item(row)
            alert = self._alert(judged.subject, period)
            is_open = alert is not None and alert.state is AlertState.OPEN
            if repeats[place] and noted.get(period, code) >= code and not is_open:
                if alert is None:
                    skipped.append(place)
                continue
            if not is_new[place] and alert is None:
                earlier = noted.get(period)
                if code <= (self._earlier(judged, rows, place) if earlier is None else earlier):
                    # A number behind an old answer was corrected and the answer is what it was.
                    skipped.append(place)
                    continue
            noted[period] = code
            self._step(judged, row, alert)
        self._note(judged, np.delete(rows, skipped) if skipped else rows)

    def _alert(self, subject: str, period: date) -> Standing | None:
        """The alert that a row of a period may belong to."""
        return self._alerts.get(self._place(subject, period))

    def _places(
        self, judged: Evaluations, rows: Rows, is_new: npt.NDArray[np.bool_]
    ) -> Iterator[int]:
        """The places worth a step, in order: where a row can change an alert, and where one that
        changes nothing reminds of it, which depends on the steps before."""
        worth = np.flatnonzero(self._may_matter(judged, rows) | ~is_new).tolist()
        if self._rule.kind is Kind.EVENT:
            yield from worth
            return
        firing = np.flatnonzero(judged.severity[rows] > Evaluations.QUIET)
        known_at = judged.known_at[rows[firing]]
        last, counted_due, first = -1, None, 0
        for place in (*worth, len(rows)):
            while (due := self._reminder_due(judged.subject)) is not None:
                if due != counted_due:
                    counted_due, first = due, int(np.searchsorted(known_at, to_second(due)))
                after = max(first, int(np.searchsorted(firing, last, side="right")))
                if after == len(firing) or firing[after] >= place:
                    break
                last = firing.item(after)
                yield last
            last = place
            if place < len(rows):
                yield place

    def _may_matter(self, judged: Evaluations, rows: Rows) -> npt.NDArray[np.bool_]:
        """The rows that can change an alert: all others would leave everything as it is, and there
        are some ten thousand of them behind each that does."""
        code = judged.severity[rows].astype(np.int64)
        if self._rule.kind is Kind.EVENT:
            return code > Evaluations.QUIET
        closes = (code == Evaluations.QUIET) & ~judged.keeps_open[rows]
        effect = np.where(code > Evaluations.QUIET, code, np.where(closes, CLOSES, LEAVES))
        acts = np.flatnonzero(effect != LEAVES)
        # The second of two equal ones finds the alert as the first has left it.
        turns = acts[np.diff(effect[acts], prepend=LEAVES) != 0]
        found = np.zeros(len(rows), dtype=bool)
        found[turns] = True
        return found

    def _earlier(self, judged: Evaluations, rows: Rows, place: int) -> int:
        """The code of the answer to the same period before a row, whose number came again; below
        every code where there was none."""
        period = judged.period_end[rows[place]]
        same = rows[:place][judged.period_end[rows[:place]] == period]
        if len(same):
            return int(judged.severity[same[-1]])
        if self._before is None:
            assert self._since is not None
            self._before = self._judged(self._since)
        mine = (one for one in self._before if one.subject == judged.subject)
        found = next((one.severity_of(to_date(period)) for one in mine), None)
        return NEVER_ANSWERED if found is None else found

    def _place(self, subject: str, period: date) -> tuple[str, date | None]:
        """Where an alert is found: by period for an event, the latest for a condition."""
        return (subject, period if self._rule.kind is Kind.EVENT else None)
