"""The alerts of rules over the past, only counted: the same ones that a replay finds, at a fraction
of the time, for rules that differ in their thresholds alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from alerts.states import AlertState
from monitor.evaluate.answer_rows import has_happened
from monitor.evaluate.deciding import Deciding, PeriodCodes
from monitor.evaluate.known import Known
from rules.evaluation import SEVERITIES, Evaluations, Rule, last_code
from rules.model import to_date, type_bool, type_time
from rules.point_in_time.vintage_rows import Rows
from rules.severity_grading import Codes
from rules.terms import Kind, Severity


@dataclass(slots=True)
class CountedAlert:
    """As much of an alert as its next change turns on; `fired_in`, the answers in which it last
    fired, by which it has happened."""

    episode: date
    opened_at: np.datetime64
    severity: Severity
    fired_in: Evaluations | None
    state: AlertState = AlertState.OPEN


@dataclass(frozen=True)
class CountedRule:
    """The alerts that a rule opened in a span: datetime64[s] when, and the code of the severity
    each had at its end; and the first and the last period it could answer for, None where there is
    none."""

    rule: Rule
    opened_at: type_time
    severity: Codes
    judged_from: np.datetime64 | None
    judged_to: np.datetime64 | None


@dataclass(frozen=True)
class _LastCodes:
    """The last answer to each period, without the rest of an answer's arrays."""

    subject: str
    period_end: type_time
    severity: Codes

    def severity_of(self, period_end: date) -> int | None:
        return last_code(self.period_end, self.severity, period_end)


@dataclass(frozen=True)
class _Events:
    """Events that nothing has corrected, by period, which are most: they only opened."""

    period: type_time
    opened_at: type_time
    severity: Codes

    def after(self, earlier: _Events | None) -> _Events:
        """These behind earlier ones, whose periods were all before."""
        if earlier is None:
            return self
        return _Events(
            np.concatenate((earlier.period, self.period)),
            np.concatenate((earlier.opened_at, self.opened_at)),
            np.concatenate((earlier.severity, self.severity)),
        )

    def place(self, period: date) -> int | None:
        """Where the one of a period is, None where there is none."""
        day = np.datetime64(period)
        place = int(np.searchsorted(self.period, day))
        is_there = place < len(self.period) and self.period[place] == day
        return place if is_there and self.severity[place] else None


class Counting(Deciding[CountedAlert]):
    """Counts what `decide_rule` would record, in the same order and by the same rows."""

    def __init__(
        self,
        known: Known,
        rule: Rule,
        alerts: Mapping[tuple[str, date], CountedAlert],
        judged_through: Mapping[str, date],
        since: datetime | None,
    ):
        super().__init__(known, rule, alerts, judged_through, since)
        self._is_event = rule.kind is Kind.EVENT
        self._events: dict[str, _Events] = {}
        self.opened: dict[tuple[str, date], CountedAlert] = {}
        self.judged: list[np.datetime64] = []
        self.judged_through: dict[str, date] = {}

    def standing(self) -> dict[tuple[str, date], CountedAlert]:
        """The conditions open at the end, as they were."""
        return {
            place: replace(one, fired_in=None)
            for place, one in self.opened.items()
            if not self._is_event and one.state is AlertState.OPEN
        }

    def counted(self) -> CountedRule:
        """What was counted."""
        each = self.opened.values()
        opened_at = [np.array([one.opened_at for one in each], dtype="datetime64[s]")]
        severity = [np.array([one.severity for one in each], dtype=np.int8)]
        for one in self._events.values():
            there = one.severity > Evaluations.QUIET
            opened_at.append(one.opened_at[there])
            severity.append(one.severity[there])
        return CountedRule(
            self._rule,
            np.concatenate(opened_at),
            np.concatenate(severity),
            min(self.judged, default=None),
            max(self.judged, default=None),
        )

    def _reminder_due(self, subject: str) -> None:
        """A reminder opens nothing."""

    def _judged(self, at: datetime) -> Sequence[PeriodCodes]:
        return self._kept(self._known.answers(self._rule, at))

    def _kept(self, answers: Sequence[Evaluations]) -> Sequence[PeriodCodes]:
        return [_LastCodes(one.subject, one.period_end, one.severity) for one in answers]

    def _note(self, judged: Evaluations, rows: Rows) -> None:
        if not len(rows):
            return
        periods = judged.period_end[rows]
        through = to_date(periods.max())
        earlier = self.judged_through.get(judged.subject, through)
        self.judged_through[judged.subject] = max(earlier, through)
        answered = periods[judged.severity[rows] != Evaluations.UNKNOWN]
        if len(answered):
            self.judged += [answered.min(), answered.max()]

    def _places(self, judged: Evaluations, rows: Rows, is_new: type_bool) -> Iterator[int]:
        """The same places without those of events that nothing here corrects, which are counted
        at once."""
        if not self._is_event:
            yield from super()._places(judged, rows, is_new)
            return
        code, period = judged.severity[rows], judged.period_end[rows].astype("datetime64[D]")
        fires = code > Evaluations.QUIET
        opens = fires & is_new
        if not is_new.all():
            opens &= ~np.isin(period, period[~is_new])
        found = _Events(period[opens], judged.known_at[rows[opens]], code[opens].copy())
        self._events[judged.subject] = found.after(self._events.get(judged.subject))
        yield from np.flatnonzero((fires | ~is_new) & ~opens).tolist()

    def _alert(self, subject: str, period: date) -> CountedAlert | None:
        found = super()._alert(subject, period)
        if found is None and self._is_event and subject in self._events:
            events = self._events[subject]
            place = events.place(period)
            if place is not None:
                severity = SEVERITIES[events.severity.item(place)]
                found = CountedAlert(period, events.opened_at[place], severity, None)
                # From here on it is one of those that change.
                events.severity[place] = Evaluations.QUIET
                self._alerts[subject, period] = self.opened[subject, period] = found
        return found

    def _step(self, judged: Evaluations, row: int, alert: CountedAlert | None) -> None:
        code = judged.severity.item(row)
        if code == Evaluations.UNKNOWN:
            return
        if self._is_event:
            self._step_event(judged, row, code, alert)
        else:
            self._step_condition(judged, row, code, alert)

    def _step_event(
        self, judged: Evaluations, row: int, code: int, alert: CountedAlert | None
    ) -> None:
        if code == Evaluations.QUIET:
            if alert is not None:
                alert.state = AlertState.WITHDRAWN
        elif alert is None:
            self._open(judged, row, code)
        else:
            # Worse, milder or confirmed: it is what its newest number makes it.
            alert.state, alert.severity = AlertState.OPEN, SEVERITIES[code]

    def _step_condition(
        self, judged: Evaluations, row: int, code: int, alert: CountedAlert | None
    ) -> None:
        fires = code > Evaluations.QUIET
        if alert is None or alert.state is not AlertState.OPEN:
            if fires and alert is not None and alert.episode == judged.period(row):
                alert.state, alert.severity = AlertState.OPEN, SEVERITIES[code]
                alert.fired_in = judged
            elif fires:
                self._open(judged, row, code)
        elif fires:
            alert.severity, alert.fired_in = max(alert.severity, SEVERITIES[code]), judged
        elif alert.fired_in is not judged and not has_happened(judged, row, alert.episode):
            alert.state = AlertState.WITHDRAWN
        elif not judged.keeps_open[row]:
            alert.state = AlertState.RESOLVED

    def _open(self, judged: Evaluations, row: int, code: int) -> None:
        period = judged.period(row)
        found = CountedAlert(period, judged.known_at[row], SEVERITIES[code], judged)
        self._alerts[self._place(judged.subject, period)] = found
        self.opened[judged.subject, period] = found


def count_alerts(
    known: Known, rules: Sequence[Rule], start: datetime, end: datetime
) -> list[CountedRule]:
    """What each of some rules would have opened in (start, end], as `decide_span` finds it; all of
    them decided by the same series. Pure.

    A panel is made once for all of them, and only the newest are in memory: each rule answers as of
    one instant before any answers as of the next.
    """
    if not rules:
        return []
    known = known.only(rules[0])
    before = [Counting(known, rule, {}, {}, None) for rule in rules]
    _count(known, rules, before, None, start)
    after = [
        Counting(known, rule, one.standing(), one.judged_through, start)
        for rule, one in zip(rules, before, strict=True)
    ]
    _count(known, rules, after, start, end)
    return [one.counted() for one in after]


def _count(
    known: Known,
    rules: Sequence[Rule],
    counting: Sequence[Counting],
    since: datetime | None,
    until: datetime,
) -> None:
    for start, point in known.stretches(since, until):
        for rule, one in zip(rules, counting, strict=True):
            one.stretch(known.answers(rule, point), start, point)
