"""Going on where another host ended, with the real Litestream and a shared folder."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config.standby import Standby
from monitor.retry import Retry
from monitor.standby.comparison import compared
from monitor.standby.lease import LeaseDocument
from monitor.standby.replica import Replica
from monitor.standby.replica_proof import difference, prove_replica
from monitor.standby.replicator import Replicator
from monitor.standby.stores import ReplicaFailed
from monitor.standby.takeover import is_newest, own_leadership, take_over
from state.backup import Contents
from state.backup_proof import NotRestored
from state.database import Database
from state.leaderships import LeadingHost
from state.silences import Silences
from tests.support import utc

AT = utc("2025-04-10 14:00")
RETRY = Retry(timedelta(seconds=1), timedelta(seconds=2))
HOUR = timedelta(hours=1)


def replica(folder: Path, shared: Path) -> Replica:
    folder.mkdir(exist_ok=True)
    settings = Standby(enabled=True, replica=f"file://{shared}")
    return Replica(settings, {}, {}, folder / "havenwatch.db")


def silence(path: Path, by: str) -> None:
    database = Database(path)
    Silences(database).make("joint_selloff", "us", AT, AT + HOUR, by, "known")
    database.close()


def silenced_by(path: Path) -> list[str]:
    database = Database(path, read_only=True)
    found = [one.made_by for one in Silences(database).all()]
    database.close()
    return found


@contextlib.contextmanager
def replicated(one: Replica, token: int) -> Iterator[None]:
    """Inside it the replica is written; all of it is there at its end."""
    replicator = Replicator(one, token, RETRY)
    replicator.start()
    for _ in range(200):
        with contextlib.suppress(ReplicaFailed):
            one.sync()
            break
    yield
    assert replicator.stop()


@pytest.fixture
def first(tmp_path: Path) -> Replica:
    """Host a with a silence, replicated under token 1."""
    one = replica(tmp_path / "a", tmp_path / "shared")
    take_over(one, "a", 1, None, AT)
    silence(one.database, "Ann")
    with replicated(one, 1):
        pass
    return one


def test_another_host_goes_on_from_the_replica_and_knows_it(first: Replica, tmp_path: Path) -> None:
    other = replica(tmp_path / "b", tmp_path / "shared")
    silence(other.database, "Bea")
    found = take_over(other, "b", 2, LeaseDocument("a", "a/1", 1), AT)
    assert (found.restored_from, found.set_aside) == (1, "havenwatch.db.before-2")
    assert silenced_by(other.database) == ["Ann"]
    assert silenced_by(other.database.with_name(found.set_aside)) == ["Bea"]
    # What only the file had that was there before is named, and how to give it again.
    again = "havenwatch silence joint_selloff/us --for 60m --why known --by Bea"
    assert found.lost_answers == (again,)
    assert own_leadership(other.database) == found


@pytest.mark.slow
def test_a_host_that_had_the_lease_last_goes_on_with_its_own_file(first: Replica) -> None:
    silence(first.database, "Ben")
    found = take_over(first, "a", 2, LeaseDocument("a", "a/1", 1), AT)
    assert found.restored_from is None
    assert silenced_by(first.database) == ["Ann", "Ben"]


@pytest.mark.slow
def test_a_former_leader_names_what_the_leader_does_not_have(first: Replica) -> None:
    silence(first.database, "Ben")
    (said,) = compared(first, 1, AT)
    assert said.endswith("--by Ben")


@pytest.mark.slow
def test_a_corrupt_replica_is_found_by_the_proof_and_leads_nobody(
    first: Replica, tmp_path: Path
) -> None:
    with replicated(first, 1):
        prove_replica(first, 1)
        for path in (tmp_path / "shared" / "replica").rglob("*.ltx"):
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 0xFF
            path.write_bytes(content)
        with pytest.raises(NotRestored):
            prove_replica(first, 1)
    other = replica(tmp_path / "b", tmp_path / "shared")
    with pytest.raises(ReplicaFailed):
        take_over(other, "b", 2, LeaseDocument("a", "a/1", 1), AT)
    assert not other.database.exists()


def test_without_any_replica_a_host_goes_on_with_what_it_has(tmp_path: Path) -> None:
    other = replica(tmp_path / "b", tmp_path / "shared")
    silence(other.database, "Bea")
    found = take_over(other, "b", 2, LeaseDocument("a", "a/1", 1), AT)
    assert found.restored_from is None
    assert silenced_by(other.database) == ["Bea"]


@pytest.mark.slow
def test_a_copy_of_another_hosts_file_is_known_as_one(
    first: Replica, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = replica(tmp_path / "b", tmp_path / "shared")
    shutil.copy(first.database, other.database)
    take_over(other, "b", 2, LeaseDocument("a", "a/1", 1), AT)
    assert "a copy of one on which host a acted" in caplog.text


@pytest.mark.parametrize(
    ("mine", "token", "before", "newest"),
    [
        # The same process goes on after its lease lapsed.
        (LeadingHost(3, "a", AT), 3, LeaseDocument("b", "b/1", 2), True),
        # It stopped and was started again, and nobody led meanwhile.
        (LeadingHost(3, "a", AT), 4, LeaseDocument("a", "a/1", 3), True),
        # Another led meanwhile.
        (LeadingHost(3, "a", AT), 5, LeaseDocument("b", "b/1", 4), False),
        # The file is another host's.
        (LeadingHost(3, "b", AT), 4, LeaseDocument("b", "b/1", 3), False),
        # The file knows of no host.
        (None, 2, LeaseDocument("b", "b/1", 1), False),
        # Nobody ever led.
        (None, 1, None, True),
    ],
)
def test_a_file_is_the_newest_only_where_nobody_else_can_have_led_since(
    mine: LeadingHost | None, token: int, before: LeaseDocument | None, newest: bool, tmp_path: Path
) -> None:
    assert is_newest(mine, tmp_path / "x.db", "a", token, before) is newest


def contents(rows: int, newest: str = "x", version: int = 3) -> Contents:
    return Contents([], {"alerts": rows}, {"alerts": newest}, version)


@pytest.mark.parametrize(
    ("before", "found", "after", "words"),
    [
        (contents(2), contents(2), contents(2), ""),
        (contents(2), contents(3), contents(4), ""),
        (contents(2, "x"), contents(2, "x"), contents(2, "y"), ""),
        (contents(2), contents(1), contents(2), "alerts has 1 rows in place of 2 to 2"),
        (contents(2), contents(5), contents(4), "alerts has 5 rows in place of 2 to 4"),
        (contents(2), contents(2, "y"), contents(2), "another newest row in alerts"),
        (contents(2), contents(2, version=2), contents(2), "schema 2 in place of 3"),
        (contents(2), Contents([], {}, {}, 3), contents(2), "alerts has None rows"),
    ],
)
def test_what_was_restored_lies_between_what_was_there_before_and_after(
    before: Contents, found: Contents, after: Contents, words: str
) -> None:
    said = difference(before, found, after)
    assert said.startswith(words)
    assert bool(said) is bool(words)


def test_the_files_of_litestream_hold_no_key_and_are_private(tmp_path: Path) -> None:
    settings = Standby(
        enabled=True, replica="s3://desk/x", key_id_env="KEY", secret_key_env="SECRET"
    )
    secrets = {"KEY": "the-key-id", "SECRET": "the-secret"}
    one = Replica(settings, secrets, {"AWS_CA_BUNDLE": "/ca"}, tmp_path / "havenwatch.db")
    path = one.write_config(3)
    assert path.stat().st_mode & 0o077 == 0
    assert "the-" not in path.read_text()
    environ = one.child_environ
    assert environ["LITESTREAM_SECRET_ACCESS_KEY"] == "the-secret"
    assert environ["SSL_CERT_FILE"] == "/ca"
    assert "AWS_CA_BUNDLE" not in environ


def test_a_database_from_before_the_second_host_knows_no_leader(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("CREATE TABLE other (x)")
    assert own_leadership(tmp_path / "old.db") is None
