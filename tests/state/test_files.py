"""Whose the files of a database are, and what somebody leaves who only looks."""

from __future__ import annotations

import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from monitor.check.check import Limits, check
from state.backup import copy_database
from state.database import Database
from state.files import InTheWay, beside, in_the_way, left_by_others, unreadable
from state.leader_lock import LeaderLock
from state.read_only import Still, open_read_only
from tests.support import utc

BOT, DESK, GROUP = 54321, 54322, 50000
AT = utc("2025-04-10 22:30")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")


@contextmanager
def user(uid: int) -> Iterator[None]:
    """Inside it this process is another user, of the group of both."""
    os.setegid(GROUP)
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A database of the bot's in a folder that its group may write; its group may write it too."""
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, BOT, GROUP)
        Path(folder).chmod(0o2775)
        path = Path(folder) / "s.db"
        with user(BOT):
            Database(path).close()
            path.chmod(0o660)
        yield path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_database_its_log_its_index_and_its_lock_are_private(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database, leader_lock = Database(path), LeaderLock(path)
    assert leader_lock.take()
    for ending in ("", "-wal", "-shm", ".lock"):
        assert mode(beside(path, ending)) == 0o600, ending
    leader_lock.give_up()
    database.close()


def test_an_older_database_is_closed_to_others_and_stays_open_to_its_group(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Database(path).close()
    path.chmod(0o664)
    Database(path).close()
    assert mode(path) == 0o660


def test_a_link_at_the_lock_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "x.db.lock").symlink_to(victim)
    with pytest.raises(InTheWay, match="a link, which is not followed"):
        LeaderLock(tmp_path / "x.db").take()
    assert victim.read_text() == "precious"


@as_root
def test_the_lock_of_another_user_is_said_to_be_so(shared: Path) -> None:
    with user(BOT):
        leader_lock = LeaderLock(shared)
        assert leader_lock.take()
        leader_lock.give_up()
    with user(DESK), pytest.raises(InTheWay, match=f"belongs to user {BOT}"):
        LeaderLock(shared).take()


@as_root
def test_who_looks_at_the_database_of_another_leaves_nothing(shared: Path) -> None:
    with user(DESK):
        with closing(open_read_only(shared)) as connection:
            connection.execute("SELECT count(*) FROM alerts").fetchone()
        check(shared, Limits(), AT)
        database = Database(shared, read_only=True)
        database.connection.execute("SELECT count(*) FROM alerts").fetchone()
        database.close()
    assert {one.name for one in shared.parent.iterdir()} == {"s.db"}


@as_root
def test_who_looks_while_the_bot_is_there_reads_its_log(shared: Path) -> None:
    with user(BOT):
        bot = Database(shared)
        bot.connection.execute("INSERT INTO rule_progress VALUES ('r', '2025-04-10T22:30:00Z')")
    with user(DESK), closing(open_read_only(shared)) as connection:
        assert not isinstance(connection, Still)
        assert len(connection.execute("SELECT * FROM rule_progress").fetchall()) == 1
    with user(BOT):
        bot.close()


@as_root
def test_a_long_look_sees_what_is_written_meanwhile(shared: Path) -> None:
    with user(DESK):
        looking = Database(shared, read_only=True)
        assert looking.connection.execute("SELECT * FROM rule_progress").fetchall() == []
        assert isinstance(looking.connection, Still)
    with user(BOT), closing(Database(shared)) as bot:
        bot.connection.execute("INSERT INTO rule_progress VALUES ('r', '2025-04-10T22:30:00Z')")
    with user(DESK):
        assert len(looking.connection.execute("SELECT * FROM rule_progress").fetchall()) == 1
        looking.close()


@as_root
def test_an_index_that_another_left_is_named_and_removed(shared: Path) -> None:
    with user(DESK):
        # As SQLite itself leaves them.
        with closing(sqlite3.connect(f"file:{shared}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT count(*) FROM alerts").fetchone()
        for ending in ("-wal", "-shm"):
            beside(shared, ending).touch()
            beside(shared, ending).chmod(0o644)
        (said, *_) = left_by_others(shared)
        assert said == f"s.db-wal belongs to user {DESK} and the database to user {BOT}"
        said = check(shared, Limits(), AT).reasons[-1]
        assert said.startswith("havenwatch cannot write: s.db-")
    with user(BOT):
        (said, *_) = in_the_way(shared)
        assert f"belongs to user {DESK} and cannot be written by user {BOT}" in said
        with closing(Database(shared)) as bot:
            bot.connection.execute("DELETE FROM rule_progress")
    assert left_by_others(shared) == []


@as_root
def test_a_log_of_another_with_something_in_it_is_kept_and_said(shared: Path) -> None:
    with user(DESK):
        beside(shared, "-wal").write_bytes(b"something")
        beside(shared, "-wal").chmod(0o644)
    with user(BOT), pytest.raises(InTheWay, match="give it to"):
        Database(shared)
    assert beside(shared, "-wal").read_bytes() == b"something"


@as_root
def test_the_database_of_another_is_never_removed_and_the_remedy_is_said(shared: Path) -> None:
    """Its folder may be written by the group, and no log waits: a foreign index would go."""
    shared.chmod(0o600)
    before = (shared.stat().st_ino, shared.read_bytes())
    with user(DESK):
        with pytest.raises(InTheWay, match=f"run as user {BOT}, or ask its owner for access"):
            Database(shared)
        with pytest.raises(sqlite3.OperationalError, match="unable to open"):
            open_read_only(shared)
        assert "cannot be read by" in unreadable(shared)
        (said, *_) = check(shared, Limits(), AT).reasons
    assert said.startswith(f"cannot read {shared}: {shared} belongs to user {BOT}")
    assert (shared.stat().st_ino, shared.read_bytes()) == before
    with user(BOT):
        assert unreadable(shared) == ""


def test_a_copy_of_a_database_in_use_has_all_of_it_in_one_private_file(tmp_path: Path) -> None:
    path, to = tmp_path / "x.db", tmp_path / "copy.db"
    database = Database(path)
    database.connection.execute("INSERT INTO rule_progress VALUES ('r', '2025-04-10T22:30:00Z')")
    assert copy_database(path, to).size_bytes == to.stat().st_size
    assert mode(to) == 0o600
    with closing(Database(to)) as copied:
        assert len(copied.connection.execute("SELECT * FROM rule_progress").fetchall()) == 1
    assert not list(tmp_path.glob("*.part"))
    database.close()


def test_a_path_may_begin_with_two_slashes(tmp_path: Path) -> None:
    path = Path(f"/{tmp_path}/x.db")
    assert str(path).startswith("//")
    Database(path).close()
    with closing(Database(path, read_only=True)) as database:
        assert database.connection.execute("SELECT count(*) FROM alerts").fetchone()[0] == 0
    assert "no evaluation yet" in check(path, Limits(), AT).reasons[0]
