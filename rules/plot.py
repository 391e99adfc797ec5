"""What an alert's chart shows: lines of what was known, before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from rules.evaluation import Rule
from rules.figure import Line, line_of
from rules.model import Panel

# How many of its own periods a line is shown for, by how often it comes.
SPANS: Final[Mapping[str, int]] = MappingProxyType(
    {"session": 63, "week": 52, "month": 36, "auction": 24}
)
MOST_PLOTS: Final = 4


@dataclass(frozen=True)
class Plot:
    """One panel of a chart: lines in one `unit`, of which the first is the one judged.

    `over` is how many of its periods the judged change is taken over; `levels` are thresholds in
    `unit`; `periods` how many are shown, where not as many as is usual for the `frequency`.
    """

    title: str
    unit: str
    frequency: str
    lines: tuple[Line, ...]
    over: int = 1
    levels: tuple[float, ...] = ()
    bars: bool = False
    periods: int = 0

    @property
    def span(self) -> int:
        """How many periods are shown."""
        return self.periods or SPANS.get(self.frequency, max(SPANS.values()))

    def judged_row(self, period_end: date) -> int | None:
        """The row of the period in the line judged, or None where it has no number."""
        rows = np.flatnonzero(self.lines[0].days == np.datetime64(period_end))
        return int(rows[0]) if len(rows) else None

    def shown(self, period_end: date) -> tuple[Line, ...]:
        """The lines over the last periods known, or around the judged one where that is older."""
        days = self.lines[0].days
        end, row = len(days), self.judged_row(period_end)
        if row is not None and row - self.over < end - self.span:
            end = min(end, row + 1 + self.span // 2)
        first, last = days[max(0, end - self.span)], days[end - 1]
        return tuple(
            Line(one.label, one.days[inside], one.values[inside])
            for one in self.lines
            for inside in [(one.days >= first) & (one.days <= last)]
        )


@runtime_checkable
class Plotted(Protocol):
    """A rule that is not best shown by the series it needs, each in a plot of its own."""

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """What shows the signal of a subject and period, the most telling first."""
        ...


def read_for_plots(rule: Rule) -> tuple[str, ...]:
    """The series that a rule's plots show: what it is decided by, and what it names besides; all it
    reads where it does not say."""
    beside = getattr(rule, "plotted_beside", None)
    return rule.series if beside is None else tuple(dict.fromkeys((*rule.decided_by, *beside)))


def not_drawn(rule: Rule, subject: str) -> tuple[str, ...]:
    """The series of a subject that a chart has no room for: a desk's own rule may read many."""
    plotted = getattr(rule, "plotted_series", None)
    return () if plotted is None else plotted(subject)[MOST_PLOTS:]


def plots_of(rule: Rule, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
    """What shows a rule's signal: what the rule says, else the series it needs. A plot without a
    number is left out."""
    if isinstance(rule, Plotted):
        found = rule.plots(panel, subject, period_end)
    else:
        found = needed_plots(rule.needs, panel, period_end)
    return tuple(plot for plot in found if plot.lines and len(plot.lines[0].days))[:MOST_PLOTS]


def needed_plots(
    needs: Sequence[Sequence[str]], panel: Panel, period_end: date, over: int = 1
) -> tuple[Plot, ...]:
    """A plot for each group of series: of the one that has a number for the period, on the periods
    that all of them have."""
    names = [_with_number(group, panel, period_end) for group in needs]
    known = panel.frame[names].dropna()
    return tuple(series_plot(panel, name, known[name], over=over) for name in names)


def series_plot(
    panel: Panel, series_id: str, known: pd.Series[float] | None = None, *, over: int = 1
) -> Plot:
    """The plot of one series, or of some of its numbers; millions of dollars in billions."""
    values = panel.frame[series_id].dropna() if known is None else known
    series = panel.series.get(series_id)
    if series is None:
        return Plot(series_id, "", "session", (line_of("", values),), over)
    in_bn = series.unit == "usd_mn"
    line = line_of("", values / 1000.0 if in_bn else values)
    return Plot(series.title, "usd_bn" if in_bn else series.unit, series.frequency, (line,), over)


def _with_number(group: Sequence[str], panel: Panel, period_end: date) -> str:
    """The first of a group with a number for the period; the first of it where none has."""
    here = panel.frame.index == pd.Timestamp(period_end)
    return next((name for name in group if panel.frame[name][here].notna().any()), group[0])
