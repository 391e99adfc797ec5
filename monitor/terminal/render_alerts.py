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
from rich.text import Text

from alerts.clean import clean
from alerts.model import DELIVERY_WORDS, DeliveryStatus
from monitor.terminal.table import STYLES
from rules.verdict_rule import QUESTION, Stance, Verdict
from rules.wording import plural

READING_STYLES: Final = {
    Stance.SUPPORTS: "bold red",
    Stance.NEUTRAL: "",
    Stance.CONTRADICTS: "green",
    Stance.NOT_ENOUGH: "dim",
}


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
