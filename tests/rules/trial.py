"""A rule over figures that come late, are revised, wrong at first or never there, and what must
hold of it whatever the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import hypothesis.strategies as st

from alerts.model import Alert
from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.evaluation_result import EvaluationResult
from monitor.evaluate.known import Known
from rules.declared.made_series import MadeSeries, with_inputs
from rules.declared.making import with_made
from rules.evaluation import Rule
from rules.point_in_time.panel import History
from rules.point_in_time.source_priority import SourceChain, chained, expanded
from rules.terms import Answer
from tests.support import Row, history_of

# So often that many conditions are reminded of.
REMIND_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Trial:
    """A rule, its figures, and the span in which they are disturbed."""

    rule: Rule
    rows: list[Row]
    span: tuple[datetime, datetime]
    chains: Mapping[str, SourceChain] = field(default_factory=dict)
    made: Mapping[str, MadeSeries] = field(default_factory=dict)

    def history(self, rows: list[Row]) -> History:
        """What the rule reads, of some rows."""
        inputs = with_inputs(self.rule.series, self.made)
        stored = history_of(rows, expanded(inputs, self.chains))
        return with_made(chained(stored, inputs, self.chains), self.rule.series, self.made)

    def decided(self, rows: list[Row]) -> EvaluationResult:
        """What the rule decides of the span from some rows."""
        known, (since, until) = Known.whole(self.history(rows)), self.span
        return decide_rule(known, self.rule, {}, {}, since, until, REMIND_AFTER)

    def moments(self) -> st.SearchStrategy[datetime]:
        """Instants in the span."""
        return st.integers(24, 24 * 45).map(lambda hours: self.span[0] + timedelta(hours=hours))

    def refuse_look_ahead(self, rows: list[Row], moment: datetime) -> None:
        """What is known later changes nothing told before."""
        poisoned = [
            (name, day, known, vintage, value * -7.0 if known > moment else value)
            for name, day, known, vintage, value in rows
        ]
        honest = told(self.decided(rows), moment)
        assert told(self.decided(poisoned), moment) == honest

    def refuse_other_answers_step_by_step(self, rows: list[Row]) -> None:
        """Deciding all at once is deciding at each instant."""
        start, end = self.span
        at_once, history = told(self.decided(rows), end), self.history(rows)
        alerts: dict[tuple[str, date], Alert] = {}
        through: dict[str, date] = {}
        since, stepwise = start, []
        for moment in sorted({row[2] for row in rows if start < row[2] <= end}):
            found = decide_rule(
                Known.whole(history), self.rule, alerts, through, since, moment, REMIND_AFTER
            )
            for one in found.decided:
                after = one.outline.after
                alerts[after.subject, after.episode] = after
            for evaluation in found.evaluations():
                through[evaluation.subject] = max(
                    evaluation.period_end, through.get(evaluation.subject, evaluation.period_end)
                )
            stepwise += told(found, end)
            since = moment
        assert stepwise == at_once

    def refuse_alerts_of_the_unknown(self, rows: list[Row]) -> None:
        """An unknown answer never opens and never closes."""
        for one in self.decided(rows).decided:
            assert one.outline.signal.answer is not Answer.UNKNOWN

    def refuse_telling_again(self) -> None:
        """What was decided is decided once."""
        first = self.decided(self.rows)
        assert first.decided
        alerts = {
            (one.outline.after.subject, one.outline.after.episode): one.outline.after
            for one in first.decided
        }
        through = {one.subject: one.period_end for one in first.evaluations()}
        known, end = Known.whole(self.history(self.rows)), self.span[1]
        again = decide_rule(known, self.rule, alerts, through, end, end, REMIND_AFTER)
        assert not again.decided


def told(found: EvaluationResult, until: datetime) -> list[tuple[object, ...]]:
    """What was decided on what was known by an instant, with every word."""
    return [
        (t.after.alert_id, t.reason, t.after.severity, t.after.provisional, t.signal)
        for t in (one.explained() for one in found.decided)
        if t.signal.known_at <= until
    ]


@st.composite
def disturbed(draw: st.DrawFn, trial: Trial) -> list[Row]:
    """The figures with some numbers late, some revised later, some wrong at first, and some never
    there."""
    (start, end), out = trial.span, list(trial.rows)
    recent = [i for i, row in enumerate(trial.rows) if start < row[2] < end - timedelta(days=10)]
    for index in draw(st.lists(st.sampled_from(recent), max_size=12, unique=True)):
        name, day, known, vintage, value = trial.rows[index]
        later = known + timedelta(hours=draw(st.integers(1, 400)))
        change = draw(st.sampled_from(["late", "revised", "corrected", "missing"]))
        if change == "late":
            out[index] = (name, day, later, vintage, value)
        elif change == "revised":
            factor = draw(st.floats(0.97, 1.03))
            out.append((name, day, later, vintage + 1, value * factor))
        elif change == "corrected":
            out[index] = (name, day, known, vintage, value * draw(st.floats(0.95, 1.05)))
            out.append((name, day, later, vintage + 1, value))
        else:
            out[index] = (name, day, end + timedelta(days=1), vintage, value)
    return out
