"""The daily digest: composed once when its hour has come, and queued like any message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from alerts.digest.digest import digest_message, with_charts
from alerts.digest.facts import DigestFacts
from alerts.message.sections import Image
from monitor.deliver.digest_times import next_digest
from monitor.ingest.calendars import local_date
from monitor.tick_hooks import TickHook
from rules.model import Panel
from state.database import Database
from state.health import Health
from state.outbox import Outbox

# A digest composed this long after its hour says that it is late.
GRACE: Final = timedelta(hours=1)


class FactsOf(Protocol):
    """Gives what the digest of a day says."""

    def __call__(self, day: date, at: datetime, *, late: bool) -> DigestFacts:
        """The facts as of an instant."""
        ...


class DigestComposer:
    """The digests of one database."""

    def __init__(
        self,
        database: Database,
        facts_of: FactsOf,
        charts_of: Callable[[Panel], Sequence[Image]],
        channels: Sequence[str],
        clock_time: time,
        zone: ZoneInfo,
        observe: TickHook,
    ):
        self._database = database
        self._outbox, self._health = Outbox(database), Health(database)
        self._facts_of, self._charts_of = facts_of, charts_of
        self._channels = channels
        self._clock_time, self._zone = clock_time, zone
        self._observe = observe

    def next_after(self, after: datetime) -> datetime:
        """When the first digest after an instant is due."""
        return next_digest(after, self._clock_time, self._zone)

    def compose_due(self, at: datetime) -> None:
        """Compose and queue the digest whose hour has come, if any. After hours missed there is
        one, for the last hour missed, and it says that it is late."""
        beat = self._health.heartbeat()
        assert beat is not None
        if at < beat.next_digest_at:
            return
        due = beat.next_digest_at
        while (later := self.next_after(due)) <= at:
            due = later
        day = local_date(due, self._zone)
        if day in self._outbox.digest_dates():
            # The hour or the zone was changed: the day has its digest, and the next tells the rest.
            with self._database.immediate() as connection:
                self._health.record_next_digest(connection, self.next_after(due))
            return
        facts = self._facts_of(day, at, late=at - due > GRACE)
        message = digest_message(facts, self._zone)
        if self._channels:
            # Only where somebody is sent them: they take ten times as long as all the rest.
            message = with_charts(message, self._charts_of(facts.levels))
        self._observe("composed")
        with self._database.immediate() as connection:
            now = self._health.heartbeat()
            if now is None or now.next_digest_at != beat.next_digest_at:
                return  # another program on this database has composed it meanwhile
            self._outbox.promise_digest(
                connection, day, message, self._channels, at, facts.told_through
            )
            self._health.record_next_digest(connection, self.next_after(due))
