"""One judged row, and what any message about one reads from it: numbers, rank, rate, the like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from rules.context.aftermath import analogues, release_instants
from rules.context.base_rates import base_rate
from rules.context.history_stats import Frequency, Rank, openings
from rules.evaluation import Evaluations
from rules.markets.curve import CurveMove
from rules.markets.havens import haven_beside
from rules.model import Analogue, Evidence, Panel, to_date, type_float, type_time
from rules.point_in_time.vintage_rows import Rows
from rules.terms import Kind
from rules.wording import day

RuleData = TypeVar("RuleData")


@dataclass(frozen=True)
class Case(Generic[RuleData]):
    """Row `row` of what a rule answered from a panel; `on` is what the rule judged by."""

    panel: Panel
    kind: Kind
    answers: Evaluations
    on: RuleData
    row: int

    @property
    def code(self) -> int:
        """The severity, or UNKNOWN or QUIET."""
        return int(self.answers.severity[self.row])

    @property
    def stamp(self) -> np.datetime64:
        """The period, as numpy has it."""
        found: np.datetime64 = self.answers.period_end[self.row]
        return found

    @property
    def period(self) -> date:
        """The period."""
        return to_date(self.stamp)

    def day_of(self, row: int) -> date:
        """The period of another row."""
        return to_date(self.answers.period_end[row])

    @property
    def known_by(self) -> np.datetime64:
        """When the row was known."""
        found: np.datetime64 = self.answers.known_at[self.row]
        return found

    @property
    def measure(self) -> float:
        """The number it was judged by."""
        return float(self.answers.measure[self.row])

    def no_data(self, why: str) -> str:
        """Why nothing can be said of the period."""
        return f"No data for {day(self.period)}: {why}."

    def source(self, *series_ids: str) -> str:
        """The publishers of the period's numbers, each named once."""
        found = (self.panel.source(series_id, self.period) for series_id in series_ids)
        return "; ".join(dict.fromkeys(found))

    def line(
        self,
        label: str,
        value: float,
        unit: str,
        source: str,
        threshold: float | None = None,
        at: date | None = None,
    ) -> Evidence:
        """A number of the period, or of another day `at`."""
        return Evidence(label, float(value), unit, at or self.period, source, threshold)

    @cached_property
    def fired(self) -> Rows:
        """The rows up to this one at which the rule fired, or at which its condition opened."""
        severity = self.answers.severity
        if self.kind is Kind.EVENT:
            rows = np.flatnonzero(severity > Evaluations.QUIET)
        else:
            rows = openings(severity, self.answers.keeps_open)
        return np.asarray(rows[rows <= self.row])

    @property
    def alike(self) -> Rows:
        """The earlier events of this severity or worse; the openings before that of this row."""
        if self.kind is Kind.CONDITION:
            return self.fired[:-1]
        before, severity = self.fired[self.fired < self.row], self.answers.severity
        return np.asarray(before[severity[before] >= severity[self.row]])

    @property
    def first_judged(self) -> np.datetime64:
        """The first period whose number is known: before it nothing could have fired for certain,
        as on sessions before there was a dollar to judge."""
        found: np.datetime64 = self.answers.period_end[np.argmax(~np.isnan(self.answers.measure))]
        return found

    def frequency(self) -> Frequency:
        """How often the rule fired or opened, since the first period judged."""
        period = self.answers.period_end
        shipped = base_rate(self.answers.rule_id, self.answers.subject)
        return Frequency.of(period[self.fired], self.stamp, self.first_judged, shipped)

    def curve(self, ust10y_bp: float, rows: int | None = None) -> CurveMove:
        """What the curve did on the session, or over `rows` sessions to it."""
        since = None if rows is None else self.day_of(max(self.row - rows, 0))
        return CurveMove.over(self.panel, self.period, self.known_by, ust10y_bp, since)

    @property
    def haven(self) -> str:
        """The currency that rose most against the dollar on the session, where one did by much."""
        return haven_beside(self.panel, self.period, self.known_by)

    def behind(self, what: Mapping[str, Rank | Frequency]) -> tuple[Evidence, ...]:
        """The numbers of some ranks and rates, by what each is of."""
        found = (one.evidence(label, self.period) for label, one in what.items())
        return tuple(line for lines in found for line in lines)

    def rank(self, values: type_float, sample: str, *, low: bool = False) -> Rank:
        """The place of the row's value among those up to it; a value a row."""
        return Rank.of(values, self.answers.period_end, self.row, low=low, sample=sample)

    def analogues(
        self,
        values: type_float,
        unit: str,
        rows: Rows | None = None,
        out: tuple[Sequence[str], int] | None = None,
    ) -> tuple[Analogue, ...]:
        """The last like it, or of `rows`, and what followed; a value a row. `out`: the series whose
        release dates them, and within how many business days it comes, where that is no close."""
        alike = self.alike if rows is None else rows
        days: type_time = self.answers.period_end[alike]
        release = None if out is None else release_instants(self.panel, out[0], days, out[1])
        return analogues(self.panel, self.known_by, days, values[alike], unit, release)
