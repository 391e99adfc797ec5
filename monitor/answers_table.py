"""Silences and the outbox as a person reads them in a terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alerts.compose import local_time
from alerts.model import DeliveryStatus
from monitor.errors import HavenwatchError
from rules.wording import plural
from state.instants import to_text
from state.outbox import Delivery, Outbox
from state.silences import Silence, Silences

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.reading import Reading

STYLES: Final = {
    DeliveryStatus.DEAD: "bold red",
    DeliveryStatus.SENDING: "yellow",
    DeliveryStatus.DUE: "",
}


def print_silences(reading: Reading, at: datetime, *, everything: bool, as_json: bool) -> None:
    """The silences that last at an instant, or all there were."""
    found = [one for one in Silences(reading.database).all() if everything or one.end > at]
    if as_json:
        print(json.dumps([_silence_json(one) for one in found], indent=2, ensure_ascii=False))  # noqa: T201
        return
    terminal, zone = Console(), reading.config.desk.zone
    table = _table("no", "what", "until", "by", "why")
    for one in found:
        ended = "" if one.end > at else "ended "
        cells = (f"{one.silence_id}", one.what, ended + local_time(one.end, zone), one.made_by)
        table.add_row(*map(Text, (*cells, one.why)))
    if found:
        terminal.print(table)
    else:
        terminal.print("Nothing is silenced.")


def settle(app: App, retried: Sequence[int], dropped: Sequence[int], by: str, at: datetime) -> None:
    """Try dead letters again, and drop what nobody wants. Raises HavenwatchError for a message
    with which that cannot be done."""
    outbox = Outbox(app.database)
    names = {one.delivery_id: one.channel for one in outbox.unsettled()}
    for delivery_id in retried:
        channel = app.channels.get(names.get(delivery_id, ""))
        # An incoming webhook cannot say what it has: whoever asks for it again has looked.
        look_first = getattr(channel, "repeats_when_unsure", True)
        if not outbox.retry(delivery_id, at, look_first=look_first):
            raise _no_such("retry", delivery_id, "a dead letter")
    for delivery_id in dropped:
        if not outbox.drop(delivery_id, at, by):
            raise _no_such("drop", delivery_id, "a dead letter, or a message that is due")


def print_outbox(reading: Reading, at: datetime, *, as_json: bool) -> None:
    """What is owed, held or dead, oldest first."""
    found = Outbox(reading.database).unsettled()
    if as_json:
        print(json.dumps([_delivery_json(one) for one in found], indent=2, ensure_ascii=False))  # noqa: T201
        return
    terminal, zone = Console(), reading.config.desk.zone
    if not found:
        terminal.print("Nothing is owed: every message arrived.")
        return
    for one in found:
        line = (f"{one.delivery_id:>5}  ", (f"{delivery_state(one, at):<17}", STYLES[one.status]))
        terminal.print(
            Text.assemble(*line, f"{one.channel:<14}", delivery_subject(one)), soft_wrap=True
        )
        details = [f"tried {plural(one.attempts, 'time')}"] if one.attempts else []
        if one.status is not DeliveryStatus.DEAD:
            details.append(f"next {local_time(max(one.not_before, at), zone)}")
        details += [one.problem] if one.problem else []
        terminal.print(Padding(Text("; ".join(details), style="dim"), (0, 0, 0, 7)))
    dead = sum(one.status is DeliveryStatus.DEAD for one in found)
    if dead:
        said = "mend the channel, then --retry ID, or --drop ID"
        terminal.print(f"{plural(dead, 'dead letter')}: {said}.", style="dim")


def delivery_subject(one: Delivery) -> str:
    """What is told: the transition's id, or the digest's."""
    return f"digest/{one.digest_date}" if one.transition_id is None else one.transition_id


def delivery_state(one: Delivery, at: datetime) -> str:
    """`due`, `held`, `may have arrived` or `dead`."""
    if one.status is DeliveryStatus.DUE and one.attempts == 0 and one.due_at > at:
        return "held"
    if one.status is DeliveryStatus.SENDING:
        return "may have arrived"
    return one.status.value


def _no_such(verb: str, delivery_id: int, wanted: str) -> HavenwatchError:
    return HavenwatchError(
        f"outbox --{verb}",
        expected=f"the id of {wanted}",
        got=str(delivery_id),
        remedy="list them with: havenwatch outbox",
    )


def _silence_json(one: Silence) -> dict[str, Any]:
    return {
        "id": one.silence_id,
        "rule": one.rule_id,
        "subject": one.subject,
        "made_at": to_text(one.made_at),
        "until": to_text(one.end),
        "by": one.made_by,
        "why": one.why,
    }


def _delivery_json(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.delivery_id,
        "what": delivery_subject(one),
        "channel": one.channel,
        "status": one.status.value,
        "attempts": one.attempts,
        "due_at": to_text(one.due_at),
        "not_before": to_text(one.not_before),
        "problem": one.problem,
    }


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
