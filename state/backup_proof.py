"""Whether a backup can be restored: it is restored to a file beside it, and compared with what it
held when it was made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from state.backup import Copied, Proceed, go_on, part_of, sha256_of, write_copy

MOST_NAMED: Final = 3


class NotRestored(Exception):
    """A backup cannot be restored, or is not what it was."""


def prove_backup(backup: Path, held: Copied, proceed: Proceed = go_on) -> None:
    """Restore a backup to a temporary file, as `restore` does, which SQLite then finds whole, and
    whose schema, rows and newest rows are those that the backup held when it was made. Raises
    NotRestored."""
    trial = part_of(backup.with_name(f"{backup.name}.trial"))
    try:
        if not backup.exists():
            raise NotRestored("the file is gone")
        changed = sha256_of(backup, proceed) != held.sha256
        found = write_copy(backup, trial, proceed)
    except sqlite3.Error as error:
        raise NotRestored(str(error)) from None
    except OSError as error:
        raise NotRestored(error.strerror or type(error).__name__) from None
    finally:
        trial.unlink(missing_ok=True)
    differences = [*_differences(held, found)]
    if differences:
        more = len(differences) - MOST_NAMED
        said = ", ".join(differences[:MOST_NAMED])
        raise NotRestored(said + (f" and {more} more differences" if more > 0 else ""))
    if changed:
        raise NotRestored("the file was changed after it was made (SHA-256)")


def _differences(held: Copied, found: Copied) -> Iterator[str]:
    if held.version != found.version:
        yield f"schema {found.version} in place of {held.version}"
    for table in sorted(held.rows.keys() | found.rows.keys()):
        had, has = held.rows.get(table), found.rows.get(table)
        if had != has:
            yield f"{table} has {_count(has)} in place of {_count(had)}"
        elif held.newest[table] != found.newest[table]:
            yield f"another newest row in {table}"


def _count(rows: int | None) -> str:
    return "no table" if rows is None else f"{rows:,} row{'' if rows == 1 else 's'}"
