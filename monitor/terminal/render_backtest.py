"""Backtests and tuned thresholds in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.message.sections import Table as Rows
from monitor.history.alert_rates import AlertRate, alert_rates, digests_with_news, reminders
from monitor.history.replay import Replayed
from monitor.history.tune import Tuned
from monitor.terminal.render_alerts import print_replayed_alerts
from monitor.terminal.table import STYLES
from rules.terms import Severity
from rules.wording import plural, sparkline

# More alerts than this are counted and not listed: nobody reads a thousand.
MOST_LISTED: Final = 40
MOST_BARS: Final = 18


def print_replayed(replayed: Replayed) -> None:
    """How often each rule fired, by severity and year, and the alerts where few."""
    lines = alert_rates(replayed)
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("rule")
    for column in ("evaluated", "critical", "warning", "notice"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("over time", no_wrap=True)
    for one in lines:
        counts = [_count(one, level) for level in sorted(Severity, reverse=True)]
        table.add_row(one.title, _span(one), *counts, sparkline(_course(one)))
    terminal = Console()
    alerts = replayed.alerts()
    if len(alerts) <= MOST_LISTED:
        print_replayed_alerts(replayed.as_json())
    first, last = (replayed.day(one).year for one in (replayed.start, replayed.end))
    terminal.print(table)
    years = f"{first} to {last}" if last > first else f"{first}"
    terminal.print(
        f"{plural(len(alerts), 'alert')} in {years}, per-year averages in brackets; "
        f"{plural(reminders(replayed), 'reminder')} for conditions still open; "
        f"{plural(digests_with_news(replayed), 'digest')} with news.",
        highlight=False,
    )
    if replayed.basis:
        terminal.print(replayed.basis, style="yellow", highlight=False)
    if len(alerts) > MOST_LISTED:
        terminal.print("Use --json for the list, or --html FILE for a page.", style="dim")


def tuned_words(title: str, rates: Sequence[AlertRate]) -> str:
    """What the table shows, and over which years: from the first to the last of any line."""
    first = min((one.judged_from for one in rates if one.judged_from is not None), default=None)
    last = max((one.judged_to for one in rates if one.judged_to is not None), default=None)
    return f"{title}: alerts per year, {_years(first, last)}; * = current setting."


def tuned_table(found: Sequence[Tuned]) -> Rows:
    """Alerts a year by severity at each set of thresholds, those in force marked."""
    names = list(dict.fromkeys(name for one in found for name in one.changes))
    is_grid = all(len(one.changes) == len(names) for one in found)
    named = tuple(names) if is_grid else ("threshold", "")
    rows = []
    for one in found:
        values = [f"{value:g}" for value in one.changes.values()]
        rates = [one.alert_rates.a_year(level) for level in sorted(Severity, reverse=True)]
        cells = values if is_grid else [*one.changes, *values]
        rows.append(
            ("*" if one.is_set else "", *cells, *(f"{rate:.1f}" for rate in (*rates, sum(rates))))
        )
    return Rows(
        "",
        ("", *named, "critical", "warning", "notice", "all"),
        "l" + "l" * len(named) + "rrrr",
        tuple(rows),
    )


def _span(one: AlertRate) -> str:
    return _years(one.judged_from, one.judged_to)


def _years(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return "no data"
    return f"{first:%Y}" if first.year == last.year else f"{first:%Y}-{last:%Y}"


def _count(one: AlertRate, level: Severity) -> Text:
    count = one.by_severity[level]
    if not count:
        return Text("-", style="dim")
    # Of part of a year nobody can say how many a year it makes.
    rate = f" ({one.a_year(level):.1f})" if one.years >= 1.0 else ""
    return Text(f"{count}{rate}", style=STYLES[level.label])


def _course(one: AlertRate) -> list[float]:
    """The alerts by year, or of some years together where there are many years."""
    counts = list(one.by_year.values())
    step = -(-len(counts) // MOST_BARS)
    return [float(sum(counts[at : at + step])) for at in range(0, len(counts), step)]
