"""Databases of every schema that the program ever had, made by what was in their files, not by the
steps of today.

`landed/NN-STEPS.sql` holds what the steps of one version changed; `landed/drafts` those that were
edited afterwards, of which databases may be left. After a new step:

python -m tests.state.landed_schemas
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import state.database  # noqa: F401 - with it come the steps of every file
from state.migrations import MIGRATIONS
from tests.empty_database import STEP_BY_STEP

FOLDER: Final = Path(__file__).with_name("landed")
STEPS: Final = "-- steps:"
KINDS: Final = ("table", "index", "trigger", "view")
# By kind and name, what makes it.
Objects = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Landed:
    """A schema: its file's name, the steps that it has had in order, and what is in it."""

    name: str
    steps: tuple[str, ...]
    objects: Objects

    def make(self, path: Path) -> sqlite3.Connection:
        """A connection to a new database of this schema, without rows."""
        made = sqlite3.connect(path, isolation_level=None)
        made.row_factory = sqlite3.Row
        for kind in KINDS:
            for (of, _), sql in self.objects.items():
                if of == kind:
                    made.execute(sql)
        made.execute(
            "CREATE TABLE _sqlite_migrations "
            "(id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT)"
        )
        made.executemany(
            "INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('havenwatch', ?)",
            [(one,) for one in self.steps],
        )
        return made


def landed() -> Iterator[Landed]:
    """Every schema, the first first."""
    steps: tuple[str, ...] = ()
    objects: Objects = {}
    for file in sorted(FOLDER.glob("*.sql")):
        text = file.read_text("utf-8")
        steps += tuple(text.partition("\n")[0].removeprefix(STEPS).split())
        objects = _changed(objects, text)
        yield Landed(file.stem, steps, objects)


def drafts() -> Iterator[Landed]:
    """Schemas under the steps of one that landed, whose statements were edited afterwards."""
    by_number = {one.name[:2]: one for one in landed()}
    for file in sorted((FOLDER / "drafts").glob("*.sql")):
        final = by_number[file.stem[:2]]
        objects = _changed(final.objects, file.read_text("utf-8"))
        yield Landed(file.stem, final.steps, objects)


def objects_of(connection: sqlite3.Connection) -> Objects:
    """What is in a database, but what SQLite and sqlite-utils keep for themselves."""
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_master "
        "WHERE sql IS NOT NULL AND name NOT GLOB '*sqlite_*' ORDER BY type, name"
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _changed(objects: Objects, text: str) -> Objects:
    """The objects after the statements of a file."""
    changed = dict(objects)
    for sql in _statements(text):
        verb, kind, name = sql.replace("UNIQUE ", "", 1).split(maxsplit=3)[:3]
        if verb == "DROP":
            del changed[kind.lower(), name]
        else:
            changed[kind.lower(), name.strip('"')] = sql
    return changed


def _statements(text: str) -> Iterator[str]:
    whole = ""
    for line in text.splitlines():
        if whole or not line.startswith("--"):
            whole += line + "\n"
        if whole and sqlite3.complete_statement(whole):
            yield whole.strip().removesuffix(";")
            whole = ""
    assert not whole.strip(), whole


def _write_newest() -> None:
    *_, last = landed()
    steps = [name for name in MIGRATIONS.names if name not in last.steps]
    if not steps:
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        STEP_BY_STEP(fresh)
        found = objects_of(fresh)
    lines = [f"{STEPS} {' '.join(steps)}"]
    lines += [f"DROP {one[0].upper()} {one[1]};" for one in last.objects if one not in found]
    for kind in KINDS:
        for one, sql in found.items():
            if one[0] == kind and last.objects.get(one) != sql:
                lines += [f"DROP {kind.upper()} {one[1]};"] if one in last.objects else []
                lines.append(f"{sql};")
    file = FOLDER / f"{len(MIGRATIONS.names):02d}-{'-'.join(steps)}.sql"
    file.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    _write_newest()
