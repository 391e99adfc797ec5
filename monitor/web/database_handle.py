"""The reading side of one database, opened when it is first asked for."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Final

from monitor.config.load import Config
from monitor.errors import HavenwatchError
from monitor.views.read_model import ReadModel
from state.database import Database

# Past instants that are looked at next to one another; a connection of each thread for each.
MOST_INSTANTS: Final = 8


class NoDatabase(HavenwatchError):
    """There is no file, so far."""


class DatabaseHandle:
    """A database that may not be there yet, may be of another program's schema, and may be replaced
    by another file: each time it is asked for, it is the one there is, as it is or as it was at an
    instant."""

    def __init__(self, config: Config, path: Path, as_of: datetime | None = None):
        self._config = config
        self._path = path
        self._as_of = as_of
        self._lock = threading.Lock()
        self._file: tuple[int, int] | None = None
        self._reading: ReadModel | None = None

    def reading(self) -> ReadModel:
        """What looks at the database. Raises NoDatabase, UnfitDatabase and sqlite3.Error."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            raise NoDatabase(
                "database",
                expected=f"a file at {self._path}",
                got="none",
                remedy="start it with: havenwatch run",
            ) from None
        file = (found.st_dev, found.st_ino)
        with self._lock:
            if self._reading is None or file != self._file:
                self._reading = ReadModel(
                    self._config, Database(self._path, read_only=True, as_of=self._as_of)
                )
                self._file = file
            return self._reading


class PastHandles:
    """The database as it was at the instants that were asked for last."""

    def __init__(self, config: Config, path: Path):
        self._config = config
        self._path = path
        self._lock = threading.Lock()
        self._handles: dict[datetime, DatabaseHandle] = {}

    def handle(self, as_of: datetime) -> DatabaseHandle:
        """The database as it was at an instant. The one that nobody asked for longest is let go;
        whoever still reads through it keeps it until then."""
        with self._lock:
            found = self._handles.pop(as_of, None)
            found = found or DatabaseHandle(self._config, self._path, as_of)
            self._handles[as_of] = found
            for old in list(self._handles)[:-MOST_INSTANTS]:
                del self._handles[old]
            return found
