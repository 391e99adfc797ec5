"""What a rule's answers mean for its alerts: pure, the same for live and replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from alerts.lifecycle import step
from alerts.model import Alert, Transition
from rules.model import Answer, Judged, Kind, Rule, Signal, to_date, to_instant
from rules.panel import BEGINNING, History, to_second
from state.ledger import Evaluation

NEVER_ANSWERED = -2

Row = tuple[Judged, int]


@dataclass(frozen=True)
class Decided:
    """A transition and the judged row behind it, whose words are written only when needed."""

    outline: Transition
    judged: Judged
    row: int

    def explained(self) -> Transition:
        """The transition with its signal's words and evidence."""
        return replace(self.outline, signal=self.judged.signal(self.row))


@dataclass(frozen=True)
class Verdicts:
    """What deciding one rule over a span of time gave, in order of knowing."""

    decided: tuple[Decided, ...]
    evaluations: tuple[Evaluation, ...]


def decide_rule(
    history: History,
    rule: Rule,
    alerts: Mapping[tuple[str, date], Alert],
    judged_through: Mapping[str, date],
    since: datetime | None,
    until: datetime,
) -> Verdicts:
    """The transitions and answers that became known in (since, until], in order of knowing.

    Pure. `alerts` by subject and episode, as they stood at `since`; `judged_through` the last
    period judged for each subject by then.
    """
    through = dict(judged_through)
    latest = {
        _place(rule.kind, subject, episode): alerts[subject, episode]
        for subject, episode in sorted(alerts)
    }
    decided: list[Decided] = []
    evaluations: list[Evaluation] = []
    earlier = _Earlier(history, rule, since)
    start = since
    for point in history.turning_points(since, until):
        if not history.knows_between(start, point):
            continue
        answers = rule.judge(history.as_of(point))
        for judged, row in _fresh_rows(answers, start, point):
            signal = judged.outline(row)
            last = through.get(signal.subject)
            is_new = last is None or signal.period_end > last
            if rule.kind is Kind.CONDITION and not is_new and signal.period_end != last:
                continue
            through[signal.subject] = signal.period_end if last is None or is_new else last
            place = _place(rule.kind, signal.subject, signal.period_end)
            alert = latest.get(place)
            code = int(judged.severity[row])
            if not is_new and alert is None and code <= earlier.severity(signal):
                # A number behind an old answer was corrected and the answer is what it was.
                continue
            earlier.note(signal, code)
            evaluations.append(_evaluation(judged, row, signal))
            transition = step(alert, signal, rule.kind, rule.prompt_within)
            if transition is not None:
                decided.append(Decided(transition, judged, row))
                latest[place] = transition.after
        earlier.replace(answers)
        start = point
    return Verdicts(tuple(decided), tuple(evaluations))


class _Earlier:
    """What was answered for a period before: a correction that changes no answer tells nothing."""

    def __init__(self, history: History, rule: Rule, since: datetime | None):
        self._history, self._rule, self._since = history, rule, since
        self._answers: Sequence[Judged] | None = () if since is None else None
        self._noted: dict[tuple[str, date], int] = {}

    def severity(self, signal: Signal) -> int:
        """The code of the answer before this signal; below every code where there was none."""
        noted = self._noted.get((signal.subject, signal.period_end))
        if noted is not None:
            return noted
        if self._answers is None:
            assert self._since is not None
            self._answers = self._rule.judge(self._history.as_of(self._since))
        mine = (one for one in self._answers if one.subject == signal.subject)
        found = next((one.severity_of(signal.period_end) for one in mine), None)
        return NEVER_ANSWERED if found is None else found

    def note(self, signal: Signal, code: int) -> None:
        """Remember an answer decided in this stretch."""
        self._noted[signal.subject, signal.period_end] = code

    def replace(self, answers: Sequence[Judged]) -> None:
        """From now on, these are the answers before."""
        self._answers = answers
        self._noted.clear()


def _place(kind: Kind, subject: str, period: date) -> tuple[str, date | None]:
    """Where the alert of a signal is found: by period for an event, the latest for a condition."""
    return (subject, period if kind is Kind.EVENT else None)


def _fresh_rows(judged: Sequence[Judged], since: datetime | None, until: datetime) -> Iterable[Row]:
    """The rows known in (since, until], of all subjects, by when they were known and by period."""
    rows: list[tuple[datetime, date, str, Row]] = []
    for one in judged:
        low = BEGINNING if since is None else to_second(since)
        for row in np.flatnonzero((one.known_at > low) & (one.known_at <= to_second(until))):
            place = int(row)
            key = (to_instant(one.known_at[place]), to_date(one.period_end[place]), one.subject)
            rows.append((*key, (one, place)))
    rows.sort(key=lambda item: item[:3])
    return (row for *_, row in rows)


def _evaluation(judged: Judged, row: int, signal: Signal) -> Evaluation:
    measure = float(judged.measure[row])
    unknown = signal.answer is Answer.UNKNOWN
    return Evaluation(
        rule_id=signal.rule_id,
        subject=signal.subject,
        period_end=signal.period_end,
        known_at=signal.known_at,
        answer=signal.answer,
        severity=signal.severity,
        provisional=signal.provisional,
        measure=None if np.isnan(measure) else measure,
        measure_unit=judged.measure_unit,
        reason=judged.explain(row).headline if unknown else "",
    )
