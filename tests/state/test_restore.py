"""Restoring a backup keeps what was there; killed on the way, it leaves the one or the other."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from state.backup import copy_database
from state.files import beside
from state.leader_lock import LeaderLock
from state.misplaced_files import mark_new
from state.restore import restore_database
from tests.state.databases import (
    AT,
    KEPT,
    a_damaged_schema,
    an_older_one,
    killed_with_its_log,
    names,
    row_of,
)


def nothing(path: Path) -> None: ...


def a_first_start_cut_short(path: Path) -> None:
    mark_new(path)


def a_damaged_one(path: Path) -> None:
    path.write_bytes(b"no database, but as long as the header of one" * 9)


def a_log_alone(path: Path) -> None:
    beside(path, "-wal").write_bytes(b"a log")


def a_restored_one_beside_an_old_log(path: Path) -> None:
    an_older_one(path)
    copy_database(path, path.with_name("copy.db"))
    path.with_name("copy.db").replace(path)
    beside(path, "-wal").write_bytes(b"a log")


# What is at the path before, and the endings of what is kept of it.
BEFORE: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "nothing": (nothing, ()),
    "a first start that was cut short": (a_first_start_cut_short, ()),
    "an older database": (an_older_one, ("",)),
    "a database and its log": (killed_with_its_log, ("",)),
    "a damaged database": (a_damaged_one, ("",)),
    "a database with a damaged schema": (a_damaged_schema, ("",)),
    "a log without its database": (a_log_alone, ("-wal",)),
    "a database beside another's log": (a_restored_one_beside_an_old_log, ("", "-wal")),
}


@pytest.mark.parametrize(("put", "kept"), BEFORE.values(), ids=list(BEFORE))
def test_a_backup_is_restored_and_what_was_there_is_kept(
    put: Callable[[Path], None], kept: tuple[str, ...], path: Path, backup: Path
) -> None:
    put(path)
    was = {ending: beside(path, ending).read_bytes() for ending in kept}
    done = restore_database(backup, path, AT)
    assert done.copied.rows["rule_progress"] == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(path.parent) == {"x.db", "x.db.lock", *(KEPT + ending for ending in kept)}
    assert done.kept == (path.with_name(KEPT) if kept else None)
    if put in (an_older_one, killed_with_its_log):
        assert row_of(path.with_name(KEPT)) == "replaced"
    else:
        assert {one: path.with_name(KEPT + one).read_bytes() for one in kept} == was
    assert row_of(path) == "restored"
    assert LeaderLock(path).take()


def test_what_was_kept_can_be_restored_and_nothing_kept_is_overwritten(
    path: Path, backup: Path
) -> None:
    an_older_one(path)
    first = restore_database(backup, path, AT).kept
    assert first is not None
    second = restore_database(first, path, AT).kept
    assert second == path.with_name(f"{KEPT}-2")
    assert [row_of(one) for one in (path, first, second)] == ["replaced", "replaced", "restored"]


# What changes names or files; the audit hook is called before it happens.
BOUNDARIES = ("sqlite3.connect", "os.link", "os.rename", "os.remove")


MOST_BOUNDARIES = 60


def killed_at(boundary: int, backup: Path, path: Path) -> bool:
    """Whether a process that restored was killed before its change number N."""
    child = os.fork()
    if child == 0:
        left = [boundary]

        def count(event: str, values: tuple[object, ...]) -> None:
            if event in BOUNDARIES:
                left[0] -= 1
                if left[0] < 0:
                    os._exit(7)

        sys.addaudithook(count)
        restore_database(backup, path, AT)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def kills(tmp_path: Path) -> Iterator[Path]:
    for number in range(MOST_BOUNDARIES):
        folder = tmp_path / f"killed {number}"
        folder.mkdir()
        yield folder / "x.db"


@pytest.mark.slow
def test_a_restore_that_is_killed_leaves_the_one_or_the_other(tmp_path: Path, backup: Path) -> None:
    found = []
    for number, path in enumerate(kills(tmp_path)):
        killed_with_its_log(path)
        if not killed_at(number, backup, path):
            break
        found.append(row_of(path))
        if found[-1] == "restored":
            assert row_of(path.with_name(KEPT)) == "replaced"
        restore_database(backup, path, AT)  # and it can be done again
        assert row_of(path) == "restored"
    assert found[0] == "replaced"
    assert found[-1] == "restored"
    assert found == sorted(found, key="replaced restored".index)
    assert len(found) < MOST_BOUNDARIES
