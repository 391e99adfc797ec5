"""From a publisher to the database: ask, read, check, and store what is new."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import pandas as pd

from monitor.errors import BodyRejected, FetchFailed, NotFound
from monitor.ingest.fetch import Fetching, unreadable_rejected
from monitor.ingest.http import Http, Request
from monitor.ingest.source import Source
from monitor.ingest.storing import FIRST_ANSWER_WITHIN, Storing
from monitor.ingest.validation import check_age
from monitor.known_names import listed
from monitor.retry import Retry
from monitor.tick_hooks import TickHook, no_hook
from state.archive import NOTHING, Appended
from state.backfills import Backfills
from state.corrections import Settling
from state.database import Database
from state.health import Health, SourceHealth

log = logging.getLogger("havenwatch.ingest")

SETTLING: Final = Settling()
# So many sources that fail in the same way are one line of the log.
FEWEST_TOGETHER: Final = 3
# HTTP's ways to say: not you, and not so often.
REFUSALS: Final = ("HTTP 403", "HTTP 429")

# Called with a source's name when another of its files is stored.
Progress = Callable[[str], object]


def no_progress(name: str) -> None:
    """Nobody is watching."""


class Ingest:
    """Polls and backfills of the sources of one database.

    `watched`: the series that rules read, none of which may be missing from a new month.
    """

    def __init__(
        self,
        database: Database,
        http: Http,
        retry: Retry,
        observe: TickHook = no_hook,
        watched: Collection[str] = (),
        settling: Settling = SETTLING,
    ):
        self._database = database
        self._backfills = Backfills(database)
        self._health = Health(database)
        self._fetching = Fetching(http, self._health)
        self._retry = retry
        self._unreached: list[tuple[str, FetchFailed]] = []
        self._observe = observe
        self._storing = Storing(database, watched, settling)

    def poll(self, source: Source, at: datetime) -> Appended:
        """Ask a source once; what goes wrong becomes its health, never an exception.

        Nothing is stored of a body unless all of it is right, and a transaction is open only while
        it is stored.
        """
        before = self._health.source(source.name)
        newest = None if before is None else before.newest_period
        try:
            with unreadable_rejected(source.name):
                fetched = self._fetching.fetch(
                    source, source.requests(newest, at), at, conditional=True
                )
                if fetched.frame is not None:
                    today = source.today(at)
                    check_age(fetched.frame, source.name, today, source.refuse_after_days)
                self._observe(f"fetched {source.name}")
                return self._storing.store(source, fetched, before, at)
        except (FetchFailed, BodyRejected) as error:
            self._record_failure(source, before, error, at)
        return NOTHING

    def log_unreached(self) -> None:
        """Log the sources that did not answer since the last call: a line each, or one for many
        that failed in the same way, as without a network."""
        by_reason: dict[str, list[tuple[str, FetchFailed]]] = {}
        for name, error in self._unreached:
            reason = f"expected {error.expected}, got {error.got}"
            by_reason.setdefault(reason, []).append((name, error))
        self._unreached.clear()
        for reason, failed in by_reason.items():
            if len(failed) < FEWEST_TOGETHER:
                for name, error in failed:
                    log.warning("%s: %s", name, error, extra={"source": name})
                continue
            named = listed([name for name, _ in failed])
            said = "%d sources did not answer: %s: %s; list them with: havenwatch sources"
            log.warning(said, len(failed), reason, named)

    def backfill(
        self, source: Source, since: date, at: datetime, progress: Progress = no_progress
    ) -> Appended:
        """Every period from `since` on. Raises FetchFailed and BodyRejected.

        Each file is stored as it comes, the newest first, because what is older than all stored is
        history; one that was interrupted goes on with the files it has not stored. A file that is
        older than the publisher's lag allows is history all the same, so its age is not checked
        here; the next poll does.
        """
        added = NOTHING
        missing: list[NotFound] = []
        stored = self._backfills.stored(source.name, since)
        requests = list(source.history_requests(since, at))
        for request in reversed(requests):
            if request.url not in stored:
                try:
                    with unreadable_rejected(source.name):
                        one = self._backfill_one(source, request, since, at)
                    added = Appended(added.new + one.new, added.revised + one.revised)
                except NotFound as error:
                    if not request.optional:
                        raise
                    missing.append(error)
                self._backfills.record(source.name, since, request.url, at)
            progress(source.name)
        self._backfills.end(source.name)
        if missing and len(missing) == len(requests):
            raise missing[0]
        return added

    def _backfill_one(
        self, source: Source, request: Request, since: date, at: datetime
    ) -> Appended:
        fetched = self._fetching.fetch(source, (request,), at, conditional=False)
        if fetched.frame is None:
            return NOTHING
        wanted = fetched.frame[fetched.frame.index >= pd.Timestamp(since)]
        if wanted.empty:
            return NOTHING
        before = self._health.source(source.name)
        only = replace(fetched, frame=wanted)
        return self._storing.store(source, only, before, at, is_history=True)

    def _record_failure(
        self,
        source: Source,
        before: SourceHealth | None,
        error: FetchFailed | BodyRejected,
        at: datetime,
    ) -> None:
        error = _with_agent(source, before, error)
        if isinstance(error, FetchFailed):
            self._unreached.append((source.name, error))
        else:
            log.warning("%s: %s", source.name, error, extra={"source": source.name})
        failures = 1 if before is None else before.failures + 1
        wait = self._retry.wait(failures)
        asked = getattr(error, "retry_after_s", None)
        newest = None if before is None else before.newest_period
        # The time that the publisher names is taken, unless a release is awaited meanwhile.
        wait_for = source.next_poll(at, newest) if asked is None else source.window_poll(at, newest)
        retry_at = at + (wait if asked is None else timedelta(seconds=asked))
        retry_at = retry_at if wait_for is None else min(retry_at, wait_for)
        health = SourceHealth(
            source=source.name,
            state=error.state,
            problem=str(error),
            first_attempt_at=at if before is None else before.first_attempt_at,
            last_attempt_at=at,
            last_success_at=None if before is None else before.last_success_at,
            newest_period=newest,
            failures=failures,
            next_due_at=retry_at,
            stale_at=at + FIRST_ANSWER_WITHIN if before is None else before.stale_at,
        )
        with self._database.immediate() as connection:
            self._health.record_source(connection, health)


def _with_agent(
    source: Source, before: SourceHealth | None, error: FetchFailed | BodyRejected
) -> FetchFailed | BodyRejected:
    """A refusal with the User-Agent that was refused, since when, and what to try; any other error
    as it is."""
    if not isinstance(error, FetchFailed) or error.got not in REFUSALS:
        return error
    answered = None if before is None else before.last_success_at
    since = (
        "it never answered yet" if answered is None else f"it last answered {answered:%F %H:%MZ}"
    )
    hint = (
        f"wait, raise min_interval_s of sources.{source.name}, or poll less often (poll_at)"
        if error.got == "HTTP 429"
        else f"set user_agent of sources.{source.name} to a name with a contact address, or to a "
        "browser's, and see that a proxy or the publisher does not block this network"
    )
    return FetchFailed(
        error.where,
        expected=error.expected,
        got=f"{error.got} to the User-Agent {source.user_agent!r} ({since})",
        remedy=f"it will be polled again; if this continues, {hint}",
        retry_after_s=error.retry_after_s,
    )
