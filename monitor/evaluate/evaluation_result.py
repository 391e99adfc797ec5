"""What deciding one rule over a span of time gave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from alerts.model import Transition
from alerts.near_misses import NEAR_SHARE, nearest
from alerts.states import AlertState
from monitor.evaluate.answer_rows import peak_evidence
from rules.evaluation import Evaluations
from rules.model import to_date
from rules.point_in_time.vintage_rows import Rows
from rules.terms import Answer, Kind
from state.alert_rows import Evaluation


@dataclass(frozen=True)
class TransitionRecord:
    """A transition and the judged row behind it, whose words are written only when needed."""

    outline: Transition
    judged: Evaluations
    row: int

    def explained(self) -> Transition:
        """The transition with its signal's words and evidence; of a condition told before, with
        the peak it has had."""
        signal = self.judged.signal(self.row)
        if self.outline.before is not None and self.outline.after.kind is Kind.CONDITION:
            peak = peak_evidence(self.judged, self.row, self.outline.after.episode)
            said = signal.explained
            signal = replace(signal, explained=replace(said, evidence=(*said.evidence, *peak)))
        return replace(self.outline, signal=signal)


@dataclass(frozen=True)
class AnsweredRows:
    """The rows of one subject that were answered in a stretch of time, by when they were known."""

    judged: Evaluations
    rows: Rows


@dataclass(frozen=True)
class EvaluationResult:
    """What deciding one rule over a span of time gave: the transitions in order of knowing."""

    decided: tuple[TransitionRecord, ...]
    answered: tuple[AnsweredRows, ...]

    def evaluations(self) -> list[Evaluation]:
        """Every answer that was given, in order of knowing."""
        found = [_evaluation(one.judged, int(row)) for one in self.answered for row in one.rows]
        return sorted(found, key=lambda one: (one.known_at, one.period_end, one.subject))

    def newest(self) -> list[Evaluation]:
        """The last answer to the newest period of each subject."""
        return [_evaluation(judged, row) for judged, row in self._newest().values()]

    def judged_through(self) -> dict[str, date]:
        """The newest period of each subject that was answered."""
        return {
            subject: to_date(judged.period_end[row])
            for subject, (judged, row) in self._newest().items()
        }

    def _newest(self) -> dict[str, tuple[Evaluations, int]]:
        newest: dict[str, tuple[Evaluations, int]] = {}
        for one in self.answered:
            if not len(one.rows):
                continue
            periods = one.judged.period_end[one.rows]
            row = int(one.rows[np.flatnonzero(periods == periods.max())[-1]])
            before = newest.get(one.judged.subject)
            if before is None or periods.max() >= before[0].period_end[before[1]]:
                newest[one.judged.subject] = one.judged, row
        return newest

    def newest_opened(self) -> Transition | None:
        """The last that opened an alert, without its words; None where nothing did."""
        opened = (one.outline for one in reversed(self.decided) if one.outline.before is None)
        return next(opened, None)

    def standing(self) -> list[TransitionRecord]:
        """Of each condition open at the end, its transitions; of everything else, nothing."""
        last = {one.outline.after.alert_id: one.outline.after for one in self.decided}
        return [
            one
            for one in self.decided
            if one.outline.after.kind is Kind.CONDITION
            and last[one.outline.after.alert_id].state is AlertState.OPEN
        ]


def _evaluation(judged: Evaluations, row: int) -> Evaluation:
    signal = judged.outline(row)
    measure = float(judged.measure[row])
    nearness = judged.near(row) if signal.answer is Answer.QUIET else None
    reason = ""
    if signal.answer is Answer.UNKNOWN:
        reason = judged.explain(row).headline
    elif nearness is not None and nearness >= NEAR_SHARE:
        reason = nearest(judged.explain(row).evidence, nearness)
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
        reason=reason,
        nearness=nearness,
    )
