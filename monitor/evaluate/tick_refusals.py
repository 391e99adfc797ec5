"""When a database refuses a tick, or numbers: its clock is frozen, the machine's went back, or it
follows another one."""

from __future__ import annotations

from datetime import datetime

from monitor.errors import ClockWentBack, HavenwatchError
from state.database import Database
from state.following import Following
from state.frozen_clock import read_frozen_at
from state.health import Heartbeat
from state.instants import to_text


def refuse_frozen(database: Database) -> None:
    """Raise HavenwatchError where the clock of a database is frozen."""
    frozen = read_frozen_at(database.connection)
    if frozen is not None:
        raise HavenwatchError(
            str(database.path),
            expected="a database that goes on",
            got=f"one whose clock is frozen at {to_text(frozen)} (a demonstration)",
            remedy="use another database; this one can only be looked at",
        )


def refuse_the_past(database: Database, beat: Heartbeat | None, at: datetime) -> None:
    """Raise ClockWentBack where a tick would be before the last one."""
    if beat is not None and at < beat.last_tick_at:
        raise ClockWentBack(
            str(database.path),
            expected=f"a time after its last cycle ({to_text(beat.last_tick_at)})",
            got=to_text(at),
            remedy="fix the machine's clock, use another database, or use replay",
        )


def refuse_follower(database: Database, command: str) -> None:
    """Raise HavenwatchError where the numbers of a database come from another one, which alone can
    be given others by a command."""
    progress = Following(database).progress()
    if progress is not None:
        raise HavenwatchError(
            str(database.path),
            expected="a database that polls for itself",
            got=f"one that follows {progress.path}",
            remedy=f"run it there: havenwatch --db {progress.path} {command}",
        )
