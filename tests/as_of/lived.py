"""A database that was lived in: days of spring 2025 with messages that failed and arrived later,
answers, silences, a connection that was lost and a publisher that went away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final

from alerts.channel import Sent, Undelivered
from alerts.message.message import Message
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from state.connections import Connections
from state.outbox import Outbox
from state.outbox_actions import OutboxActions
from tests.standins import more_publishers
from tests.support import app_over, new_york, watch

BEGAN: Final = new_york("2025-04-07 21:00")
CRITICAL: Final = "joint_selloff/us/2025-04-10"


@dataclass
class Moody:
    """A channel that takes every third message only at the second try, and refuses every fifth."""

    channel_type: ClassVar[str] = "moody"
    shows_images: ClassVar[bool] = False
    enabled: bool = True
    secret_names: tuple[str, ...] = ()
    tries: dict[str, int] = field(default_factory=dict)

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        tried = self.tries[page.key] = self.tries.get(page.key, 0) + 1
        place = list(self.tries).index(page.key)
        if place % 5 == 4:
            raise Undelivered("HTTP 403", permanent=True)
        if place % 3 == 1 and tried == 1:
            raise Undelivered("HTTP 503", permanent=False, unsure=place % 2 == 0)
        return Sent(f"{place}")


def build_lived(folder: Path, until: str) -> Path:
    """The database of the days to an instant in New York; its configuration is beside it."""
    clock = SimulatedClock(BEGAN)
    with Standins(clock.now, more_publishers()) as standins:
        app = app_over(
            standins,
            clock,
            folder,
            channel=Moody(),
            watched=None,
            judged=None,
            routing={"digest": ["console"]},
        )
        for moment, act in ACTS:
            if new_york(moment) < new_york(until):
                watch(app, clock, moment)
                act(app, clock.now())
        watch(app, clock, until)
        app.close()
    (folder / "config.toml").write_text("[channels.console]\n")
    return folder / "havenwatch.db"


def _acknowledge(app: App, at: datetime) -> None:
    app.answers.acknowledge(CRITICAL, "Ann", "on it", at)


def _silence(app: App, at: datetime) -> None:
    app.answers.silence("haven_failure", None, at + timedelta(hours=30), "Bo", "seen", at)


def _unsilence(app: App, at: datetime) -> None:
    app.answers.unsilence(1, at)


def _lose(app: App, at: datetime) -> None:
    Connections(app.database).record_lost("slack", at, "closed")


def _find(app: App, at: datetime) -> None:
    Connections(app.database).record_standing("slack", at)


def _settle(app: App, at: datetime) -> None:
    """Try the first message that failed for good again, and drop the second."""
    outbox = OutboxActions(app.database)
    dead = [
        one.delivery_id for one in Outbox(app.database).unsettled() if one.status.value == "dead"
    ]
    for delivery_id in dead[:1]:
        outbox.retry(delivery_id, at, look_first=False)
    for delivery_id in dead[1:2]:
        outbox.drop(delivery_id, at, "Cy")


def _go_away(app: App, at: datetime) -> None:
    app.sources.pop("cboe_vix")


ACTS: Final[tuple[tuple[str, Callable[[App, datetime], None]], ...]] = (
    ("2025-04-09 10:10", _silence),
    ("2025-04-09 12:00", _lose),
    ("2025-04-09 12:20", _find),
    ("2025-04-10 09:00", _unsilence),
    ("2025-04-10 19:30", _acknowledge),
    ("2025-04-11 10:00", _settle),
    ("2025-04-14 10:00", _lose),
    ("2025-04-15 10:00", _go_away),
)
