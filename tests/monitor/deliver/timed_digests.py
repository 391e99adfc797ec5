"""Programs of which only the digest is asked, and a channel that knows when it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from alerts.channel import Channel, Sent
from alerts.message.message import Message
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.ingest.calendars import NEW_YORK
from monitor.tick_hooks import TickHook, no_hook
from tests.support import app_over, new_york, watch


@dataclass(frozen=True)
class TimedChannel:
    """Keeps what it is sent, and when."""

    channel_type: ClassVar[str] = "timed"

    enabled: bool = True
    got: list[tuple[datetime, Message]] = field(default_factory=list)

    @property
    def secret_names(self) -> tuple[str, ...]:
        return ()

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        self.got.append((at, page))
        return Sent(str(len(self.got)))

    def when(self, zone: ZoneInfo = NEW_YORK) -> list[str]:
        """Each digest's day and the clock of a zone when it came."""
        return [
            f"{page.key.removeprefix('digest/')} at {at.astimezone(zone):%a %Y-%m-%d %H:%M}"
            for at, page in self.got
        ]


@dataclass(frozen=True)
class Desk:
    """Programs over one folder, one after the other or at once."""

    standins: Standins
    folder: Path
    clock: SimulatedClock
    channel: Channel

    def start(self, observe: TickHook = no_hook, **sections: Any) -> App:
        routing = {"digest": ["console"]}
        return app_over(
            self.standins,
            self.clock,
            self.folder,
            self.channel,
            observe,
            watched=(),
            judged=(),
            environ={"PASSWORD": "correct horse"},
            **{"routing": routing, **sections},
        )


def desk(standins: Standins, folder: Path, since: str, channel: Channel) -> Desk:
    return Desk(standins, folder, SimulatedClock(new_york(since)), channel)


def digests_between(
    standins: Standins, folder: Path, since: str, until: str, **sections: Any
) -> TimedChannel:
    channel = TimedChannel()
    here = desk(standins, folder, since, channel)
    app = here.start(**sections)
    watch(app, here.clock, until)
    app.close()
    return channel
