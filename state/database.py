"""The SQLite file: how it is opened, changed together, and brought up to date."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import state.newest_estimates  # noqa: F401 - its step, and those that it names, join the others
from state.as_of import look_back
from state.files import clear_the_way, make_private
from state.migrations import MIGRATIONS
from state.misplaced_files import mark_new, mark_whole, not_ours, wrong_log
from state.open_files import identity, opened_here
from state.read_only import Still, open_read_only, read_schema
from state.write_ahead_log import bound_log, leave_to

BUSY_TIMEOUT_S = 30.0
WAL_TRIES = 20
SYNCED = "PRAGMA synchronous = FULL"
UNSYNCED = "PRAGMA synchronous = NORMAL"


class UnfitDatabase(Exception):
    """The file's schema is not the one of this program."""


class ReplacedDatabase(Exception):
    """The file is not the one that was opened."""


class Database:
    """One file, a connection a thread, because a SQLite connection belongs to its thread.

    WAL lets a check read during a write. `path` None is a scratch database in memory, for one
    thread. With `read_only` nothing can be written, and the file must be of this program's schema.
    With `as_of` it is read as it was at that instant. Raises UnfitDatabase, InTheWay and
    OSError.
    """

    def __init__(
        self, path: Path | None, *, read_only: bool = False, as_of: datetime | None = None
    ):
        self.path = path
        self.as_of = as_of
        self._read_only = read_only or as_of is not None
        self._threads = threading.local()
        if path is not None and (wrong := wrong_log(path)):
            raise UnfitDatabase(wrong)
        if path is not None and not self._read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
            mark_new(path)
            make_private(path)
        self._file: tuple[int, int] | None = None
        self._is_fit = False
        try:
            self._bring_up_to_date()
        except BaseException:
            self.close()
            raise
        self._is_fit = True
        if path is not None and not self._read_only:
            self._file = identity(path)
        elif as_of is not None:
            look_back(self.connection, as_of)

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        opened: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if isinstance(opened, Still) and opened.is_outdated:
            opened = None  # whoever still reads through the old one keeps it
        if opened is None:
            opened = self._threads.connection = self._connected()
            if self.path is not None:
                opened_here(self, self.path)
        return opened

    def _connected(self) -> sqlite3.Connection:
        if self._read_only and self.path is not None:
            connection = open_read_only(self.path, BUSY_TIMEOUT_S)
            if self.as_of is not None and self._is_fit:
                look_back(connection, self.as_of)
            return connection
        self.refuse_replaced()
        if self.path is not None:
            clear_the_way(self.path)
        connection = _open(self.path)
        try:
            if not self._is_fit:
                self._refuse_strange(connection)
            _set_up(connection, self.path)
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def is_replaced(self) -> bool:
        """Whether the path no longer leads to the file that was opened. SQLite goes on in a deleted
        file as if nothing had happened, and whoever looks at the path sees nothing of it."""
        return (
            self._file is not None and self.path is not None and identity(self.path) != self._file
        )

    def refuse_replaced(self) -> None:
        """Raise ReplacedDatabase where this is not the file that was opened."""
        if self.path is None or not self.is_replaced:
            return
        came = "another file" if self.path.exists() else "none: it was deleted or moved"
        raise ReplacedDatabase(
            f"{self.path}: expected the file that was opened at the start, got {came}; nothing is "
            "done until it is put back or this program is started again"
        )

    def _bring_up_to_date(self) -> None:
        refuse_newer(self.connection, self.path)
        pending = MIGRATIONS.pending(self.connection)
        if pending and self._read_only:
            self._refuse_strange(self.connection)
            raise UnfitDatabase(
                f"{self.path}: expected the schema of this program, got one without the steps "
                f"{pending}; bring it up to date with: havenwatch run (or tick)"
            )
        if pending:
            # Two programs may start on a new file at once: the second finds nothing left to do.
            with self.immediate() as connection:
                self._apply(connection)
        if self.path is not None and not self._read_only:
            mark_whole(self.path)

    def _apply(self, connection: sqlite3.Connection) -> None:
        """Apply what is pending; of a database that has had steps there is a copy first. Raises
        UnfitDatabase."""
        is_older = bool(MIGRATIONS.applied(connection) and MIGRATIONS.pending(connection))
        if self.path is None or not is_older:
            MIGRATIONS.apply(connection)
            return
        from state.schema_change import SchemaNotChanged, copied_first

        try:
            with copied_first(connection, self.path):
                MIGRATIONS.apply(connection)
        except SchemaNotChanged as error:
            raise UnfitDatabase(str(error)) from None

    def _refuse_strange(self, connection: sqlite3.Connection) -> None:
        """Raise UnfitDatabase for a file that is no database of this program, or lacks its log."""
        if self.path is not None and (wrong := not_ours(connection, self.path)):
            raise UnfitDatabase(wrong)

    @contextmanager
    def immediate(self, *, is_synced: bool = True) -> Iterator[sqlite3.Connection]:
        """A write transaction that holds the write lock from its first statement, so that what it
        read is still so when it writes. With `is_synced` off a power cut may undo it, unless one
        that is synced came after it: for what can be had again."""
        connection = self.connection
        if not is_synced:
            connection.execute(UNSYNCED)
        try:
            with immediate(connection):
                yield connection
        finally:
            if not is_synced:
                connection.execute(SYNCED)

    @contextmanager
    def apart(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for work that nobody waits for and that is done again where a
        power cut undoes it. It commits without waiting for the disk, writes no log back, and leaves
        what it deletes unwiped where wiping would cost a page each."""
        with closing(self._connected()) as connection:
            connection.execute(UNSYNCED)
            connection.execute("PRAGMA secure_delete = FAST")
            leave_to(connection)
            yield connection

    def close(self) -> None:
        """Close this thread's connection."""
        opened = getattr(self._threads, "connection", None)
        if opened is not None:
            opened.close()
            self._threads.connection = None


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A write transaction of a connection that holds the write lock from its first statement."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def refuse_newer(connection: sqlite3.Connection, path: Path | None) -> None:
    """Raise UnfitDatabase for a database of a newer program than this."""
    unknown = [name for name in MIGRATIONS.applied(connection) if name not in MIGRATIONS.names]
    if unknown:
        raise UnfitDatabase(
            f"{path}: expected a schema this program knows, got steps {unknown} of a newer "
            "havenwatch; install that version, or name another database"
        )


def _open(path: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        ":memory:" if path is None else path, timeout=BUSY_TIMEOUT_S, isolation_level=None
    )
    connection.row_factory = sqlite3.Row
    try:
        read_schema(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection, path: Path | None) -> None:
    if path is not None:
        _use_incremental_vacuum(connection)
        _use_wal(connection)
        bound_log(connection, path)
    # FULL: a committed promise to tell somebody survives a power cut, not only a killed process.
    connection.execute(SYNCED)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")  # also for a row that another replaces


def _use_incremental_vacuum(connection: sqlite3.Connection) -> None:
    """Have a new file note where each page belongs, so that the last ones can be given back to the
    disk one by one. One with a table stays as it is: SQLite would have to write all of it anew."""
    if connection.execute("PRAGMA page_count").fetchone()[0] == 0:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn on write-ahead logging, which stays with the file.

    The switch itself does not wait for another program that is switching or writing; a write
    transaction does, so one is waited for between the tries.
    """
    for _ in range(WAL_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")
