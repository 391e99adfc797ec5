"""What others see of a running program: pings to a receiver, and what systemd is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from monitor.app import App
from monitor.check.check import troubles
from monitor.evaluate.clock_skew import clock_troubles
from monitor.liveness.heartbeat import Heartbeat, Troubles
from monitor.liveness.outgoing_text import outgoing_text
from monitor.liveness.ping import Ping, Pinger
from monitor.liveness.systemd import Watchdog

log = logging.getLogger("havenwatch.signs")


class LivenessReporter:
    """The signs of life around each tick. Nothing here delays, fails or changes a tick."""

    def __init__(self, app: App, watchdog: Watchdog, send: Callable[[Ping], None] | None = None):
        self._app = app
        self._watchdog = watchdog
        self._heartbeat = None
        if send is not None:
            self._heartbeat = Heartbeat(send, app.config.heartbeat.every, self._judge())

    def begins(self, at: datetime) -> None:
        """A tick begins."""
        with _harmless():
            if self._heartbeat is not None and self._app.leader_lock.take():
                self._heartbeat.begins(at)

    def ended(self) -> None:
        """A tick returned."""
        with _harmless():
            at = self._app.clock.now()
            if not self._app.leader_lock.is_held:
                holder = self._app.leader_lock.holder()
                self._watchdog.returned(f"waiting: another havenwatch (pid {holder}) is active")
                return
            self._watchdog.returned(f"last tick at {at:%Y-%m-%d %H:%M:%S} UTC")
            if self._heartbeat is not None:
                self._heartbeat.ended(at)

    def failed(self, error: Exception) -> None:
        """A tick raised."""
        with _harmless():
            said = self._outgoing(f"{type(error).__name__}: {error}")
            self._watchdog.raised(f"the last tick failed: {said}")
            if self._heartbeat is not None and self._app.leader_lock.is_held:
                self._heartbeat.failed(self._app.clock.now(), said)

    def stopping(self) -> None:
        """The program was told to stop."""
        self._watchdog.stopping()

    def _judge(self) -> Troubles:
        """Why the program cannot be trusted, by the same judge as the on-call check's, and by the
        publishers' clocks."""
        limits = self._app.config.monitor.limits

        def judged(at: datetime) -> tuple[str, ...]:
            path = self._app.database.path
            found = () if path is None else troubles(path, limits, at)
            return tuple(self._outgoing(one) for one in (*clock_troubles(self._app.ahead), *found))

        return judged

    def _outgoing(self, text: str) -> str:
        folder = (self._app.database.path or Path.cwd()).parent
        return outgoing_text(text, self._app.config.secrets.values(), folder)


@contextmanager
def liveness_reporter(app: App, watchdog: Watchdog) -> Iterator[LivenessReporter]:
    """The signs of a program as its configuration wants them; a last ping is waited for shortly."""
    watchdog.warn_of_rare_ticks(app.config.monitor.tick_seconds)
    settings = app.config.heartbeat
    if not settings.url_env:
        yield LivenessReporter(app, watchdog)
        return
    pinger = Pinger(app.config.secrets[settings.url_env], settings.timeout_s)
    try:
        yield LivenessReporter(app, watchdog, pinger.send)
    finally:
        pinger.close()


@contextmanager
def _harmless() -> Iterator[None]:
    """Whatever goes wrong in it is logged by its kind: the text may hold a secret."""
    try:
        yield
    except Exception as error:  # noqa: BLE001
        log.error("no sign of life given: %s", type(error).__name__)
