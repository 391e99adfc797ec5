"""Tells an alert through the real outbox and the real dispatch until nothing is owed, while
something goes wrong."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from alerts.channel import Channel, Sent
from alerts.lifecycle import remind, step
from alerts.message.message import Message
from alerts.model import Transition
from alerts.states import DeliveryStatus
from monitor.clock import SimulatedClock
from monitor.deliver.message_builder import MessageBuilder
from monitor.deliver.notifier import Notifier
from monitor.ingest.calendars import NEW_YORK
from monitor.retry import Retry
from rules.terms import Kind
from state.alert_store import AlertStore
from state.database import Database
from state.delivery import Delivery
from state.outbox import Outbox
from tests.alerts.message.test_pages import explained
from tests.support import signal, utc

AT = utc("2025-04-10 22:30")
OPENED = "joint_selloff/us/2025-04-10#1"
HORIZON = timedelta(hours=26)
RETRY = Retry(timedelta(minutes=1), timedelta(hours=1))


@dataclass(frozen=True)
class Ending:
    """How a message must end: `sent`, or dead; with `received` of it at the receiver. `says` is in
    what is told of it; `wait_s` after the first try the second is made; `tries` in all."""

    sent: bool = True
    received: int = 1
    says: str = ""
    wait_s: float | None = None
    tries: int | None = None


@dataclass
class Watched:
    """A channel that notes when it was used."""

    channel_type: ClassVar[str] = "watched"
    channel: Channel
    enabled: bool = True
    tries: list[datetime] = field(default_factory=list)

    @property
    def secret_names(self) -> tuple[str, ...]:
        return self.channel.secret_names

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        self.tries.append(at)
        return self.channel.send(page, secrets, at, again=again)


class AlertSummary:
    """A database that owes an alert's messages to one channel, and the simulated time."""

    def __init__(self, folder: Path):
        self.at = AT
        self.tries: list[datetime] = []
        self._path = folder / "havenwatch.db"

    def now(self) -> datetime:
        """The simulated time."""
        return self.at

    def run(self, channel: Channel, secrets: Mapping[str, str], messages: int) -> list[Delivery]:
        """The dead letters that are left once nothing is owed."""
        database, watched = Database(self._path), Watched(channel, tries=self.tries)
        outbox = Outbox(database)
        self._promise(database, messages)
        pages = MessageBuilder(database, {"joint_selloff": "Joint selloff"}, NEW_YORK)
        dispatch = Notifier(
            database, {"desk": watched}, secrets, pages, RETRY, HORIZON, SimulatedClock(AT)
        )
        for _ in range(100):
            due = outbox.next_due(["desk"])
            if due is None:
                break
            self.at, tried = max(self.at, due), len(self.tries)
            dispatch.dispatch(self.at)
            assert len(self.tries) > tried, "the channel is still waiting for an answer"
        dispatch.close()
        left = outbox.unsettled()
        database.close()
        return left

    def stored(self) -> bytes:
        """Every byte of the database."""
        return b"".join(one.read_bytes() for one in self._path.parent.glob("havenwatch.db*"))

    def _promise(self, database: Database, messages: int) -> None:
        first = step(None, signal(explained=explained()), Kind.EVENT, timedelta(days=9))
        assert first is not None
        told: list[Transition] = [first]
        while len(told) < messages:
            told.append(remind(told[-1].after, first.signal, AT, "It has not ended."))
        with database.immediate() as connection:
            for one in told:
                AlertStore(database).record_transition(connection, one, ())
                outbox = Outbox(database)
                outbox.promise_transition(connection, one.transition_id, ["desk"], AT)


def tell(
    summarize_alert: AlertSummary,
    channel: Channel,
    secrets: Mapping[str, str],
    ending: Ending,
    caplog: pytest.LogCaptureFixture,
    messages: int = 1,
) -> None:
    """Tell it, and hold it to its ending, except for what the receiver has."""
    with caplog.at_level(logging.INFO):
        left = summarize_alert.run(channel, secrets, messages)
    if ending.sent:
        assert left == []
    else:
        (dead,) = left
        assert dead.status is DeliveryStatus.DEAD
        assert ending.says in (dead.problem or "")
        assert dead.problem
    assert ending.says in caplog.text
    waits = [(b - a).total_seconds() for a, b in itertools.pairwise(summarize_alert.tries)]
    assert ending.wait_s is None or waits[0] == ending.wait_s
    assert ending.tries in (None, len(summarize_alert.tries))
    for secret in secrets.values():
        assert secret not in caplog.text
        assert secret.encode() not in summarize_alert.stored()
