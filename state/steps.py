"""The steps that a schema is made by, each done once in a database and remembered there.

The table is that of sqlite-utils, by which earlier versions did this; that library loads numpy and
pandas, for which whoever only looks at a database would wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

Step = Callable[[sqlite3.Connection], None]

SET: Final = "havenwatch"
TABLE: Final = (
    """CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
)""",
    """CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name")""",
)


class Steps:
    """Every step by its name, in the order in which they are done."""

    def __init__(self) -> None:
        self._steps: dict[str, Step] = {}

    def __call__(self, step: Step) -> Step:
        """Add a step under the name of its function."""
        self._steps[step.__name__] = step
        return step

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all steps."""
        return tuple(self._steps)

    def applied(self, connection: sqlite3.Connection) -> list[str]:
        """The names of the steps that a database has had, also those unknown here."""
        if not _is_there(connection):
            return []
        rows = connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", (SET,)
        )
        return [row[0] for row in rows]

    def pending(self, connection: sqlite3.Connection) -> list[str]:
        """The names of the steps that a database has not had."""
        applied = set(self.applied(connection))
        return [name for name in self._steps if name not in applied]

    def apply(self, connection: sqlite3.Connection, *, stop_before: str | None = None) -> None:
        """Do what is pending, up to a step; each wholly or not at all."""
        if not _is_there(connection):
            for statement in TABLE:
                connection.execute(statement)
        for name in self.pending(connection):
            if name == stop_before:
                return
            connection.execute("SAVEPOINT step")
            try:
                self._steps[name](connection)
                connection.execute(
                    "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
                    "VALUES (?, ?, strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'))",
                    (SET, name),
                )
            except BaseException:
                connection.execute("ROLLBACK TO step")
                raise
            finally:
                connection.execute("RELEASE step")


def _is_there(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'")
    return found.fetchone() is not None
