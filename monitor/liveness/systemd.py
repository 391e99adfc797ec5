"""Tells systemd over its notification socket that this program is ready and still does its work."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger("havenwatch.watchdog")


class Watchdog:
    """The service manager named in an environment; without one, nobody. Nothing waits for it, and
    it can fail nothing: a manager that hears nothing acts."""

    def __init__(self, environ: Mapping[str, str]):
        named = environ.get("NOTIFY_SOCKET", "")
        # An abstract name is written with @ and begins with a zero byte.
        self._address = f"\0{named[1:]}" if named.startswith("@") else named
        self._period_us = _period_us(environ)
        self._is_ready = False
        self._ticks_return = False
        self._is_unheard = False

    def warn_of_rare_ticks(self, tick_seconds: int) -> None:
        """Say so where ticks are too rare for what the service manager expects."""
        if self._period_us and 2 * tick_seconds * 1_000_000 > self._period_us:
            log.warning(
                "a tick every %d s is too rare for WatchdogSec=%d: make it twice tick_seconds or "
                "more",
                tick_seconds,
                self._period_us // 1_000_000,
            )

    def returned(self, said: str) -> None:
        """A tick returned, whatever it found: a restart mends no publisher."""
        self._ticks_return = True
        ready = () if self._is_ready else ("READY=1",)
        self._is_ready = True
        self._tell(*ready, f"STATUS={said}", *self._alive())

    def raised(self, said: str) -> None:
        """A tick raised. Unless one returns in time, this program is restarted."""
        self._ticks_return = False
        self._tell(f"STATUS={said}")

    def proceeds(self, step: str) -> None:
        """A tick takes a step. One that asks many slow publishers in turn is alive."""
        if self._ticks_return and step.startswith("polled "):
            self._tell(*self._alive())

    def stopping(self) -> None:
        """The program ends because it was told to."""
        self._tell("STOPPING=1")

    def _alive(self) -> tuple[str, ...]:
        return ("WATCHDOG=1",) if self._period_us else ()

    def _tell(self, *lines: str) -> None:
        if not self._address or not lines:
            return
        told = "\n".join(" ".join(line.split()) for line in lines)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as opened:
                opened.settimeout(0)
                opened.sendto(told.encode(), self._address)
        except OSError as error:
            if not self._is_unheard:
                log.warning("cannot notify the service manager: %s", type(error).__name__)
            self._is_unheard = True
        else:
            self._is_unheard = False


def _period_us(environ: Mapping[str, str]) -> int:
    """How often this process must be heard, in microseconds; 0 = nobody listens for it."""
    period, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not period.isdecimal() or pid not in ("", str(os.getpid())):
        return 0
    return int(period)
