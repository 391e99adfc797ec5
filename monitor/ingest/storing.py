"""From what bodies say to the database: checked against what is stored, and stored."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pandas as pd

from monitor.errors import HeldBack
from monitor.ingest.calendars import MONTH_ENDS
from monitor.ingest.corrections import Correction, correction
from monitor.ingest.fetch import Fetched, unreadable_rejected
from monitor.ingest.http import Body
from monitor.ingest.source import Source
from monitor.ingest.validation import check_body, check_months, check_not_stale, check_watched
from rules.model import Series
from state.announced import Announced, Announcements
from state.archive import NOTHING, Appended, Archive, FetchInfo
from state.bodies import Bodies, KeptBody
from state.corrections import Corrections, HeldCorrection, Settling
from state.database import Database
from state.health import Accepted, Health, SourceHealth

log = logging.getLogger("havenwatch.storing")

# A source that never answered is stale after this.
FIRST_ANSWER_WITHIN: Final = timedelta(hours=24)


# What is noted as the name of who accepted a correction that stayed.
STAYED: Final = "havenwatch"


def check_against(
    frame: pd.DataFrame,
    source: Source,
    stored: pd.DataFrame,
    shrunk: Sequence[HeldBack],
    at: datetime,
    watched: Collection[str],
    *,
    is_history: bool = False,
) -> Correction | None:
    """What of a body has to be accepted before it may be stored beside what is; None where nothing
    has to. Pure. Raises BodyRejected for what is never right."""
    check_body(frame, source, at)
    if not is_history:
        check_not_stale(frame, source.name, stored)
        if source.calendar == MONTH_ENDS:
            check_months(frame, source.name, stored)
            check_watched(frame, source.name, stored, watched)
    found = (*shrunk, *source.doubts(frame))
    return correction(frame, source.name, source.describe, stored, found, grows=source.grows)


class Storing:
    """Stores what was fetched for the sources of one database.

    `watched`: the series that rules read, none of which may be missing from a new month.
    """

    def __init__(self, database: Database, watched: Collection[str], settling: Settling):
        self._database = database
        self._archive = Archive(database)
        self._announcements = Announcements(database)
        self._bodies = Bodies(database)
        self._health = Health(database)
        self._corrections = Corrections(database)
        self._watched = frozenset(watched)
        self._settling = settling

    def store(
        self,
        source: Source,
        fetched: Fetched,
        before: SourceHealth | None,
        at: datetime,
        *,
        is_history: bool = False,
    ) -> Appended:
        """Check against what is stored and store, as one transaction; a failed check undoes it. Of
        history it is no fault that it ends before what is stored. A correction that is held back is
        noted. Raises BodyRejected."""
        held: list[Correction] = []
        try:
            with self._database.immediate() as connection:
                appended = self._checked(connection, source, fetched, before, at, held, is_history)
        except HeldBack:
            (one,) = held
            changes = [change.as_json() for change in one.changes]
            self._corrections.hold(
                source.name, one.fingerprint, one.problem, changes, at, settles=one.settles
            )
            raise
        if appended != NOTHING:
            counts, about = (appended.new, appended.revised), {"source": source.name}
            log.info("%s: %d new, %d revised", source.name, *counts, extra=about)
        return appended

    def _checked(
        self,
        connection: sqlite3.Connection,
        source: Source,
        fetched: Fetched,
        before: SourceHealth | None,
        at: datetime,
        held: list[Correction],
        is_history: bool,
    ) -> Appended:
        appended = NOTHING
        newest = None if before is None else before.newest_period
        frame = fetched.frame
        if frame is not None:
            oldest = frame.index.min()
            first = None if pd.isna(oldest) else oldest.date()
            stored = self._archive.latest(source.name, first)
            found = check_against(
                frame,
                source,
                stored,
                fetched.shrunk,
                at,
                self._watched,
                is_history=is_history,
            )
            self._admit(connection, source, found, at, held)
            appended = self._append(connection, source, fetched, frame, stored, at)
            if not is_history:
                to_come = _announced(source, fetched.bodies, at)
                self._announcements.replace(connection, source.name, to_come, at)
            last = frame.dropna(how="all").index.max().date()
            newest = last if newest is None else max(newest, last)
        if not is_history:
            self._health.forget_accepted(connection, source.name, source.base_url, fetched.asked)
        self._health.record_source(connection, _healthy(source, before, newest, at))
        return appended

    def _admit(
        self,
        connection: sqlite3.Connection,
        source: Source,
        found: Correction | None,
        at: datetime,
        held: list[Correction],
    ) -> None:
        """Let a body in that changes what is stored only as usual, or as somebody has accepted.
        Raises HeldBack for another one, which is then in `held`."""
        if found is None:
            self._corrections.withdraw(connection, source.name)
            return
        known = self._corrections.of(source.name)
        if known is None or not self._is_accepted(known, found, at):
            held.append(found)
            raise found.held
        self._corrections.store(connection, known, known.decided_by or STAYED, at)

    def _is_accepted(self, known: HeldCorrection, found: Correction, at: datetime) -> bool:
        if known.fingerprint != found.fingerprint:
            return False
        stayed = known.has_stayed(at, self._settling)
        return known.status == "accepted" or (found.settles and stayed)

    def _append(
        self,
        connection: sqlite3.Connection,
        source: Source,
        fetched: Fetched,
        frame: pd.DataFrame,
        stored: pd.DataFrame,
        at: datetime,
    ) -> Appended:
        """Store a body that has passed every check: its numbers, its bytes, and that it came."""
        beat = self._health.heartbeat()
        published = (body.published_at for body in fetched.bodies if body.published_at)
        appended = self._archive.append(
            connection,
            source.name,
            frame,
            _describe_all(source, frame),
            FetchInfo(
                urls=tuple(body.url for body in fetched.bodies),
                sha256=fetched.provenance_sha256,
                published_at=max(published, default=None),
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
        accepted = {
            body.url: Accepted(body.etag, body.last_modified, body.sha256, cells)
            for body, cells in zip(fetched.bodies, fetched.cells, strict=True)
        }
        self._health.record_accepted(connection, source.name, accepted)
        return appended


def _announced(source: Source, bodies: Sequence[Body], at: datetime) -> list[Announced]:
    """What the bodies say is to come. Raises BodyRejected."""
    found: list[Announced] = []
    for body in bodies:
        with unreadable_rejected(body.url):
            found += source.announced(body, at)
    return found


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


def _describe_all(source: Source, frame: pd.DataFrame) -> dict[str, Series]:
    return {str(name): source.describe(str(name)) for name in frame.columns}


def _kept(bodies: Sequence[Body]) -> list[KeptBody]:
    return [KeptBody(body.url, body.sha256, body.content, body.content_type) for body in bodies]
