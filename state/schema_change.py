"""Bringing the schema of an older database up to date: a copy beside it first, and nothing of it
where that, or a step, fails."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from state.backup import copy_database, remove_parts
from state.migrations import MIGRATIONS

log = logging.getLogger("havenwatch.database")

# The copies of so many changes of the schema stay; a change is rare, and a backup is made each day.
MOST_COPIES: Final = 3
MEGABYTE: Final = 1_000_000


class SchemaNotChanged(Exception):
    """The schema is as it was, and so are the rows."""


@contextmanager
def copied_first(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Inside it the schema is changed, within the write transaction of the connection: there is a
    verified copy beside the database, named after its schema, and nobody writes after it was made.
    Raises SchemaNotChanged where there cannot be one, where a step fails, or where the steps do not
    make the schema of this program."""
    version = len(MIGRATIONS.applied(connection))
    copy = _copy(path, version)
    try:
        yield
        _refuse_another_schema(connection)
    except BaseException as error:
        copy.unlink(missing_ok=True)  # the database itself is as it was
        if isinstance(error, SchemaNotChanged) or _does_not_fit(error):
            raise SchemaNotChanged(
                f"{path}: expected the schema of a released havenwatch, got that of a draft "
                f"({error}); nothing was changed; begin with another file, and: havenwatch backfill"
            ) from None
        raise
    log.warning(
        "%s: schema %d brought up to %d, and copied before that to %s (%.1f MB, verified)",
        path, version, len(MIGRATIONS.names), copy.name, copy.stat().st_size / MEGABYTE,
    )  # fmt: skip


def copies_of(path: Path) -> list[Path]:
    """The copies from before a schema was changed, the newest first."""
    named = re.compile(rf"{re.escape(path.name)}\.schema-\d+(-\d+)?")
    found = [one for one in path.parent.iterdir() if named.fullmatch(one.name)]
    return sorted(found, key=lambda one: (one.stat().st_mtime_ns, one.name), reverse=True)


def _copy(path: Path, version: int) -> Path:
    """The copy, which is there under its name only when it is whole. One that is there from another
    time stays: the database may have been restored since."""
    named, count = path.with_name(f"{path.name}.schema-{version}"), 1
    copy = named
    while copy.exists():
        count += 1
        copy = named.with_name(f"{named.name}-{count}")
    try:
        remove_parts(path.parent, named.name)
        copy_database(path, copy)
        for old in copies_of(path)[MOST_COPIES:]:
            old.unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        needed = path.stat().st_size // MEGABYTE + 1
        raise SchemaNotChanged(
            f"{path}: expected a verified copy beside it before its schema {version} is brought up "
            f"to {len(MIGRATIONS.names)}, got: {error}; nothing was changed; free {needed:,} MB "
            f"in {path.parent} and start again, or where it is damaged restore a backup"
        ) from None
    return copy


def _refuse_another_schema(connection: sqlite3.Connection) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        MIGRATIONS.apply(fresh)
        wanted = _objects(fresh)
    found = _objects(connection)
    # What a person has added, as an index of their own, is theirs.
    others = sorted(name for name, sql in wanted.items() if found.get(name) != sql)
    if others:
        raise SchemaNotChanged(f"another {', '.join(others)}")


def _objects(connection: sqlite3.Connection) -> dict[str, str]:
    """What makes each table, index, trigger and view, by its name."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB '*sqlite_*'"
    )
    return {row[0]: row[1] for row in rows}


def _does_not_fit(error: BaseException) -> bool:
    """Whether a statement did not fit the schema; not a full disk or a lock."""
    return (
        isinstance(error, sqlite3.OperationalError)
        and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR
    )
