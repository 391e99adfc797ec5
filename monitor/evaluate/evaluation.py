"""What a rule's answers mean for its alerts: pure, the same for live and replay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from alerts.lifecycle import NEVER, reminder_due, step
from alerts.model import Alert
from monitor.evaluate.answer_rows import has_happened
from monitor.evaluate.deciding import Deciding, PeriodCodes
from monitor.evaluate.evaluation_result import AnsweredRows, EvaluationResult, TransitionRecord
from monitor.evaluate.known import Known
from rules.evaluation import Evaluations, Rule
from rules.point_in_time.vintage_rows import Rows


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
    deciding = _Recording(known, rule, alerts, judged_through, since, remind_after)
    for start, point in known.stretches(since, until):
        deciding.stretch(known.judge(rule, point), start, point)
    decided = sorted(
        deciding.decided,
        key=lambda one: (
            one.outline.signal.known_at,
            one.outline.signal.period_end,
            one.outline.signal.subject,
        ),
    )
    return EvaluationResult(tuple(decided), tuple(deciding.answered))


class _Recording(Deciding[Alert]):
    """Every change of the alerts, with the row behind it."""

    def __init__(
        self,
        known: Known,
        rule: Rule,
        alerts: Mapping[tuple[str, date], Alert],
        judged_through: Mapping[str, date],
        since: datetime | None,
        remind_after: timedelta,
    ):
        super().__init__(known, rule, alerts, judged_through, since)
        self._remind_after = remind_after
        self.decided: list[TransitionRecord] = []
        self.answered: list[AnsweredRows] = []

    def _judged(self, at: datetime) -> Sequence[PeriodCodes]:
        return self._known.judge(self._rule, at)

    def _kept(self, answers: Sequence[Evaluations]) -> Sequence[PeriodCodes]:
        return answers

    def _note(self, judged: Evaluations, rows: Rows) -> None:
        self.answered.append(AnsweredRows(judged, rows))

    def _reminder_due(self, subject: str) -> datetime | None:
        alert = self._alerts.get((subject, None))
        return None if alert is None else reminder_due(alert, self._remind_after)

    def _step(self, judged: Evaluations, row: int, alert: Alert | None) -> None:
        signal = judged.outline(row)
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
