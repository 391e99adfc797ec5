"""What a rule's answers mean for its alerts: pure, the same for live and replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from alerts.lifecycle import NEVER, reminder_due, step
from alerts.model import Alert
from alerts.states import AlertState
from monitor.evaluate.answer_rows import fresh_rows, has_happened, repeats_of_quiet
from monitor.evaluate.evaluation_result import AnsweredRows, EvaluationResult, TransitionRecord
from monitor.evaluate.known import Known
from rules.evaluation import Evaluations, Rule
from rules.model import Signal, to_date
from rules.point_in_time.panel import BEGINNING, to_second
from rules.point_in_time.vintage_rows import Rows
from rules.terms import Kind

NEVER_ANSWERED: Final = -2
# What a row of a condition can do to its alert: open or worsen it to a severity, close it, nothing.
CLOSES: Final = 0
LEAVES: Final = -1


def decide_rule(
    known: Known,
    rule: Rule,
    alerts: Mapping[tuple[str, date], Alert],
    judged_through: Mapping[str, date],
    since: datetime | None,
    until: datetime,
    remind_after: timedelta = NEVER,
) -> EvaluationResult:
    """The transitions and answers that became known in (since, until], in order of knowing.

    Pure. `alerts` by subject and episode, as they stood at `since`; `judged_through` the last
    period judged for each subject by then; `remind_after` as in `alerts.lifecycle.step`.
    """
    deciding = _Deciding(known, rule, alerts, judged_through, since, remind_after)
    start = since
    for point in known.deciding.revision_instants(since, until):
        if known.deciding.has_news_between(start, point):
            deciding.stretch(known.judge(rule, point), start, point)
        start = point
    decided = sorted(
        deciding.decided,
        key=lambda one: (
            one.outline.signal.known_at,
            one.outline.signal.period_end,
            one.outline.signal.subject,
        ),
    )
    return EvaluationResult(tuple(decided), tuple(deciding.answered))


class _Deciding:
    """One rule's alerts while the rows of its history are gone through in order of knowing."""

    def __init__(
        self,
        known: Known,
        rule: Rule,
        alerts: Mapping[tuple[str, date], Alert],
        judged_through: Mapping[str, date],
        since: datetime | None,
        remind_after: timedelta,
    ):
        self._known, self._rule, self._since = known, rule, since
        self._newest_only = rule.kind is Kind.CONDITION or any(
            known.deciding.series[name].one_vintage
            for name in rule.decided_by
            if name in known.deciding.series
        )
        self._remind_after = remind_after
        self._through = {
            subject: np.datetime64(period) for subject, period in judged_through.items()
        }
        self._alerts = {
            self._place(subject, episode): alerts[subject, episode]
            for subject, episode in sorted(alerts)
        }
        # What was answered before a stretch: a correction that changes no answer tells nothing.
        self._before: Sequence[Evaluations] | None = () if since is None else None
        self.decided: list[TransitionRecord] = []
        self.answered: list[AnsweredRows] = []

    def stretch(
        self, answers: Sequence[Evaluations], start: datetime | None, end: datetime
    ) -> None:
        """Go through what became known in (start, end], all judged as of its end."""
        for judged in answers:
            self._subject(judged, fresh_rows(judged, start, end))
        self._before = answers

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
            alert = self._alerts.get(self._place(judged.subject, period))
            is_open = alert is not None and alert.state is AlertState.OPEN
            if repeats[place] and noted.get(period, code) >= code and not is_open:
                if alert is None:
                    skipped.append(place)
                continue
            signal = judged.outline(row)
            if not is_new[place] and alert is None:
                earlier = noted.get(period)
                if code <= (self._earlier(judged, rows, place) if earlier is None else earlier):
                    # A number behind an old answer was corrected and the answer is what it was.
                    skipped.append(place)
                    continue
            noted[period] = code
            self._step(judged, row, signal, alert)
        self.answered.append(AnsweredRows(judged, np.delete(rows, skipped)))

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

    def _reminder_due(self, subject: str) -> datetime | None:
        alert = self._alerts.get((subject, None))
        return None if alert is None else reminder_due(alert, self._remind_after)

    def _step(self, judged: Evaluations, row: int, signal: Signal, alert: Alert | None) -> None:
        transition = step(
            alert,
            signal,
            self._rule.kind,
            self._rule.prompt_within,
            self._remind_after,
            happened=alert is None or has_happened(judged, row, alert.episode),
        )
        if transition is not None:
            self.decided.append(TransitionRecord(transition, judged, row))
            self._alerts[self._place(judged.subject, signal.period_end)] = transition.after

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
            self._before = self._known.judge(self._rule, self._since)
        mine = (one for one in self._before if one.subject == judged.subject)
        found = next((one.severity_of(to_date(period)) for one in mine), None)
        return NEVER_ANSWERED if found is None else found

    def _place(self, subject: str, period: date) -> tuple[str, date | None]:
        """Where an alert is found: by period for an event, the latest for a condition."""
        return (subject, period if self._rule.kind is Kind.EVENT else None)
