"""What a source answers to a request of `doctor`, which a poll would make too; nothing of it is
stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from monitor.doctor.check import Finding, ok, warning
from monitor.errors import NotFound
from monitor.ingest.fetch import if_changed, parsed, unreadable_rejected
from monitor.ingest.http import Body, Http, Request
from monitor.ingest.quote_feed import QuoteFeed, plausible
from monitor.ingest.source import Source
from rules.wording import number
from state.database import Database, UnfitDatabase
from state.files import InTheWay
from state.health import Accepted, Health


@dataclass(frozen=True)
class Stored:
    """What the database has of the sources: the newest period of each, and the body accepted last
    of each address."""

    newest: Mapping[str, date | None]
    accepted: Mapping[str, Accepted]


def stored_state(path: Path) -> Stored:
    """What a database has; nothing where there is none that can be read, which is another check's
    to say."""
    nothing = Stored({}, {})
    if not path.exists():
        return nothing
    try:
        database = Database(path, read_only=True)
        try:
            health = Health(database)
            newest = {name: one.newest_period for name, one in health.sources().items()}
            return Stored(newest, health.every_accepted())
        finally:
            database.close()
    except (sqlite3.Error, OSError, UnfitDatabase, InTheWay, ValueError):
        return nothing


def source_answer(source: Source, stored: Stored, http: Http, at: datetime) -> Finding:
    """What a source answered. Raises FetchFailed and BodyRejected."""
    newest = stored.newest.get(source.name)
    requests = list(source.requests(newest, at))
    if not requests:
        return ok("complete; it is not polled again")
    body, asked = _newest_body(http, requests, stored)
    if body is None:
        return _dated(source, newest, "304, unchanged since it was stored", at)
    frame = parsed(source, body, at).dropna(how="all")
    cells = int(frame.notna().to_numpy().sum())
    said = f"200, {number(len(body.content))} bytes, {number(cells)} numbers"
    with unreadable_rejected(asked.url):
        is_whole = source.next_page(body) is None
    latest = None if frame.empty else frame.index.max().date()
    return _dated(source, latest, said, at, is_whole=is_whole)


def _newest_body(
    http: Http, requests: Sequence[Request], stored: Stored
) -> tuple[Body | None, Request]:
    """The body of the last of some requests, which has the newest numbers, or of the one before
    where the publisher need not have it yet."""
    for request in reversed(requests):
        try:
            return http.get(if_changed(request, stored.accepted.get(request.url))), request
        except NotFound:
            if not request.optional or request is requests[0]:
                raise
    raise AssertionError("the first request gave a body or raised")


def _dated(
    source: Source,
    newest: date | None,
    said: str,
    at: datetime,
    *,
    is_whole: bool = True,
) -> Finding:
    """What was said of an answer, and whether its newest period is as new as it should be."""
    if newest is None:
        return ok(f"{said}, no period")
    said = f"{said}, newest {newest}"
    if source.is_complete or not is_whole or source.stale_at(newest) > at:
        return ok(said)
    due = source.next_period(newest)
    return warning(
        expected=f"{due} or a newer period from {source.publisher}",
        got=said,
        remedy="look at the publisher's page: it may be late, or its file has moved",
    )


def feed_answer(feed: QuoteFeed, http: Http, at: datetime) -> Finding:
    """What a feed of quotes answered. Raises FetchFailed and BodyRejected."""
    request = feed.requests()[0]
    body = http.get(request)
    if body is None:
        return ok("304, unchanged")
    with unreadable_rejected(request.url):
        quotes = plausible(feed.parse(body), request.url, at)
    newest = f"newest {max(one.at for one in quotes):%Y-%m-%d %H:%M}Z" if quotes else "no quote"
    return ok(f"200, {number(len(body.content))} bytes, {newest}")
