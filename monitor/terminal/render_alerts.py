"""Lists in the terminal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alerts.clean import clean
from alerts.digest import QUESTION
from alerts.model import DELIVERY_WORDS, DeliveryStatus
from monitor.history.alert_rates import AlertRate, alert_rates, digests_with_news, reminders
from monitor.history.replay import Replayed
from monitor.history.tune import Tuned
from monitor.progress import progressing
from monitor.terminal.table import STYLES
from rules.evaluation import Rule
from rules.model import Severity
from rules.verdict_rule import Stance, Verdict
from rules.wording import plural, sparkline

READING_STYLES: Final = {
    Stance.SUPPORTS: "bold red",
    Stance.NEUTRAL: "",
    Stance.CONTRADICTS: "green",
    Stance.NOT_ENOUGH: "dim",
}

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
        print_alerts(replayed.as_json(), as_json=False, replayed=True)
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


def print_tuned(rule: Rule, tuned: Iterable[Tuned], runs: int) -> None:
    """Alerts a year by severity at each of so many sets of thresholds, those in force marked."""
    terminal, found = Console(), []
    with progressing(Console(stderr=True), "replaying", runs) as steps:
        for one in tuned:
            found.append(one)
            steps.advance()
    table = Table(box=None, header_style="dim", pad_edge=False)
    names = list(dict.fromkeys(name for one in found for name in one.changes))
    is_grid = all(len(one.changes) == len(names) for one in found)
    table.add_column("", no_wrap=True)
    for column in names if is_grid else ("threshold", ""):
        table.add_column(column, overflow="fold")
    for column in ("critical", "warning", "notice", "all"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in found:
        values = [f"{value:g}" for value in one.changes.values()]
        rates = [one.alert_rates.a_year(level) for level in sorted(Severity, reverse=True)]
        cells = values if is_grid else [*one.changes, *values]
        numbers = [f"{rate:.1f}" for rate in (*rates, sum(rates))]
        mark = "*" if one.is_set else ""
        table.add_row(mark, *cells, *numbers, style="bold" if one.is_set else "")
    terminal.print(table)
    judged = _span(found[0].alert_rates) if found else "no data"
    said = f"{rule.title}: alerts per year, {judged}; * = current setting."
    terminal.print(said, style="dim", highlight=False)


def print_verdict(verdict: Verdict, *, as_json: bool) -> None:
    """The line, our alerts beside it, then each horizon and each indicator with its number."""
    if as_json:
        print(json.dumps(asdict(verdict), indent=2, default=str, ensure_ascii=False))  # noqa: T201
        return
    terminal = Console()
    terminal.print(Text(QUESTION, style="bold"))
    terminal.print(Text(verdict.line))
    for said in (*verdict.beside, *verdict.notes):
        terminal.print(Padding(Text(said), (0, 0, 0, 2)))
    for horizon in verdict.horizons:
        answer, number = horizon.answer, horizon.number
        _verdict_line(terminal, horizon.name, answer, "", number, horizon.period_end)
        confidence = f"confidence {horizon.confidence}: {horizon.reason}"
        _verdict_details(terminal, (confidence, horizon.source))
    for one in verdict.headings:
        style = READING_STYLES[one.reading]
        _verdict_line(terminal, one.name, one.reading.words, style, one.number, one.period_end)
        _verdict_details(terminal, (f"{one.weight}; {one.rule}", one.record, one.source))


def _verdict_line(
    terminal: Console, name: str, said: str, style: str, number: str, period_end: date | None
) -> None:
    at = "" if period_end is None else f"  as of {period_end}"
    line = Text.assemble("\n", (f"{name:<21}", "bold"), (f"{said:<20}", style), number, (at, "dim"))
    terminal.print(line, soft_wrap=True)


def _verdict_details(terminal: Console, lines: Iterable[str]) -> None:
    for said in lines:
        if said:
            terminal.print(Padding(Text(said, style="dim"), (0, 0, 0, 21)))


def _span(one: AlertRate) -> str:
    if one.judged_from is None or one.judged_to is None:
        return "no data"
    first, last = f"{one.judged_from:%Y}", f"{one.judged_to:%Y}"
    return first if first == last else f"{first}-{last}"


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


def print_alerts(
    alerts: Sequence[dict[str, Any]], *, as_json: bool, replayed: bool = False
) -> None:
    """The alerts as JSON, or two lines each for a person, whatever the terminal's width.

    Of replayed ones it says who would have been notified.
    """
    if as_json:
        print(json.dumps(alerts, indent=2, ensure_ascii=False))  # noqa: T201
        return
    terminal = Console()
    for alert in alerts:
        style = STYLES[alert["severity"]]
        provisional = ", provisional" if alert["provisional"] else ""
        line = Text.assemble(
            (f"{alert['severity']:<9}", style),
            (alert["id"], "bold"),
            f"  {alert['state']}{provisional}",
            (f"  {alert['opened_at'][:16].replace('T', ' ')} UTC  ", "dim"),
            (_would_notify(alert) if replayed else _notified(alert), "dim"),
        )
        terminal.print(line, soft_wrap=True)
        terminal.print(Padding(Text(clean(alert["headline"])), (0, 0, 0, 9)))
    terminal.print(plural(len(alerts), "alert") if alerts else "No alerts.", highlight=False)


def _would_notify(alert: dict[str, Any]) -> str:
    channels = sorted({one["channel"] for one in alert["deliveries"]})
    said = f"would notify {', '.join(channels)}" if channels else _no_notification(alert)
    return f"{said} (revised figures)" if alert["basis"] else said


def _notified(alert: dict[str, Any]) -> str:
    counts = Counter(
        f"{one['channel']} {DELIVERY_WORDS[DeliveryStatus(one['status'])]}"
        for one in alert["deliveries"]
    )
    told = ", ".join(f"{what} x{count}" if count > 1 else what for what, count in counts.items())
    by = alert["acknowledged_by"]
    return (told or _no_notification(alert)) + (f"; acknowledged by {clean(by)}" if by else "")


def _no_notification(alert: dict[str, Any]) -> str:
    reasons = dict.fromkeys(alert["not_told"].values())
    return f"digest only: {', '.join(reasons)}" if reasons else "digest only"
