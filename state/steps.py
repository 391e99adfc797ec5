"""The steps that a schema is made by, each applied once to a database and remembered there.

sqlite-utils applies them. It loads numpy and pandas, for which nobody who only looks at a database
should wait, so what is applied already is read from its table without it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

Step = Callable[[sqlite3.Connection], None]

SET: Final = "havenwatch"


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
        """Apply what is pending, up to a step; each wholly or not at all."""
        import sqlite_utils

        migrations = sqlite_utils.Migrations(SET)
        for name, step in self._steps.items():
            migrations(name=name)(lambda tables, step=step: step(tables.conn))
        migrations.apply(sqlite_utils.Database(connection), stop_before=stop_before)


def _is_there(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'")
    return found.fetchone() is not None
