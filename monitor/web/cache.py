"""What takes long to compute from the stored numbers, kept until there are others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, Final

from state.database import Database
from state.instants import to_text

MOST_KEPT: Final = 64

Version = tuple[Hashable, ...]


class Cache:
    """Results by name, each for one version of the stored numbers.

    Numbers are appended as vintages and never overwritten, so that the newest vintage names all of
    them that are seen through a database as it is, or as it was. What was known at an instant also
    depends on the instant where it lies before the newest of them, and ages are counted from the
    hour.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._found: dict[Hashable, tuple[Version, Any]] = {}

    def result(
        self, name: Hashable, database: Database, at: datetime, compute: Callable[[], Any]
    ) -> Any:
        """What `compute` gives, or gave for the same version of the database."""
        version = version_of(database, at)
        with self._lock:
            found = self._found.get(name)
        if found is not None and found[0] == version:
            return found[1]
        made = compute()
        with self._lock:
            self._found.pop(name, None)
            self._found[name] = (version, made)
            for old in list(self._found)[: -self._most]:
                del self._found[old]
        return made


def version_of(database: Database, at: datetime) -> Version:
    """What the numbers known at an instant depend on, and nothing else."""
    row = database.connection.execute(
        "SELECT max(vintage_id), max(known_at) FROM vintages"
    ).fetchone()
    is_past = row[1] is not None and to_text(at) < row[1]
    return (
        str(database.path),
        id(database),
        database.as_of,
        row[0],
        at if is_past else f"{at:%Y-%m-%dT%H}",
    )
