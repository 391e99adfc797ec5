"""Silences and the outbox as a person reads them in a terminal."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from alerts.clean import clean
from alerts.message.values import local_time
from alerts.states import DELIVERY_WORDS, DeliveryStatus
from monitor.errors import HavenwatchError
from monitor.known_names import did_you_mean
from monitor.terminal.styled import StyledOutput
from rules.wording import plural
from state.delivery import Delivery
from state.instants import to_text
from state.outbox import Outbox
from state.outbox_actions import OutboxActions
from state.partial_deliveries import PartialDeliveries
from state.silences import Silence, Silences

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.views.glance import Glance

STYLES: Final = {
    DeliveryStatus.DEAD: "bold red",
    DeliveryStatus.SENDING: "yellow",
    DeliveryStatus.DUE: "",
    DeliveryStatus.SENT: "yellow",
}
# In place of an id: every message that failed.
ALL: Final = "all"
# So many that only wait for their turn are listed: of a long queue a person reads its start.
WAITING_SHOWN: Final = 40


def print_silences(reading: Glance, at: datetime, *, everything: bool, as_json: bool) -> None:
    """The silences active at an instant, or all there were."""
    found = [one for one in Silences(reading.database).all() if everything or one.end > at]
    if as_json:
        print(json.dumps([_silence_json(one) for one in found], indent=2, ensure_ascii=False))  # noqa: T201
        return
    if not found:
        print("No active silences.")  # noqa: T201
        return
    output = StyledOutput()
    rows = [_silence_row(one, at, reading.zone) for one in found]
    output.print(output.table(("id", "rule", "until", "by", "reason"), rows))


def settle(app: App, retried: Sequence[str], dropped: Sequence[str], by: str, at: datetime) -> None:
    """Try again, or drop, the messages that are named: by id, by channel, or all that failed.
    Raises HavenwatchError for a message with which that cannot be done."""
    actions = OutboxActions(app.database)
    for delivery_id, channel in _named(app, "retry", retried):
        # An incoming webhook cannot say what it has: whoever asks for it again has looked.
        look_first = getattr(app.channels.get(channel), "resend_when_unknown", True)
        actions.retry(delivery_id, at, look_first=look_first)
    for delivery_id, _ in _named(app, "drop", dropped):
        actions.drop(delivery_id, at, by)


def _named(app: App, verb: str, wanted: Sequence[str]) -> list[tuple[int, str]]:
    """The ids and channels of the messages that some words name, each once."""
    waiting = Outbox(app.database).unsettled()
    incomplete = PartialDeliveries(app.database).remarked()
    if verb == "retry":
        incomplete = [one for one in incomplete if one.missing]
    failed = [one for one in waiting if _has_failed(one)] + incomplete
    channels = {*app.channels, *(one.channel for one in failed)}
    found: dict[int, str] = {}
    for word in wanted:
        if word == ALL or word in channels:
            fits = [one for one in failed if word in (ALL, one.channel)]
        else:
            fits = [one for one in (*waiting, *incomplete) if str(one.delivery_id) == word]
            if not fits:
                raise _no_such(verb, word, channels)
        found |= {one.delivery_id: one.channel for one in fits}
    return list(found.items())


def _has_failed(one: Delivery) -> bool:
    """Whether a message was tried in vain, and so may hold back those behind it."""
    return one.attempts > 0 or one.problem is not None or one.status is not DeliveryStatus.DUE


def print_outbox(reading: Glance, at: datetime, *, as_json: bool) -> None:
    """What is queued, held or failed, and what was delivered in part, oldest first; of a long
    queue its start, and how many there are more. JSON has all."""
    found = Outbox(reading.database).unsettled() + PartialDeliveries(reading.database).remarked()
    if as_json:
        print(json.dumps([_delivery_json(one) for one in found], indent=2, ensure_ascii=False))  # noqa: T201
        return
    if not found:
        print("Queue empty: all notifications delivered.")  # noqa: T201
        return
    output = StyledOutput()
    waiting = [one for one in found if not _has_failed(one)]
    left_out = waiting[WAITING_SHOWN:]
    shown = [one for one in found if _has_failed(one)] + waiting[:WAITING_SHOWN]
    shown.sort(key=lambda one: one.delivery_id)
    lines = [line for one in shown for line in _delivery_lines(output, one, at, reading.zone)]
    if left_out:
        lines += output.wrapped((f"and {len(left_out):,} more queued: --json lists all.", "dim"))
    failed = len(found) - len(waiting)
    if failed:
        said = "fix the channel, then --retry or --drop ID, CHANNEL or all"
        lines += output.wrapped((f"{failed} undelivered: {said}.", "dim"))
    output.print(lines)


def _delivery_lines(
    output: StyledOutput, one: Delivery, at: datetime, zone: ZoneInfo
) -> Iterator[str]:
    """One notification: what it is in a line that is never broken, and below it how it stands."""
    state = output.styled(f"{delivery_state(one, at):<18}", STYLES[one.status])
    yield f"{one.delivery_id:>5}  {state}{one.channel:<14}{delivery_subject(one)}"
    details = [plural(one.attempts, "attempt")] if one.attempts else []
    if one.missing or one.status in (DeliveryStatus.DUE, DeliveryStatus.SENDING):
        which = "next retry" if one.attempts else "next attempt"
        details.append(f"{which} {local_time(max(one.not_before, at), zone)}")
    details += [one.problem] if one.problem else []
    yield from output.wrapped((clean("; ".join(details)), "dim"), indent=7)


def delivery_subject(one: Delivery) -> str:
    """What it is about: the id of the transition, the bulletin or the digest."""
    return one.transition_id or one.bulletin_id or f"digest/{one.digest_date}"


def delivery_state(one: Delivery, at: datetime) -> str:
    """`queued`, `held`, `retrying`, `delivery unknown`, `delivered in part` or `failed`."""
    if one.status is DeliveryStatus.SENT:
        return "delivered in part"
    if one.status is not DeliveryStatus.DUE:
        return DELIVERY_WORDS[one.status]
    if one.attempts or one.problem is not None:
        return "retrying"
    return "held" if one.due_at > at else DELIVERY_WORDS[one.status]


def _no_such(verb: str, word: str, channels: Collection[str]) -> HavenwatchError:
    return HavenwatchError(
        f"outbox --{verb}",
        expected="the id of an undelivered notification, a channel, or all",
        got=word,
        remedy=did_you_mean(word, [*channels, ALL], "list them with: havenwatch outbox"),
    )


def _silence_row(one: Silence, at: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    until = ("" if one.end > at else "expired ") + local_time(one.end, zone)
    cells = (f"{one.silence_id}", one.what, until, one.made_by, one.why)
    return tuple(clean(cell) for cell in cells)


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
