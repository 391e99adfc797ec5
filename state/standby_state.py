"""How this host does as one of several, in a file beside its database: one that stands by may not
write to the database, and a check reads it with the standard library alone."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from state.files import PRIVATE, beside
from state.instants import from_text


class StandbyState(NamedTuple):
    """Instants are UTC text as in the database, empty where there is none.

    `leader` is the host that has the lease, and `token` its; `renewed_at` when this host last saw
    it renewed. All that was written before `replicated_at` is in the replica. `store_problem`,
    `replica_problem`: why the store cannot be reached, or the replica not be written or restored.
    `proven_at`: when the replica was last restored and compared, `disproof` what was wrong with it
    since then, `disproven_at` when. `lost_answers`: what this host's former database has of answers
    and the leader's has not, as commands; `compared_token`: the leader's token by then.
    """

    written_at: str
    host_id: str
    leads: bool
    leader: str = ""
    token: int = 0
    renewed_at: str = ""
    replicated_at: str = ""
    store_problem: str = ""
    replica_problem: str = ""
    proven_at: str = ""
    disproven_at: str = ""
    disproof: str = ""
    unproven_since: str = ""
    lag_warning_s: int = 60
    lost_answers: tuple[str, ...] = ()
    compared_token: int = 0

    def lag_s(self, at: datetime) -> float | None:
        """How far the replica is behind, in seconds; None where nothing was ever replicated."""
        if not self.replicated_at:
            return None
        return max((at - from_text(self.replicated_at)).total_seconds(), 0.0)


def state_file(database: Path) -> Path:
    """Where the state of a database's host is."""
    return beside(database, ".standby.json")


def read_standby(database: Path) -> StandbyState | None:
    """The state; None where the database has one host alone. Raises OSError, and ValueError for a
    file that is no such state."""
    try:
        content = state_file(database).read_bytes()
    except FileNotFoundError:
        return None
    import json  # not for a check of one host alone

    try:
        found = StandbyState(**json.loads(content))
    except TypeError:
        raise ValueError(f"{state_file(database)}: expected the state of a standby") from None
    return found._replace(lost_answers=tuple(found.lost_answers))


def write_standby(database: Path, state: StandbyState) -> None:
    """Put a state in the place of the one before, wholly. Raises OSError."""
    import json

    path = state_file(database)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(state._asdict(), file)
    part.replace(path)


def forget_standby(database: Path) -> None:
    """Have no state: the database has one host alone. Raises OSError."""
    state_file(database).unlink(missing_ok=True)
