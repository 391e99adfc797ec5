"""A rule that a desk declares: conditions with sizes, compiled to what every rule is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import Annotated, Final, Literal

import numpy as np
from annotated_types import Interval

from rules.case import Case
from rules.declared.condition import Condition, series_read
from rules.declared.condition_values import ConditionValues
from rules.declared.group import Conditions, Group
from rules.declared.made_series import sampled_id
from rules.declared.severities import SUBJECT, Severities, about_subject, cooled, shown_ratios
from rules.declared.words import at_size, headline, label, levels, moves, statistic
from rules.definition import Context, RuleAnswers
from rules.evaluation import Evaluations
from rules.markets.market import SAMPLED_BY
from rules.model import Evidence, Panel, type_bool, type_float
from rules.plot import Plot, needed_plots
from rules.severity_grading import OF_NOTICE, Graded
from rules.shared.own_rule import OwnRule
from rules.terms import Kind, Severity
from rules.wording import number

# The subject of a rule that names none.
DESK: Final = "desk"
Groups = tuple[Group, ...]
# What a rule may be evaluated over, and the periods it is sampled by.
EVERY: Final = {"sessions": "", "weeks": "week", "months": "month"}


@dataclass(frozen=True, kw_only=True)
class ConditionsRule(OwnRule[ConditionValues]):
    """`all` of some conditions, `any` of them, or `at_least` so many `of` them, at the sizes of
    each severity; groups of other conditions in `notice`, `warning` and `critical` reach it too.
    Where no size is by severity, it fires at `severity`.

    It is judged on the periods on which all of its series that come most often have a number; a
    slower series gives the number that was known by then. `over` weeks or months, a series that
    comes more often gives its last number of each that is past. A condition closes when
    `close_when` holds, or below `close_below_pct_of_notice` percent of its notice sizes. After an
    event, one no more severe within `cooldown_periods` is quiet. `subjects` are names by what
    stands for `{subject}` in the series: each is judged by itself.
    """

    kind: Kind = Kind.CONDITION
    over: Literal["sessions", "weeks", "months"] = "sessions"
    all: Conditions = ()
    any: Conditions = ()
    of: Conditions = ()
    at_least: Annotated[int, Interval(ge=1, le=50)] | None = None
    severity: Literal["notice", "warning", "critical"] = "notice"
    notice: Groups = ()
    warning: Groups = ()
    critical: Groups = ()
    close_when: Condition | None = None
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0
    cooldown_periods: Annotated[int, Interval(ge=0, le=2600)] = 0
    subjects: Mapping[str, str] = field(default_factory=dict)
    caveat: str = "A rule of the desk's own: it shows what was measured, and not why."
    awaits: tuple[Literal["tic", "custody"], ...] = ()

    # Of who sold it says nothing: the desk's caveat does.
    sellers = ""

    @cached_property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """Each of its series, of every subject."""
        return tuple((name,) for name in series_read(self.conditions))

    @cached_property
    def decided_by(self) -> tuple[str, ...]:
        """All of them."""
        return super().decided_by

    @cached_property
    def conditions(self) -> Conditions:
        """Every condition, of every subject."""
        return tuple(dict.fromkeys(one for name in self._subjects for one in self._read(name)))

    @property
    def located(self) -> Iterator[tuple[str, Condition]]:
        """Every condition as it is written, with the path of its setting."""
        groups = [("", self._usual)]
        groups += [
            (f"{severity.label}.{place}.", group)
            for severity, mine in self._own.items()
            for place, group in enumerate(mine)
        ]
        for path, group in groups:
            for name in ("all", "any", "of"):
                for place, one in enumerate(getattr(group, name)):
                    yield f"{path}{name}.{place}", one
        if self.close_when is not None:
            yield "close_when", self.close_when

    @property
    def _subjects(self) -> Mapping[str, str]:
        return self.subjects or {DESK: ""}

    def about(self, condition: Condition) -> Conditions:
        """A condition as it is written, of each subject."""
        return tuple(dict.fromkeys(about_subject(condition, one) for one in self._subjects))

    def _read(self, subject: str) -> Conditions:
        return self._reads[subject]

    @cached_property
    def _reads(self) -> Mapping[str, Conditions]:
        """By subject, what it is judged by and what closes it."""
        found = {}
        for subject in self._subjects:
            close, mine = self._close(subject), self._about[subject].conditions
            found[subject] = mine if close is None or close in mine else (*mine, close)
        return found

    @cached_property
    def _about(self) -> Mapping[str, Severities]:
        return {one: self._severities.mapped(partial(self._as_read, subject=one))
                for one in self._subjects}  # fmt: skip

    def _as_read(self, condition: Condition, subject: str) -> Condition:
        """A condition on the series of a subject, over the rule's periods."""
        found, every = about_subject(condition, subject), EVERY[self.over]
        if not every:
            return found
        other = sampled_id(found.to, every) if found.to else ""
        return replace(found, series=sampled_id(found.series, every), to=other)

    @cached_property
    def sampled(self) -> Mapping[str, str]:
        """The series that it reads by week or month, by the names of what they are made of."""
        pairs = ((name, name.rpartition(SAMPLED_BY)[0]) for name in self.decided_by)
        return {name: of for name, of in pairs if self.over != "sessions"}

    @property
    def _severities(self) -> Severities:
        found = {
            one: ((self._usual,) if self._reaches(one) else ()) + self._own[one] for one in Severity
        }
        return Severities({one: mine for one, mine in found.items() if mine})

    @property
    def lowest(self) -> Severity:
        """The lowest severity that it can reach."""
        return self._severities.lowest

    @property
    def _usual(self) -> Group:
        return Group(all=self.all, any=self.any, of=self.of, at_least=self.at_least)

    @property
    def _own(self) -> Mapping[Severity, Groups]:
        return dict(zip(Severity, (self.notice, self.warning, self.critical), strict=True))

    def _reaches(self, severity: Severity) -> bool:
        """Whether the usual conditions have the sizes of a severity."""
        every = self._usual.conditions
        graded = [one for one in every if one.has_severities]
        if not graded:
            return bool(every) and severity.label == self.severity
        sized = sum(one.size(severity) is not None for one in every)
        return sized >= self._usual.fewest and any(one.size(severity) is not None for one in graded)

    def _close(self, subject: str) -> Condition | None:
        return None if self.close_when is None else self._as_read(self.close_when, subject)

    def judge(self, panel: Panel) -> RuleAnswers:
        """One answer a period and subject."""
        return tuple(self._judge(panel, subject) for subject in self._subjects)

    def _judge(self, panel: Panel, subject: str) -> Evaluations:
        on, mine = ConditionValues.of(panel, self._read(subject)), self._about[subject]
        severity, ratios, sole = mine.codes(on.values), mine.ratios(on.values), mine.sole
        way = mine.way(ratios)
        told = severity
        if self.kind is Kind.EVENT and self.cooldown_periods:
            told = cooled(severity, self.cooldown_periods)
        nearness = np.where(np.isposinf(way), np.nan, way)
        # What fires is there by some way; what is quiet so soon after another says nothing of it.
        nearness = np.where(severity > Evaluations.QUIET, np.fmax(nearness, 1.0), nearness)
        if told is not severity:
            nearness = np.where(told == severity, nearness, np.nan)
        graded = Graded(
            told,
            nearness if sole is None else on.values[sole],
            OF_NOTICE if sole is None else on.units[sole],
            shown_ratios(ratios),
            nearness,
        )
        keeps = self._keeps_open(on, subject, way)
        periods, known = on.market.session, on.known
        return self._answers(panel, subject, on, periods, known, graded, keeps_open=keeps)

    def _keeps_open(self, on: ConditionValues, subject: str, way: type_float) -> type_bool | None:
        if self.kind is Kind.EVENT:
            return None
        close = self._close(subject)
        if close is None:
            return np.asarray(100.0 * way >= self.close_below_pct_of_notice)
        closes, _ = close.holds(on.values[close], close.size(Severity.NOTICE))
        return ~closes

    def _group(self, case: Case[ConditionValues]) -> Group:
        mine = self._about[case.answers.subject]
        return mine.behind(self._against(case), case.on.values, case.row)

    def _why_unknown(self, case: Case[ConditionValues]) -> str:
        every, on = self._read(case.answers.subject), case.on
        gone = [label(case.panel, one) for one in every if on.is_unknown(one, case.row)]
        why = on.market.why_disputed(case.row, 1) or f"too little of {' and '.join(gone)}"
        return case.no_data(why)

    def _headline(self, case: Case[ConditionValues]) -> str:
        about = self.subjects.get(case.answers.subject, "")
        return headline(case, about or self.title, self._group(case).conditions)

    def _glance(self, case: Case[ConditionValues]) -> str:
        about = self.subjects.get(case.answers.subject, "")
        said = moves(case, self._group(case).conditions)
        return f"{about}: {said}" if about else said

    def _numbers(self, case: Case[ConditionValues]) -> tuple[Evidence, ...]:
        group = self._group(case).conditions
        mine = {one.measured for one in group}
        others = (one for one in self._read(case.answers.subject) if one.measured not in mine)
        return (
            *(self._line(case, one, self._size(case, one)) for one in group),
            *(self._line(case, one, None) for one in others),
            *levels(case, [one for one in group if one.window]),
        )

    def _size(self, case: Case[ConditionValues], one: Condition) -> float | None:
        against = one.size(self._against(case))
        lowest = self._about[case.answers.subject].lowest
        return one.size(lowest) if against is None else against

    def _line(self, case: Case[ConditionValues], one: Condition, size: float | None) -> Evidence:
        value, source = case.on.values[one][case.row], case.source(*one.series_ids)
        said, unit = label(case.panel, one), case.on.units[one]
        if size is not None and not one.is_distance(size):
            # A bar would show a share of the size, which here means nothing.
            said, size = f"{said} ({at_size(one, size, unit)})", None
        return case.line(said, value, unit, source, size)

    def _context(self, case: Case[ConditionValues]) -> Context:
        sole, often = self._about[case.answers.subject].sole, case.frequency()
        is_low = sole is not None and not sole.is_above
        sample = case.source(*self._group(case).conditions[0].series_ids)
        place = case.rank(case.answers.measure, sample, low=is_low)
        what = "Times the notice size" if sole is None else label(case.panel, sole)
        beyond = f"{number(case.measure, 1)}x the notice sizes, the " if sole is None else "The "
        over = "" if sole is None else f" {statistic(case.panel, sole)}".rstrip()
        said = place.said(f"{'lowest' if is_low else 'highest'}{over}")
        return Context(
            f"{beyond}{said}. {often.said('time', self._noun(case))}.",
            case.behind({what: place, "Times": often}),
            case.analogues(case.answers.measure, case.answers.measure_unit),
        )

    def _noun(self, case: Case[ConditionValues]) -> str:
        return case.on.frequency

    def plotted_series(self, subject: str) -> tuple[str, ...]:
        """The series of a subject, in the order of its conditions."""
        return series_read(self._read(subject))

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Those, over the periods of its first condition."""
        names, over = self.plotted_series(subject), max(self._read(subject)[0].window, 1)
        return needed_plots([(name,) for name in names], panel, period_end, over=over)

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong between its settings: the setting, what, and the remedy."""
        if self._usual.conditions or not any(self._own.values()):
            yield from self._usual.problems()
        for severity, groups in self._own.items():
            for place, group in enumerate(groups):
                yield from _below(f"{severity.label}.{place}", group.problems())
        if self.close_when is not None:
            yield from _below("close_when", self.close_when.problems())
            if self.kind is Kind.EVENT:
                yield "close_when", "closes a condition only", 'set kind = "condition"'
        if self.cooldown_periods and self.kind is Kind.CONDITION:
            yield "cooldown_periods", "is of events only", 'set kind = "event", or leave it out'
        uses = any(SUBJECT in name for _, one in self.located for name in one.series_ids)
        if uses != bool(self.subjects):
            what = "is missing" if uses else "is not used"
            yield "subjects", what, f"name what replaces {SUBJECT} in its series"


def _below(path: str, found: Iterator[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    for setting, what, remedy in found:
        yield f"{path}{'.' if setting else ''}{setting}", what, remedy
