"""Pings to a receiver that misses them: each sent from a thread of its own, the newest first."""

from __future__ import annotations

import enum
import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from alerts.channel import Undelivered
from alerts.transport.http_post import post, refusal

log = logging.getLogger("havenwatch.heartbeat")

RECEIVER: Final = "the heartbeat's receiver"
MOST_BODY_BYTES: Final = 1000
# What healthchecks.io says with HTTP 200 of a ping that it did not count.
NOT_COUNTED: Final = ("not found", "rate limited")
# So long a stopping program waits for its last ping.
CLOSING_S: Final = 2.0


class Kind(enum.StrEnum):
    """What is added to the path of the ping URL, after the conventions of healthchecks.io."""

    STARTED = "/start"
    GOOD = ""
    BAD = "/fail"


@dataclass(frozen=True)
class Ping:
    """One ping. `run_id` pairs the end of a tick with its beginning; `said` is shown to people."""

    kind: Kind
    run_id: UUID
    said: str
    at: datetime


def address(url: str, ping: Ping) -> str:
    """Where a ping goes, given the URL of the check."""
    parts = urlsplit(url)
    query = "&".join(one for one in (parts.query, f"rid={ping.run_id}") if one)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + ping.kind, query=query))


def is_ping_url(url: str) -> bool:
    """Whether pings can go there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


class Pinger:
    """Sends pings to one URL, which is a secret. Nobody waits for it and nothing queues up: while
    one is on its way only the newest other is kept."""

    def __init__(self, url: str, timeout_s: int):
        self._url = url
        self._timeout_s = timeout_s
        self._waiting: Ping | None = None
        self._closing = False
        self._changed = threading.Condition()
        self._problem = ""
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._thread.start()

    def send(self, ping: Ping) -> None:
        """Have it sent, without waiting for it."""
        with self._changed:
            self._waiting = ping
            self._changed.notify()

    def close(self) -> None:
        """Send what is kept, if that does not take long, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(CLOSING_S)

    def _run(self) -> None:
        while (ping := self._next()) is not None:
            self._note(self._problem_of(ping))

    def _next(self) -> Ping | None:
        """The newest ping, waited for; None when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is not None or self._closing)
            ping, self._waiting = self._waiting, None
            return ping

    def _problem_of(self, ping: Ping) -> str:
        """Why a ping did not arrive, in words without the URL; empty where it did."""
        body = ping.said.encode()[:MOST_BODY_BYTES].decode("utf-8", "ignore").encode()
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            url = address(self._url, ping)
            answer = post(RECEIVER, url, body, headers, self._timeout_s, ping.at)
        except Undelivered as error:
            return error.problem
        except Exception as error:  # noqa: BLE001 - its text may hold the URL
            return f"{RECEIVER}: {type(error).__name__}"
        if not answer.is_taken:
            return refusal(RECEIVER, answer).problem
        said_so = (one for one in NOT_COUNTED if answer.text.startswith(f"OK ({one})"))
        return next((f"{RECEIVER} did not count it: {one}" for one in said_so), "")

    def _note(self, problem: str) -> None:
        """Log the first of several failures, and the first success after them."""
        if problem and not self._problem:
            log.warning("no ping arrives; ticks go on as usual: %s", problem)
        if self._problem and not problem:
            log.warning("pings arrive again")
        self._problem = problem
