"""What the program talks to, seen from its process: the stand-ins run in another one, so that their
memory and processor time are not the program's."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from monitor.clock import SimulatedClock


@dataclass(frozen=True)
class Arrived:
    """A message as its receiver has it: when, where, and the key that must not come twice."""

    at: datetime
    channel: str
    key: str
    text: str


class SharedClock(SimulatedClock):
    """The true time, which the stand-ins read too, and a machine's clock that may be slow."""

    def __init__(self, start: datetime, shared: Synchronized[float]):
        super().__init__(start)
        self._shared = shared
        self.behind = timedelta()
        self._share()

    def now(self) -> datetime:
        """What the machine's clock shows."""
        return super().now() - self.behind

    @property
    def true(self) -> datetime:
        """The true time, in whole seconds."""
        return super().now()

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        super().sleep(seconds)
        self._share()

    def advance_to(self, moment: datetime) -> None:
        """Move to a later instant of the true time."""
        super().advance_to(moment)
        self._share()

    def _share(self) -> None:
        self._shared.value = super().now().timestamp()


class Neighbours:
    """The stand-ins: where they are, and how to ask their process."""

    def __init__(self, ends: Connection[Any, Any], clock: SharedClock):
        self._ends = ends
        self.clock = clock
        self.publishers: Mapping[str, str]
        self.slack: str
        self.smtp_port: int
        self.ca_file: str
        self.publishers, self.slack, self.smtp_port, self.ca_file = ends.recv()

    def break_down(self, names: tuple[str, ...]) -> None:
        """Let these publishers answer with 503 from now on, and all others as they should."""
        self._ask("break down", names)

    def arrived(self) -> list[Arrived]:
        """All messages taken so far, in order."""
        found: list[Arrived] = self._ask("arrived")
        return found

    def requests(self) -> int:
        """How many requests the publishers got so far."""
        return int(self._ask("requests"))

    def _ask(self, *command: object) -> Any:
        self._ends.send(command)
        return self._ends.recv()


@contextmanager
def neighbours(folder: Path, start: datetime) -> Iterator[Neighbours]:
    """The process of the stand-ins while it is needed, over figures that it makes in a folder."""
    from tests.soak.receivers import serve

    context = multiprocessing.get_context("spawn")
    shared = context.Value("d", start.timestamp())
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(folder, shared, there), daemon=True)
    process.start()
    there.close()  # so that asking a process that has died fails
    try:
        yield Neighbours(here, SharedClock(start, shared))
    finally:
        here.send(("end",))
        process.join(30)
