"""What keeps a database from being followed: said once, waited for, and nothing is lost or comes
twice."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest

from monitor.app import App
from monitor.check.check import OK, UNKNOWN, WARNING, Limits, check
from monitor.errors import HavenwatchError
from state.backup import copy_database
from state.database import Database
from state.migrations import MIGRATIONS
from tests.monitor.follow.desks import (
    BEGAN,
    COPIED,
    DECIDED,
    FIRST_DAY,
    HOUR,
    NUMBERS,
    Desks,
    differing,
    rows,
)
from tests.slow import quick_where

DAY = date(2025, 3, 10)
MINUTE = timedelta(minutes=1)
FOLLOWED = "SELECT alert_id, reason FROM transitions WHERE alert_id LIKE 'followed%' ORDER BY rowid"
Damage = Callable[[Path], None]


def said_by_check(desks: Desks) -> tuple[int, str]:
    """The code of the check on the desk that follows, and its first reason."""
    found = check(desks.path, Limits(), desks.clock.now())
    return found.code, found.reasons[0].replace(str(desks.folder), "")


def moved_away(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replaced(path: Path) -> None:
    path.unlink()
    Database(path).close()
    # New databases of tests are copies of one, so that they are made fast.
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE identity SET database_id = 'fedcba9876543210'")


def older(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'following'")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('havenwatch', 'of_tomorrow', '')"
        )


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def damaged(path: Path) -> None:
    path.write_bytes(b"no database" * 100)


def locked(path: Path) -> None:
    """Another program has it for itself until its connection goes with the test's garbage."""
    HELD.append(sqlite3.connect(path))
    HELD[-1].execute("PRAGMA locking_mode = EXCLUSIVE")
    HELD[-1].execute("UPDATE heartbeat SET last_tick_at = last_tick_at")
    HELD[-1].commit()


HELD: list[sqlite3.Connection] = []
STEPS: Final = len(MIGRATIONS.names)
TROUBLES: dict[str, tuple[Damage, str]] = {
    "moved": (moved_away, "got no file at /leader/havenwatch.db; put it back, or name where it is"),
    "replaced": (replaced, "that was followed so far, got another one, "),
    "older": (
        older,
        f"got that of an older havenwatch ({STEPS - 1} steps); update the program that polls",
    ),
    "newer": (newer, f"got that of a newer havenwatch ({STEPS + 1} steps); update this program"),
    "emptied": (emptied, "got none in /leader/havenwatch.db; restore it from a backup, or name"),
    "damaged": (damaged, "/leader/havenwatch.db: file is not a database; restore it from a backup"),
    "locked": (locked, "database is locked; another program keeps it to itself; it is read again"),
}


# The slow one waits for the lock at each cycle; of the others one says what all do.
@pytest.mark.parametrize("name", quick_where(lambda one: one == "replaced", TROUBLES))
def test_what_cannot_be_read_is_said_and_waited_for(desks: Desks, name: str) -> None:
    damage, said = TROUBLES[name]
    desks.both(BEGAN)
    desks.leader.close()
    whole = desks.folder / "whole.db"
    copy_database(desks.leader_path, whole)
    damage(desks.leader_path)
    before = rows(desks.path, NUMBERS)
    for minutes in (1, 7):
        desks.follow(BEGAN + minutes * MINUTE)
    assert said_by_check(desks)[0] == WARNING
    assert said in said_by_check(desks)[1]
    desks.follow(BEGAN + 16 * MINUTE)
    desks.follow(BEGAN + 17 * MINUTE)
    code, reason = said_by_check(desks)
    assert code == UNKNOWN
    assert reason.startswith("/leader/havenwatch.db: not updated since 2025-03-10T16:00:00Z: ")
    alert = "followed_database/database/2025-03-10"
    assert rows(desks.path, FOLLOWED) == [(alert, "opened")]
    assert "has not been updated since Mon 10 Mar 2025 12:00 EDT" in desks.channel.pages[-1].title
    assert rows(desks.path, NUMBERS) == before
    while HELD:
        HELD.pop().close()
    for one in desks.leader_path.parent.iterdir():
        one.unlink()
    shutil.copy(whole, desks.leader_path)
    desks.leader = desks.new_leader()
    desks.both(BEGAN + 20 * MINUTE)
    assert rows(desks.path, FOLLOWED) == [(alert, "opened"), (alert, "resolved")]
    assert said_by_check(desks)[0] == OK
    assert differing(desks.leader_path, desks.path, *COPIED) == []


def test_a_database_whose_program_has_stopped_is_said_to_be_stale_once(desks: Desks) -> None:
    desks.both(BEGAN)
    desks.follow(BEGAN + 15 * MINUTE)
    assert said_by_check(desks) == (
        OK, "no active alerts, all data current; follows /leader/havenwatch.db, 15 min behind"
    )  # fmt: skip
    for hours in (1, 2, 80):
        desks.follow(BEGAN + hours * HOUR)
    code, reason = said_by_check(desks)
    assert code == UNKNOWN
    assert reason == (
        "/leader/havenwatch.db: not updated since 2025-03-10T16:00:00Z: no cycle has ended there "
        "since 2025-03-10T16:00:00Z; is havenwatch running there?"
    )
    alert = "followed_database/database/2025-03-10"
    operational = "SELECT alert_id, reason FROM transitions ORDER BY rowid"
    assert rows(desks.path, operational) == [(alert, "opened")]
    desks.both(BEGAN + 81 * HOUR)
    assert rows(desks.path, operational)[:2] == [(alert, "opened"), (alert, "resolved")]


def test_one_that_is_put_back_to_a_backup_is_gone_on_with_and_nothing_comes_twice(
    desks: Desks, caplog: pytest.LogCaptureFixture
) -> None:
    desks.both(BEGAN)
    backup = desks.folder / "backup.db"
    copy_database(desks.leader_path, backup)
    desks.publish("gold", DAY, 106.5)
    desks.both(BEGAN + 24 * HOUR)
    lived, numbers = rows(desks.path, DECIDED), rows(desks.path, NUMBERS)
    desks.leader.close()
    for one in desks.leader_path.parent.iterdir():
        one.unlink()
    shutil.copy(backup, desks.leader_path)
    desks.follow(BEGAN + 25 * HOUR)
    assert (
        "was set back, as by a restored backup: 1 vintage copied before and no longer there"
        in caplog.text
    )
    desks.leader = desks.new_leader()
    desks.publish("silver", DAY, 104.0)
    desks.both(BEGAN + 26 * HOUR)
    now = rows(desks.path, NUMBERS)
    # Gold is polled again there, and says nothing new here; silver is new.
    assert [row[:2] + row[4:] for row in now if row not in numbers] == [
        ("silver.close", "2025-03-10", 104.0)
    ]
    assert {*numbers} <= {*now}
    assert [row[0] for row in rows(desks.path, DECIDED) if row not in lived] == [
        "metals_up/desk/2025-03-10#1"
    ]
    told = [one.key for one in desks.channel.pages if one.key.startswith("gold_jump")]
    assert told == ["gold_jump/desk/2025-03-10#1"]
    caplog.clear()
    desks.publish("gold", DAY, 100.0)
    desks.both(BEGAN + 28 * HOUR)
    assert "set back" not in caplog.text
    assert rows(desks.path, "SELECT state FROM alerts WHERE rule_id = 'gold_jump'") == [
        ("withdrawn",)
    ]


def test_a_full_disk_ends_a_cycle_and_the_next_goes_on(desks: Desks) -> None:
    desks.both(BEGAN)
    for number in range(3000):
        desks.closes["gold"][FIRST_DAY - timedelta(days=3000 - number)] = 100.0
    desks.publish("gold", DAY, 106.5)
    desks.lead(BEGAN + 24 * HOUR)
    connection = desks.follower.database.connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        desks.follow(BEGAN + 24 * HOUR)
    connection.execute("PRAGMA max_page_count = 1000000")
    desks.follow(BEGAN + 24 * HOUR + MINUTE)
    assert differing(desks.leader_path, desks.path, *COPIED, DECIDED) == []


REFUSED = {
    "itself": "expected the database of another desk, got this desk's own; name the other",
    "chain": "expected a database that polls, got one that follows LEADER itself; follow that one",
    "missing": "expected a database that this user can read, got no file at PATH; put it back, or",
    "own polls": "expected a new database, or one that follows already, got one that has polled "
    "for itself; to follow LEADER name another path: havenwatch --db NEW.db",
    "unpolled": "expected every source of this configuration to be polled there, got none of gold; "
    "enable them in the configuration of the program that polls, or set enabled = false in "
    "[sources.gold] of this one",
}


@pytest.mark.parametrize("why", quick_where(lambda one: one == "unpolled", REFUSED))
def test_what_can_never_be_followed_is_refused_at_the_start(desks: Desks, why: str) -> None:
    desks.both(BEGAN)
    desks.close()
    follow = desks.leader_path
    if why == "itself":
        follow = desks.path
    elif why == "chain":
        follow = desks.folder / "second.db"
        shutil.copy(desks.path, follow)
    elif why == "missing":
        follow = desks.folder / "none.db"
    elif why == "own polls":
        shutil.copy(desks.leader_path, desks.path)
    elif why == "unpolled":
        with closing(sqlite3.connect(desks.leader_path)) as connection, connection:
            connection.execute("DELETE FROM source_health WHERE source = 'gold'")
    if why in ("chain", "missing", "unpolled"):
        desks.path.unlink()
    desks.follower = desks.new_follower(follow=follow)
    with pytest.raises(HavenwatchError) as caught:
        desks.follower.polling.refuse_start()
    said = REFUSED[why].replace("LEADER", str(desks.leader_path)).replace("PATH", str(follow))
    assert said in str(caught.value)


def test_one_that_follows_neither_polls_nor_takes_other_numbers(desks: Desks) -> None:
    desks.both(BEGAN)
    own = App(desks.config("follower"), desks.clock)
    with pytest.raises(HavenwatchError, match="expected a database that polls for itself, got one"):
        own.tick(BEGAN + HOUR)
    own.close()
