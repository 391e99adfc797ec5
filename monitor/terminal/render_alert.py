"""One alert with all its evidence, in the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from alerts.clean import clean
from alerts.message.compose import CHANGE_OUR_MIND, resolved_words
from alerts.message.numbers import analogues_table
from alerts.message.plain import plain_text
from alerts.message.values import local_time, show
from alerts.states import DELIVERY_WORDS, DeliveryStatus, Reason
from monitor.terminal.styled import Cell, StyledOutput
from monitor.terminal.table import STYLES, on_decimal_point
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
from state.delivery import Delivery
from state.instants import to_text

INDENT: Final = 2
NOTE_INDENT: Final = 4


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
    output = StyledOutput()
    output.print(_lines(output, one, reading.zone))


def _lines(output: StyledOutput, one: AlertDetail, zone: ZoneInfo) -> Iterator[str]:
    yield from _head(output, one, zone)
    for answer in one.answers:
        yield ""
        yield from output.wrapped((answer.title, "bold"))
        for said in (answer.before, answer.officials, answer.areas, answer.custody, answer.markets):
            if said:
                yield from output.wrapped(said, indent=INDENT)
        yield from output.wrapped((answer.caveat, "dim"), indent=INDENT)
    for heading, said in (
        ("How unusual", one.said.unusual),
        ("What it does not mean", one.said.caveat),
        (CHANGE_OUR_MIND, one.said.falsifier),
    ):
        if said:
            yield from _heading(output, heading)
            yield from output.wrapped(clean(said), indent=INDENT)
    yield from _evidence(output, one, zone)
    yield from _analogues(output, one)
    yield from _steps(output, one, zone)
    yield from _deliveries(output, one.deliveries, zone)
    if one.releases:
        yield from _heading(output, "Next releases at the latest message")
        yield from output.wrapped(one.releases, indent=INDENT)


def _head(output: StyledOutput, one: AlertDetail, zone: ZoneInfo) -> Iterator[str]:
    alert, label = one.alert, one.alert.severity.label
    state = alert.state.value + (", provisional" if alert.provisional else "")
    severity = output.styled(label.upper(), STYLES[label])
    yield f"{severity}  {one.title}  {output.styled(state, 'bold')}"
    glance, headline = one.said.head, one.said.headline
    title = glance.moves or headline
    for line in dict.fromkeys((title, glance.rarity, glance.sellers, headline)):
        if line:
            yield from output.wrapped((clean(line), "bold" if line == title else ""))
    yield output.styled(alert.alert_id, "dim")
    yield f"opened {_both(alert.opened_at, zone)}"
    if alert.closed_at is not None:
        yield f"closed {_both(alert.closed_at, zone)}"
    if not alert.acknowledged_by:
        yield output.styled("acknowledged by nobody", "dim")
        return
    until = alert.acknowledged_until
    ends = "" if until is None else f" until {_both(until, zone)}"
    by = f"acknowledged by {clean(alert.acknowledged_by)}{ends}"
    yield from output.wrapped((by, "green"))


def _evidence(output: StyledOutput, one: AlertDetail, zone: ZoneInfo) -> Iterator[str]:
    """The numbers, and below them where each came from, named once."""
    if not one.evidence:
        return
    yield from _heading(output, "Evidence")
    lines = [row.evidence for row in one.evidence]
    values = on_decimal_point([_amount(line.value, line.unit) for line in lines])
    limits = on_decimal_point([_amount(line.threshold, line.unit, "") for line in lines])
    origins: dict[str, int] = {}
    rows: list[tuple[Cell, ...]] = []
    for row, value, limit in zip(one.evidence, values, limits, strict=True):
        line = row.evidence
        place = origins.setdefault(_origin(row, zone), len(origins) + 1)
        has_limit = line.threshold is not None
        rows.append(
            (
                clean(line.label.strip()),
                (value, "bold") if has_limit else value,
                limit,
                line.period_end.isoformat(),
                f"[{place}]",
            )
        )
    header = ("input", "value", "threshold", "period", "source")
    yield from output.table(header, rows, indent=INDENT)
    for said, place in origins.items():
        yield from output.wrapped((f"[{place}] {said}", "dim"), indent=INDENT)


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


def _analogues(output: StyledOutput, one: AlertDetail) -> Iterator[str]:
    if not one.said.analogues:
        return
    table = analogues_table(one.said.analogues)
    yield from _heading(output, table.heading)
    yield from output.table(table.columns, table.rows, INDENT, right=table.align)


def _steps(output: StyledOutput, one: AlertDetail, zone: ZoneInfo) -> Iterator[str]:
    yield from _heading(output, "History")
    for step in one.steps:
        untold = one.untold.get(step.transition_id)
        said = describe_transition(step) + (f" (not notified: {untold})" if untold else "")
        yield from output.wrapped((_both(step.at, zone), "dim"), f"  {clean(said)}", indent=INDENT)
        if step.reason is Reason.RESOLVED:
            ended = resolved_words(step.signal.explained.evidence)
            yield from output.wrapped(clean(ended), indent=NOTE_INDENT)
        if step.note:
            yield from output.wrapped(f"note: {clean(step.note)}", indent=NOTE_INDENT)


def _deliveries(output: StyledOutput, found: Sequence[Delivery], zone: ZoneInfo) -> Iterator[str]:
    yield from _heading(output, "Notifications")
    if not found:
        yield from output.wrapped("none: digest only", indent=INDENT)
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
        words = DELIVERY_WORDS[one.status]
        yield from output.wrapped(
            f"{one.channel}, change {step}: ",
            (words, "bold red" if is_bad else "bold"),
            (f"  {'; '.join(details)}" if details else "", "dim"),
            indent=INDENT,
        )


def _heading(output: StyledOutput, heading: str) -> Iterator[str]:
    yield ""
    yield output.styled(heading, "bold")


def _both(moment: datetime, zone: ZoneInfo) -> str:
    """The desk's time and the instant itself."""
    return f"{local_time(moment, zone)} ({to_text(moment)})"
