"""Following another database in place of polling: what its program has polled is copied at each
tick, and nothing is polled a second time."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final

from monitor.errors import HavenwatchError
from monitor.ingest.source import Source
from monitor.known_names import listed
from monitor.stop import Stop
from monitor.tick_hooks import TickHook
from rules.wording import plural
from state.connections import FOLLOWED, Connections
from state.copied_health import HealthCopies
from state.copying import Advance, Copied, Copying
from state.database import Database
from state.followed_database import CannotFollow, FollowedDatabase, FollowedState
from state.following import Following
from state.health import Heartbeat, SourceHealth
from state.instants import to_text

log = logging.getLogger("havenwatch.follow")

SECOND: Final = timedelta(seconds=1)


class CopiedPolls:
    """The polls of another program, copied from its database: what `Polling` is to one that polls.

    What it has not copied yet is not known here. So rules decide what was known by the last cycle
    that ended there: everything that was known by then is in its database, and so it is here.
    """

    fatal: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self,
        database: Database,
        sources: Mapping[str, Source],
        stop: Stop,
        observe: TickHook,
        path: Path,
        overdue: timedelta,
    ):
        """`path`: of the database that is copied; `overdue`: after so long without a cycle there,
        its program has stopped."""
        self._database, self._other, self._sources = database, FollowedDatabase(path), sources
        self._overdue, self._stop, self._observe = overdue, stop, observe
        self._following = Following(database)
        self._connections = Connections(database)
        keep_for = {name: source.keep_for for name, source in sources.items()}
        self._copying = Copying(database, keep_for)
        self._health = HealthCopies(database, sources)
        self._name = f"{FOLLOWED}{path}"
        self._problem = ""
        self._compared_through: datetime | None = None

    def due(self, health: Mapping[str, SourceHealth], at: datetime) -> list[str]:  # noqa: ARG002
        """None: nothing waits for its turn to be polled."""
        return []

    def due_now(self, health: Mapping[str, SourceHealth], at: datetime) -> list[str]:  # noqa: ARG002
        """None."""
        return []

    def poll(self, names: Sequence[str], at: datetime) -> bool:  # noqa: ARG002
        """Copy what is new; whether there were numbers. What keeps it from that is noted as a lost
        connection, and it is tried again at the next tick."""
        self._compared_through = self._through()
        self._connections.keep_only({self._name}, at, FOLLOWED)
        since = self._compared_through or at
        try:
            copied = self._copy(at)
        except CannotFollow as error:
            self._lost(str(error), since, at)
            return False
        if copied is None:
            said = "expected a database with a cycle that has ended, got one without any yet"
            self._lost(f"{said}; start the program that polls into it", since, at)
            return False
        if copied.set_back:
            log.warning(
                "%s was set back, as by a restored backup: %s copied before and no longer there; "
                "what is here stays, and what is polled again there is added",
                self._other.path, plural(copied.set_back, "vintage"),
            )  # fmt: skip
        if at - copied.last_tick_at > self._overdue:
            said = f"no cycle has ended there since {to_text(copied.last_tick_at)}"
            self._lost(f"{said}; is havenwatch running there?", copied.last_tick_at, at)
        else:
            self._stands(at)
        return copied.vintages > 0

    def known_through(self, at: datetime) -> datetime | None:  # noqa: ARG002
        """All that was known by then is here; None while the first copy lasts."""
        return self._through()

    def news_since(self, beat: Heartbeat) -> datetime | None:  # noqa: ARG002
        """What is newer became known since the last tick; None where that may be anything."""
        return None if self._compared_through is None else self._compared_through - SECOND

    def waits_for(self, due: datetime) -> bool:
        """Whether what is known by an instant is still to be copied, and will be."""
        through = self._through()
        return not self._problem and (through is None or through < due)

    def refuse_unfit(self) -> None:
        """Raise HavenwatchError for a database that has polled for itself: its numbers would mix
        with those that are copied."""
        if self._following.progress() is None and _has_numbers(self._database):
            raise HavenwatchError(
                str(self._database.path),
                expected="a new database, or one that follows already",
                got="one that has polled for itself",
                remedy=f"to follow {self._other.path} name another path: havenwatch --db NEW.db",
            )

    def refuse_start(self) -> None:
        """Raise HavenwatchError where nothing could ever be copied, or not all that the rules
        read. One that has followed before waits for what is not there now."""
        self.refuse_unfit()
        path = self._other.path
        if self._other.is_file_of(self._database.path):
            raise self._refused("the database of another desk", "this desk's own", "name the other")
        progress = self._following.progress()
        try:
            with self._other.state() as other:
                if other.followed_path:
                    got = f"one that follows {other.followed_path} itself"
                    raise self._refused("a database that polls", got, "follow that one")
                self._copying.refuse_another(other)
                self._refuse_unpolled(other)
        except CannotFollow as error:
            if progress is None or error.is_final:
                raise self._refused(error.expected, error.got, error.remedy) from None
            log.warning("%s: %s; waiting for it", path, error)

    def _refuse_unpolled(self, other: FollowedState) -> None:
        polled = other.polled
        missing = [name for name in self._sources if name not in polled]
        if missing and polled:
            raise self._refused(
                "every source of this configuration to be polled there",
                f"none of {listed(missing)}",
                "enable them in the configuration of the program that polls, or set enabled = "
                f"false in {listed([f'[sources.{name}]' for name in missing])} of this one",
            )

    def _refused(self, expected: str, got: str, remedy: str) -> HavenwatchError:
        return HavenwatchError(str(self._other.path), expected=expected, got=got, remedy=remedy)

    def _through(self) -> datetime | None:
        progress = self._following.progress()
        return None if progress is None else progress.known_through

    def _copy(self, at: datetime) -> Copied | None:
        with self._other.state() as other, ExitStack() as shown:

            def finish(connection: sqlite3.Connection) -> None:
                self._health.copy(connection, other, at)

            def between() -> None:
                self._observe("copied")
                self._stop.refuse()

            return self._copying.copy(other, at, finish, _progress(shown), between)

    def _lost(self, problem: str, since: datetime, at: datetime) -> None:
        if problem != self._problem:
            log.warning("%s: %s", self._other.path, problem)
        self._problem = problem
        self._connections.record_lost(self._name, at, problem, since)

    def _stands(self, at: datetime) -> None:
        if self._problem:
            log.warning("%s: followed again", self._other.path)
        self._problem = ""
        self._connections.record_standing(self._name, at)


def _progress(shown: ExitStack) -> Advance:
    """Shows on stderr how much of a long copy is done, until `shown` is closed."""
    told: list[Callable[[float], None]] = []

    def advance(done: int, total: int) -> None:
        if not total:
            return
        if not told:
            from rich.console import Console

            from monitor.progress import progressing

            report = progressing(Console(stderr=True), "copying", total)
            told.append(shown.enter_context(report).done)
        told[0](done)

    return advance


def _has_numbers(database: Database) -> bool:
    return database.connection.execute("SELECT 1 FROM vintages LIMIT 1").fetchone() is not None
