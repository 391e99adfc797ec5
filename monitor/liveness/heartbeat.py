"""Tells a receiver that misses it that this program is alive and can be trusted, or why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from annotated_types import Interval

from monitor.liveness.ping import Kind, Ping

# The reasons why the program or its data cannot be trusted at an instant; none when all is well.
Troubles = Callable[[datetime], tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class HeartbeatSettings:
    """Who misses this program when it is dead. Without a URL nobody is told."""

    url_env: str = ""
    every_seconds: Annotated[int, Interval(ge=1, le=24 * 3600)] = 60
    timeout_s: Annotated[int, Interval(ge=1, le=60)] = 10

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The ping URL: whoever knows it can say that all is well."""
        return (self.url_env,) if self.url_env else ()

    @property
    def every(self) -> timedelta:
        """The least time between two reports."""
        return timedelta(seconds=self.every_seconds)


class Heartbeat:
    """Reports ticks: their beginning and how they ended, at most so often, and a turn for the worse
    at once."""

    def __init__(self, send: Callable[[Ping], None], every: timedelta, troubles: Troubles):
        self._send = send
        self._every = every
        self._troubles = troubles
        self._began_at: datetime | None = None
        self._reported_at: datetime | None = None
        self._last_was_bad = False
        self._run_id: UUID | None = None

    def begins(self, at: datetime) -> None:
        """A tick begins. If it is to be reported, one that hangs is seen to have begun."""
        self._began_at, self._run_id = at, None
        if self._is_due(at):
            self._run_id = uuid4()
            self._send(Ping(Kind.STARTED, self._run_id, "", at))

    def ended(self, at: datetime) -> None:
        """A tick has committed. Whether that is good news depends on the data and the outbox."""
        try:
            troubles = self._troubles(at)
        except Exception as error:  # noqa: BLE001 - a judge that crashed must not fail a tick
            troubles = (f"the check itself failed: {type(error).__name__}",)
        self._report(at, troubles)

    def failed(self, at: datetime, said: str) -> None:
        """A tick raised."""
        self._report(at, (f"the tick failed: {said}",))

    def _is_due(self, at: datetime) -> bool:
        """Also when the clock went back behind the last report."""
        last = self._reported_at
        return last is None or not last <= at < last + self._every

    def _report(self, at: datetime, troubles: tuple[str, ...]) -> None:
        turned_bad = bool(troubles) and not self._last_was_bad
        if self._run_id is None and not turned_bad:
            return
        said = "\n".join(troubles) or f"tick of {at:%Y-%m-%d %H:%M:%S} UTC: running"
        kind = Kind.BAD if troubles else Kind.GOOD
        self._send(Ping(kind, self._run_id or uuid4(), said, at))
        self._last_was_bad, self._run_id = bool(troubles), None
        # Counted from the beginning, so that a tick that takes a while does not shift the next.
        self._reported_at = self._began_at
