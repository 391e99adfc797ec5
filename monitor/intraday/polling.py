"""Asks the feeds of quotes while markets trade, each at its own pace, and keeps what is new."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from monitor.errors import BodyRejected, FetchFailed
from monitor.ingest.fetch import unreadable_rejected
from monitor.ingest.http import Http
from monitor.ingest.quote_feed import QuoteFeed, plausible
from monitor.retry import Retry
from monitor.stop import Stopped
from rules.intraday.quote import Quote
from state.connections import QUOTES, Connections
from state.database import Database
from state.quotes import Quotes

log = logging.getLogger("havenwatch.quotes")

# A feed that fails is asked less and less often, at least once in so long.
LONGEST_WAIT: Final = timedelta(minutes=10)


class QuotePolling:
    """The feeds of one database. What is due is remembered by this process alone: another one asks
    at once, which costs a publisher one question."""

    def __init__(
        self,
        database: Database,
        http: Http,
        feeds: Mapping[str, QuoteFeed],
        observe: Callable[[str], None],
    ):
        self._quotes = Quotes(database)
        self._connections = Connections(database)
        self._http = http
        self._feeds = feeds
        self._observe = observe
        self._due: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}
        self._parsed: dict[str, str] = {}

    def next_due(self) -> datetime | None:
        """When the first feed is due; None before any was asked."""
        return min(self._due.values()) if self._due.keys() == self._feeds.keys() else None

    def poll(self, at: datetime) -> int:
        """Ask the feeds that are due at `at`; how many quotes were new."""
        new = 0
        for name, feed in self._feeds.items():
            if self._due.get(name, at) > at:
                continue
            found = self._ask(name, feed, at)
            self._observe(f"asked {name}")
            new += self._quotes.store(found, at) if found else 0
            self._observe(f"quotes of {name}")
        return new

    def _ask(self, name: str, feed: QuoteFeed, at: datetime) -> list[Quote]:
        """What a feed says; a failure is noted, and none of it says anything of the market."""
        found: list[Quote] = []
        try:
            for request in feed.requests():
                body = self._http.get(request)
                if body is None or self._parsed.get(body.url) == body.sha256:
                    continue
                with unreadable_rejected(body.url):
                    found += plausible(feed.parse(body), body.url, at)
                self._parsed[body.url] = body.sha256
        except (FetchFailed, BodyRejected) as error:
            self._failed(name, feed, error, at)
            return found
        except Stopped:
            return []
        if self._failures.pop(name, 0):
            log.warning("%s: quotes again", name, extra={"source": name})
        self._connections.record_standing(QUOTES + name, at)
        # From its own time on, so that a feed is asked every minute and not every minute and a bit.
        due = self._due.get(name, at) + timedelta(seconds=feed.poll_every_s)
        self._due[name] = due if due > at else at + timedelta(seconds=feed.poll_every_s)
        return found

    def _failed(
        self, name: str, feed: QuoteFeed, error: FetchFailed | BodyRejected, at: datetime
    ) -> None:
        failures = self._failures[name] = self._failures.get(name, 0) + 1
        if failures == 1:
            log.warning("%s: no quotes: %s", name, error, extra={"source": name})
        retry = Retry(timedelta(seconds=feed.poll_every_s), LONGEST_WAIT)
        asked = error.retry_after_s if isinstance(error, FetchFailed) else None
        least = timedelta(seconds=asked or 0)
        self._due[name] = at + max(retry.wait(failures), least)
        self._connections.record_lost(QUOTES + name, at, str(error))

    def rest(self, at: datetime) -> None:
        """Markets are closed: nothing is missed, and the next session begins anew."""
        if not self._due and not self._failures:
            return
        self._due.clear()
        self._failures.clear()
        for name in self._feeds:
            self._connections.record_standing(QUOTES + name, at)
