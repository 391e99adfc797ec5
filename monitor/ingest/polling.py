"""Which sources are asked, in which order, and for how long at a time."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from monitor.clock import Clock
from monitor.errors import HavenwatchError
from monitor.ingest.ingest import Ingest
from monitor.ingest.source import Source
from monitor.stop import Stop
from monitor.tick_hooks import TickHook
from state.database import Database
from state.following import Following
from state.health import Heartbeat, SourceHealth
from state.source_in_flight import SourceInFlight

log = logging.getLogger("havenwatch")
# So long a tick goes on asking: as long as one source may take that hangs.
POLLING_S: Final = 120.0


class Polling:
    """Asks the sources of one database."""

    def __init__(
        self,
        database: Database,
        sources: Mapping[str, Source],
        ingest: Ingest,
        clock: Clock,
        stop: Stop,
        observe: TickHook,
    ):
        self._database, self._in_flight = database, SourceInFlight(database)
        self._sources, self._ingest = sources, ingest
        self._clock, self._stop, self._observe = clock, stop, observe

    @property
    def fatal(self) -> frozenset[str]:
        """The sources that were being asked when a program died."""
        return self._in_flight.interrupted()

    def due(self, health: Mapping[str, SourceHealth], at: datetime) -> list[str]:
        """The sources never asked, and those whose time has come."""
        return [n for n in self._sources if n not in health or health[n].next_due_at <= at]

    def due_now(self, health: Mapping[str, SourceHealth], at: datetime) -> list[str]:
        """The sources to be asked now: those never asked first, and the fatal ones last.

        While a release is awaited it is asked for alone: what it brings is decided and told in
        this tick, and the others are still due in the next one.
        """
        every = self.due(health, at)
        known = [name for name in every if name in health]
        awaited = [n for n in known if self._sources[n].awaits_release(health[n].newest_period, at)]
        fatal = self.fatal
        return sorted(awaited or every, key=lambda name: (name in fatal, name in health, name))

    def poll(self, names: Sequence[str], at: datetime) -> bool:
        """Ask sources, and whether there were any; after POLLING_S leave the rest to the next tick,
        so that all is told."""
        try:
            self._poll(names, at)
        finally:
            self._ingest.log_unreached()
        return bool(names)

    def known_through(self, at: datetime) -> datetime | None:
        """All that was known by then is stored."""
        return at

    def news_since(self, beat: Heartbeat) -> datetime | None:
        """What is newer became known since the last tick."""
        return beat.last_tick_at - timedelta(seconds=1)

    def waits_for(self, due: datetime) -> bool:  # noqa: ARG002
        """Whether what is known by an instant is still to come from elsewhere."""
        return False

    def refuse_start(self) -> None:
        """Raise HavenwatchError where nothing could be stored."""
        self.refuse_unfit()

    def refuse_unfit(self) -> None:
        """Raise HavenwatchError for a database that follows another one, and polls nothing."""
        progress = Following(self._database).progress()
        if progress is not None:
            raise HavenwatchError(
                str(self._database.path),
                expected="a database that polls for itself",
                got=f"one that follows {progress.path}",
                remedy=f"start it with --follow {progress.path}, or name another path with --db",
            )

    def _poll(self, names: Sequence[str], at: datetime) -> None:
        until = self._clock.monotonic_s() + POLLING_S
        for name in names:
            if self._clock.monotonic_s() > until:
                log.warning("publishers are slow: the other sources are polled in the next cycle")
                break
            self._in_flight.begin(name, at)
            self._ingest.poll(self._sources[name], at)
            self._in_flight.end(name)
            self._observe(f"polled {name}")
            self._stop.refuse()
