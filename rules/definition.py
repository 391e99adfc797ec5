"""What a rule of the catalog fills in: what it reads, how it judges, and its phrases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import ClassVar, Final, Generic, NoReturn, TypeAlias

import numpy as np

from rules.case import Case, RuleData
from rules.evaluation import Evaluations
from rules.judged_over import JudgedOver
from rules.markets.curve import CurveMove
from rules.markets.market import MARKET
from rules.model import AlertText, Analogue, Evidence, Head, Panel, type_bool, type_float, type_time
from rules.plot import Plot, needed_plots
from rules.rarity import rarity
from rules.record.words import record_sentence, scored_by
from rules.severity_grading import Graded, SeverityThresholds
from rules.terms import Kind, Severity
from rules.wording import period_name

# The last close is normally known by 18:30 in New York; the next morning's poll is on time.
NEXT_MORNING: Final = timedelta(hours=42)
FLOWS: Final = ("tic", "custody")


@dataclass(frozen=True)
class Context:
    """What a firing row is told with: how unusual it is in words, the numbers behind them, and the
    last like it."""

    sentence: str
    evidence: tuple[Evidence, ...] = ()
    analogues: tuple[Analogue, ...] = field(default=())

    def beside(self, curve: CurveMove, panel: Panel, period: date) -> Context:
        """The same with what the curve did: first in words, and its numbers last."""
        return replace(
            self,
            sentence=f"{curve.sentence} {self.sentence}".lstrip(),
            evidence=(*self.evidence, *curve.evidence(panel, period)),
        )


RuleAnswers: TypeAlias = tuple[Evaluations, ...]


def _unexplained(row: int) -> NoReturn:
    raise LookupError(f"row {row} is explained by a rule's own answers, not by what they are of")


class Definition(Generic[RuleData]):
    """The skeleton of a rule: `needed` are the groups of series of which one each must be there,
    `context_series` what its words read besides.

    A rule judges in `judge` and hands its arrays to `_answers`; a message is then made of its
    `_why_unknown`, `_headline`, `_numbers`, `_context`, `caveat` and `would_change`.
    """

    rule_id: str
    title: str
    kind: Kind
    needed: ClassVar[tuple[tuple[str, ...], ...]] = ()
    context_series: ClassVar[tuple[str, ...]] = MARKET
    # The early number whose record is said with an alert; empty where it is none.
    record_of: ClassVar[str] = ""
    # What a severity needs a size of, each: a setting's name without the severity.
    sized: ClassVar[tuple[str, ...]] = ()
    # The severities that have sizes of their own.
    least_sized: ClassVar[Severity] = Severity.NOTICE
    most_sized: ClassVar[Severity] = Severity.CRITICAL
    # The series that its plots show besides what it is decided by.
    plotted_beside: ClassVar[tuple[str, ...]] = ()
    # How many periods the change shown by a chart is taken over.
    plotted_over: ClassVar[int] = 1
    # What a period is called; a month and a week are named as such, and not by their last day.
    noun: ClassVar[str] = "session"
    caveat: str = ""
    # What it says of who sold, at a glance.
    sellers: str = "Prices alone do not show who sold."

    @property
    def prompt_within(self) -> timedelta:
        """How long after its period an alert is on time."""
        return NEXT_MORNING

    @property
    def awaits(self) -> tuple[str, ...]:
        """The releases that can settle what it says."""
        return FLOWS

    @property
    def settled_over(self) -> JudgedOver:
        """What its period is, where the month's transactions answer it."""
        return JudgedOver.NOT_SETTLED

    @property
    def would_change(self) -> str:
        """What would change the reading."""
        return ""

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The series it cannot do without, of each group one."""
        return self.needed

    @property
    def decided_by(self) -> tuple[str, ...]:
        """All of those."""
        return tuple(name for group in self.needs for name in group)

    @property
    def series(self) -> tuple[str, ...]:
        """Those, and what the words read: closes for what followed, and more."""
        scored = (scored_by(self.record_of),) if self.record_of else ()
        return tuple(dict.fromkeys((*self.decided_by, *self.context_series, *scored)))

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """What it needs, over the periods that its change is taken over."""
        return needed_plots(self.needs, panel, period_end, over=self._plotted_over())

    def _plotted_over(self) -> int:
        return self.plotted_over

    @property
    def sizes(self) -> type_float:
        """The sizes of what is `sized`, a column each and a row a severity."""
        return np.column_stack([self._sizes(what) for what in self.sized])

    def _sizes(self, what: str) -> SeverityThresholds:
        """The settings `notice_...`, `warning_...` and `critical_...` of what is judged; infinite
        where a rule has none of a severity, or it is off."""
        found = (getattr(self, f"{level.label}_{what}", None) for level in Severity)
        return SeverityThresholds(*(np.inf if size is None else size for size in found))

    def _answers(
        self,
        panel: Panel,
        subject: str,
        on: RuleData,
        period: type_time,
        known: type_time,
        graded: Graded,
        *,
        keeps_open: type_bool | None = None,
        provisional: type_bool | None = None,
    ) -> Evaluations:
        """The answers for a subject, explained by the rule's phrases. Arrays as in
        `Evaluations`; a condition stays open while it is not below its
        `close_below_pct_of_notice`, unless `keeps_open` says otherwise."""
        none = np.zeros(len(period), dtype=bool)
        if keeps_open is None:
            keeps_open = graded.keeps_open(getattr(self, "close_below_pct_of_notice", np.inf))
        found = Evaluations(
            rule_id=self.rule_id,
            subject=subject,
            period_end=period,
            known_at=known,
            severity=graded.severity,
            provisional=none if provisional is None else provisional,
            keeps_open=keeps_open,
            measure=graded.measure,
            measure_unit=graded.unit,
            ratios=graded.ratios,
            explain=_unexplained,
            nearness=graded.nearness,
        )
        # Answers that held themselves would be freed only now and then, and the next rule's arrays
        # would be made in new memory, which takes as long again as to fill them.
        return replace(
            found, explain=lambda row: self._explain(Case(panel, self.kind, found, on, row))
        )

    def _explain(self, case: Case[RuleData]) -> AlertText:
        if case.code == Evaluations.UNKNOWN:
            return AlertText(headline=self._why_unknown(case))
        headline, numbers = self._headline(case), self._numbers(case)
        period = period_name(self._noun(case), case.period)
        if case.code == Evaluations.QUIET:
            head = Head(self._glance(case))
            return AlertText(headline, evidence=numbers, period=period, head=head)
        context = self._context(case)
        return AlertText(
            headline,
            f"{context.sentence}{self._record(case)}",
            self._caveat(case),
            (*numbers, *context.evidence),
            period=period,
            falsifier=self.would_change,
            analogues=context.analogues,
            against=self._against(case),
            head=Head(self._glance(case), self._rarity(case), self.sellers),
        )

    def _noun(self, case: Case[RuleData]) -> str:
        """What a period is called."""
        return self.noun

    def _record(self, case: Case[RuleData]) -> str:
        if not self.record_of:
            return ""
        return record_sentence(case.panel, case.known_by, self.record_of)

    def _against(self, case: Case[RuleData]) -> Severity:
        """The severity whose sizes the numbers of a row stand against: its own, or the lowest one
        where it is quiet; of the severities that have any."""
        return Severity(min(max(case.code, self.least_sized), self.most_sized))

    def _caveat(self, case: Case[RuleData]) -> str:
        """What a row does not mean."""
        return self.caveat

    def _why_unknown(self, case: Case[RuleData]) -> str:
        """Why a row has no answer."""
        raise NotImplementedError

    def _headline(self, case: Case[RuleData]) -> str:
        """What happened."""
        raise NotImplementedError

    def _glance(self, case: Case[RuleData]) -> str:
        """What happened at a glance, as a desk writes it."""
        return self._headline(case)

    def _rarity(self, case: Case[RuleData]) -> str:
        """How often it is as severe, at a glance."""
        return rarity(case, self._noun(case))

    def _numbers(self, case: Case[RuleData]) -> tuple[Evidence, ...]:
        """What it was judged by, against its sizes, and the levels."""
        raise NotImplementedError

    def _context(self, case: Case[RuleData]) -> Context:
        """How unusual it is."""
        raise NotImplementedError
