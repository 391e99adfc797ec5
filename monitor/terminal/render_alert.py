"""One alert with all its evidence, in the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alerts.clean import clean
from alerts.message.compose import (
    ANALOGUE_COLUMNS,
    CHANGE_OUR_MIND,
    analogue_rows,
    analogues_heading,
    local_time,
    resolved_words,
    show,
)
from alerts.message.plain import plain_text
from alerts.model import DELIVERY_WORDS, DeliveryStatus, Reason
from monitor.terminal.table import STYLES, on_decimal_point, open_console
from monitor.views.alert_detail import (
    AlertDetail,
    alert_json,
    describe_transition,
    read_alert,
)
from monitor.views.alerts_json import alerts_json
from monitor.views.evidence import Row
from monitor.views.glance import Glance
from rules.wording import plural
from state.instants import to_text
from state.outbox import Delivery

INDENT: Final = (0, 0, 0, 2)


def print_messages(reading: Glance, alert_id: str) -> None:
    """Every message of an alert, oldest first, composed again from what is stored."""
    pages = reading.full.report.pages(alert_id, reading.zone)
    print("\n".join(plain_text(page) for page in pages), end="")  # noqa: T201


def print_alert(reading: Glance, alert_id: str, at: datetime, *, as_json: bool) -> None:
    """An alert that is there, as JSON or for a person."""
    one = read_alert(reading, alert_id, at)
    if as_json:
        (listed,) = alerts_json(reading.database, [one.alert])
        print(json.dumps(alert_json(one, listed), indent=2, ensure_ascii=False))  # noqa: T201
        return
    terminal, zone = open_console(), reading.zone
    _print_head(terminal, one, zone)
    for heading, said in (
        ("How unusual", one.said.unusual),
        ("What it does not mean", one.said.caveat),
        (CHANGE_OUR_MIND, one.said.falsifier),
    ):
        if said:
            _print_heading(terminal, heading)
            terminal.print(Padding(Text(clean(said)), INDENT, expand=False))
    _print_evidence(terminal, one, zone)
    _print_analogues(terminal, one)
    _print_steps(terminal, one, zone)
    _print_deliveries(terminal, one.deliveries, zone)
    if one.releases:
        _print_heading(terminal, "Next releases at the latest message")
        terminal.print(Padding(Text(one.releases), INDENT, expand=False))


def _print_head(terminal: Console, one: AlertDetail, zone: ZoneInfo) -> None:
    alert, label = one.alert, one.alert.severity.label
    state = alert.state.value + (", provisional" if alert.provisional else "")
    head = Text.assemble((label.upper(), STYLES[label]), f"  {one.title}  ", (state, "bold"))
    terminal.print(head)
    terminal.print(Text(clean(one.said.headline), style="bold"))
    terminal.print(Text(alert.alert_id, style="dim"), soft_wrap=True)
    terminal.print(Text(f"opened {_both(alert.opened_at, zone)}"))
    if alert.closed_at is not None:
        terminal.print(Text(f"closed {_both(alert.closed_at, zone)}"))
    if not alert.acknowledged_by:
        terminal.print(Text("acknowledged by nobody", style="dim"))
        return
    until = alert.acknowledged_until
    ends = "" if until is None else f" until {_both(until, zone)}"
    terminal.print(Text(f"acknowledged by {clean(alert.acknowledged_by)}{ends}", style="green"))


def _print_evidence(terminal: Console, one: AlertDetail, zone: ZoneInfo) -> None:
    """The numbers, and below them where each came from, named once."""
    if not one.evidence:
        return
    _print_heading(terminal, "Evidence")
    lines = [row.evidence for row in one.evidence]
    values = on_decimal_point([_amount(line.value, line.unit) for line in lines])
    limits = on_decimal_point([_amount(line.threshold, line.unit, "") for line in lines])
    table = _table("input", "value", "threshold", "period", "source")
    origins: dict[str, int] = {}
    for row, value, limit in zip(one.evidence, values, limits, strict=True):
        line = row.evidence
        place = origins.setdefault(_origin(row, zone), len(origins) + 1)
        table.add_row(
            Text(clean(line.label.strip())),
            Text(value, style="bold" if line.threshold is not None else ""),
            limit, line.period_end.isoformat(), f"[{place}]",
        )  # fmt: skip
    for column in table.columns[1:]:
        column.no_wrap = True
    terminal.print(Padding(table, INDENT, expand=False))
    for said, place in origins.items():
        terminal.print(Padding(Text(f"[{place}] {said}", style="dim"), INDENT, expand=False))


def _amount(value: float | None, unit: str, missing: str = "n.a.") -> str:
    """The number with its unit."""
    return missing if value is None else show(value, unit)


def _origin(row: Row, zone: ZoneInfo) -> str:
    said = [clean(row.evidence.source)]
    for origin in row.origins:
        assumed = " (assumed)" if origin.assumed else ""
        known = f"known {local_time(origin.known_at, zone)}{assumed}"
        said.append(f"{origin.dataset} vintage {origin.vintage_id}, {known}")
    return "; ".join(said)


def _print_analogues(terminal: Console, one: AlertDetail) -> None:
    if not one.said.analogues:
        return
    _print_heading(terminal, analogues_heading(one.said.analogues))
    table = _table(*ANALOGUE_COLUMNS)
    for row in analogue_rows(one.said.analogues):
        table.add_row(*map(Text, row))
    for column in table.columns[1:]:
        column.justify = "right"
    terminal.print(Padding(table, INDENT, expand=False))


def _print_steps(terminal: Console, one: AlertDetail, zone: ZoneInfo) -> None:
    _print_heading(terminal, "History")
    for step in one.steps:
        untold = one.untold.get(step.transition_id)
        said = describe_transition(step) + (f" (not notified: {untold})" if untold else "")
        line = Text.assemble((_both(step.at, zone), "dim"), f"  {clean(said)}")
        terminal.print(Padding(line, INDENT, expand=False))
        if step.reason is Reason.RESOLVED:
            ended = resolved_words(step.signal.explained.evidence)
            terminal.print(Padding(Text(clean(ended)), (0, 0, 0, 4), expand=False))
        if step.note:
            terminal.print(Padding(Text(f"note: {clean(step.note)}"), (0, 0, 0, 4), expand=False))


def _print_deliveries(terminal: Console, found: Sequence[Delivery], zone: ZoneInfo) -> None:
    _print_heading(terminal, "Notifications")
    if not found:
        terminal.print(Padding(Text("none: digest only"), INDENT, expand=False))
    for one in found:
        details = [plural(one.attempts, "attempt")] if one.attempts else []
        if one.settled_at is not None:
            details.insert(0, local_time(one.settled_at, zone))
        elif one.status is DeliveryStatus.DUE:
            details.append(f"next attempt {local_time(one.not_before, zone)}")
        details += ["escalation"] if one.is_escalation else []
        details += [clean(one.problem)] if one.problem else []
        step = (one.transition_id or "").rpartition("#")[2]
        is_bad = one.status in (DeliveryStatus.DEAD, DeliveryStatus.SENDING)
        line = Text.assemble(
            f"{one.channel}, change {step}: ",
            (DELIVERY_WORDS[one.status], "bold red" if is_bad else "bold"),
            (f"  {'; '.join(details)}", "dim"),
        )  # fmt: skip
        terminal.print(Padding(line, INDENT, expand=False))


def _print_heading(terminal: Console, heading: str) -> None:
    terminal.print()
    terminal.print(Text(heading, style="bold"))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column)
    return table


def _both(moment: datetime, zone: ZoneInfo) -> str:
    """The desk's time and the instant itself."""
    return f"{local_time(moment, zone)} ({to_text(moment)})"
