"""From a publisher to the database: ask, read, check, and store what is new."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pandas as pd

from monitor.errors import BodyRejected, FetchFailed, NotThere
from monitor.fetching import Fetched, Fetching
from monitor.gates import (
    check_age,
    check_lost,
    check_no_future,
    check_not_older,
    check_shape,
    check_values,
)
from monitor.http import Body, Http, Request
from monitor.source import Source
from monitor.steps import Observe, ignore
from rules.model import Series
from state.archive import NOTHING, Appended, Archive, Provenance
from state.backfills import Backfills
from state.bodies import Bodies, KeptBody
from state.database import Database
from state.health import Accepted, Health, SourceHealth

log = logging.getLogger("havenwatch.ingest")

# A source that never answered is stale after this.
FIRST_ANSWER_WITHIN: Final = timedelta(hours=24)


# Called with a source's name when another of its files is stored.
Progress = Callable[[str], object]


def no_progress(name: str) -> None:
    """Nobody is watching."""


@dataclass(frozen=True)
class Retry:
    """How soon a failed source is asked again: doubling from the first to the most."""

    first: timedelta
    most: timedelta

    def wait(self, failures: int) -> timedelta:
        """The wait after so many failures in a row."""
        doubled: timedelta = self.first * 2 ** min(failures - 1, 20)
        return min(doubled, self.most)


class Ingest:
    """Polls and backfills of the sources of one database."""

    def __init__(self, database: Database, http: Http, retry: Retry, observe: Observe = ignore):
        self._database = database
        self._archive = Archive(database)
        self._backfills = Backfills(database)
        self._bodies = Bodies(database)
        self._health = Health(database)
        self._fetching = Fetching(http, self._health)
        self._retry = retry
        self._observe = observe

    def poll(self, source: Source, at: datetime) -> Appended:
        """Ask a source once; what goes wrong becomes its health, never an exception.

        Nothing is stored of a body unless all of it is right, and a transaction is open only while
        it is stored.
        """
        before = self._health.source(source.name)
        newest = None if before is None else before.newest_period
        try:
            fetched = self._fetching.fetch(
                source, source.requests(newest, at), at, conditional=True
            )
            if fetched.frame is not None:
                check_age(fetched.frame, source.name, source.today(at), source.refuse_after_days)
            self._observe(f"fetched {source.name}")
            return self.store(source, fetched, before, at)
        except (FetchFailed, BodyRejected) as error:
            self._record_failure(source, before, error, at)
        except sqlite3.Error:
            # The database's own trouble: no body causes it, and no record of it can be made.
            raise
        except Exception as error:
            # A body no parser was written for must not stop the other sources and the decisions.
            log.exception("%s: a body that cannot be read", source.name)
            said = f"{type(error).__name__}: {error}"[:200]
            rejected = BodyRejected(source.name, expected="a body it can read", got=said)
            self._record_failure(source, before, rejected, at)
        return NOTHING

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
        missing: list[NotThere] = []
        stored = self._backfills.stored(source.name, since)
        requests = list(source.history_requests(since, at))
        for request in reversed(requests):
            if request.url not in stored:
                try:
                    one = self._backfill_one(source, request, since, at)
                    added = Appended(added.new + one.new, added.revised + one.revised)
                except NotThere as error:
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
        return self.store(source, replace(fetched, frame=wanted), before, at, is_history=True)

    def store(
        self,
        source: Source,
        fetched: Fetched,
        before: SourceHealth | None,
        at: datetime,
        *,
        is_history: bool = False,
    ) -> Appended:
        """Check against what is stored and store, as one transaction; a closed gate undoes it. Of
        history it is no fault that it ends before what is stored."""
        appended = NOTHING
        newest = None if before is None else before.newest_period
        beat = self._health.heartbeat()
        with self._database.immediate() as connection:
            if fetched.frame is not None:
                frame = fetched.frame
                stored = self._archive.latest(source.name)
                _check(source, frame, stored, at)
                if not is_history:
                    check_not_older(frame, source.name, stored)
                appended = self._archive.append(
                    connection,
                    source.name,
                    frame,
                    _describe_all(source, frame),
                    Provenance(
                        urls=tuple(body.url for body in fetched.bodies),
                        sha256=fetched.provenance_sha256,
                        published_at=max(
                            (b.published_at for b in fetched.bodies if b.published_at),
                            default=None,
                        ),
                        fetched_at=at,
                    ),
                    source.assumed_known_at,
                    None if beat is None else beat.watching_since,
                    stored,
                )
                if appended.vintage_id is not None:
                    self._bodies.keep(
                        connection, appended.vintage_id, _kept(fetched.bodies), at, source.keep_for
                    )
                self._health.record_accepted(
                    connection,
                    {
                        b.url: Accepted(b.etag, b.last_modified, b.sha256, cells)
                        for b, cells in zip(fetched.bodies, fetched.cells, strict=True)
                    },
                )
                last = frame.dropna(how="all").index.max().date()
                newest = last if newest is None else max(newest, last)
            self._health.record_source(connection, _healthy(source, before, newest, at))
        if appended != NOTHING:
            log.info("%s: %d new, %d revised", source.name, appended.new, appended.revised)
        return appended

    def _record_failure(
        self,
        source: Source,
        before: SourceHealth | None,
        error: FetchFailed | BodyRejected,
        at: datetime,
    ) -> None:
        log.warning("%s: %s", source.name, error)
        failures = 1 if before is None else before.failures + 1
        wait = self._retry.wait(failures)
        asked = getattr(error, "retry_after_s", None)
        if asked is not None:
            wait = max(wait, timedelta(seconds=asked))
        newest = None if before is None else before.newest_period
        retry_at = at + wait
        if asked is None:
            retry_at = min(retry_at, source.next_poll(at, newest))
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


def _healthy(
    source: Source, before: SourceHealth | None, newest: date | None, at: datetime
) -> SourceHealth:
    if before is not None and newest == before.newest_period:
        stale_at = before.stale_at
    else:
        stale_at = at + FIRST_ANSWER_WITHIN if newest is None else source.stale_at(newest)
    return SourceHealth(
        source=source.name,
        state="OK",
        problem="",
        first_attempt_at=at if before is None else before.first_attempt_at,
        last_attempt_at=at,
        last_success_at=at,
        newest_period=newest,
        failures=0,
        next_due_at=source.next_poll(at, newest),
        stale_at=stale_at.astimezone(UTC),
    )


def _check(source: Source, frame: pd.DataFrame, stored: pd.DataFrame, at: datetime) -> None:
    where = source.name
    check_shape(frame, where)
    check_no_future(frame, where, source.today(at))
    if source.grows:
        check_lost(frame, where, stored)
    check_values(frame, where, source.describe, stored)


def _describe_all(source: Source, frame: pd.DataFrame) -> dict[str, Series]:
    return {str(name): source.describe(str(name)) for name in frame.columns}


def _kept(bodies: Sequence[Body]) -> list[KeptBody]:
    return [KeptBody(body.url, body.sha256, body.content, body.content_type) for body in bodies]
