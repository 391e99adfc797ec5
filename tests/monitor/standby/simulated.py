"""Hosts with clocks of their own around one store, in simulated time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.standby.lease import Lease, StoreUnreachable

LEASE_S = 30.0


class MemoryStore:
    """A store that honours conditions, as long as it can be reached."""

    def __init__(self) -> None:
        self.held: tuple[bytes, str] | None = None
        self.writes = 0

    def read(self) -> tuple[bytes, str] | None:
        return self.held

    def write(self, content: bytes, version: str | None) -> str | None:
        if version != (None if self.held is None else self.held[1]):
            return None
        self.writes += 1
        self.held = (content, str(self.writes))
        return str(self.writes)


@dataclass
class Time:
    """The true time, which no host knows."""

    seconds: float = 0.0


@dataclass
class Link:
    """A host's way to the store. Each request takes its time, in which others go on, and may be cut
    before or after it was done."""

    store: MemoryStore
    time: Time
    delay_s: float = 0.0
    is_cut: bool = False
    loses_answers: bool = False
    meanwhile: Callable[[], None] = lambda: None

    def read(self) -> tuple[bytes, str] | None:
        self._ask()
        found = self.store.read()
        self._answer()
        return found

    def write(self, content: bytes, version: str | None) -> str | None:
        self._ask()
        found = self.store.write(content, version)
        self._answer()
        return found

    def _ask(self) -> None:
        self.time.seconds += self.delay_s
        self.meanwhile()
        if self.is_cut:
            raise StoreUnreachable("cut")

    def _answer(self) -> None:
        self.time.seconds += self.delay_s
        self.meanwhile()
        if self.loses_answers:
            raise StoreUnreachable("no answer")


class Host:
    """A host whose clock starts anywhere and runs at a rate of its own."""

    def __init__(
        self, name: str, store: MemoryStore, time: Time, *, offset_s: float = 0.0, rate: float = 1.0
    ):
        self.link = Link(store, time)
        self.lease = Lease(
            self.link, name, f"{name}/1", lambda: offset_s + rate * time.seconds, LEASE_S
        )

    def step(self) -> bool:
        try:
            return self.lease.step()
        except StoreUnreachable:
            return self.lease.is_valid
