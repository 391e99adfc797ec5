"""Backups over simulated days, on real files: when each is made, tested and removed."""

from __future__ import annotations

import json
import logging
import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.check.check import OK, WARNING, Limits, check
from monitor.config.backup import Backup
from monitor.retry import Retry
from monitor.service.backup_job import BackupJob
from monitor.stop import Stop, Stopped
from state.backup_state import BackupState
from state.database import Database
from state.instants import to_text
from state.restore import restore_database
from tests.state.databases import names
from tests.support import new_york

ZONE = ZoneInfo("America/New_York")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
RETRY = Retry(MINUTE, HOUR)
START = new_york("2025-04-07 10:00")
DAILY = Backup()


class Bench:
    """A database whose program has begun, and its backups."""

    def __init__(self, folder: Path, settings: Backup = DAILY):
        self.folder, self.settings = folder / "backups", settings
        self.database = Database(folder / "x.db")
        self.stop = Stop()

    @property
    def job(self) -> BackupJob:
        """The backups of a program that has just begun with the settings."""
        return BackupJob(self.database, self.settings, ZONE, RETRY, self.stop.refuse)

    @property
    def state(self) -> BackupState:
        from state.backup_events import BackupEvents

        return BackupEvents(self.database).state()

    def run(self, until: datetime, since: datetime = START, every: timedelta = MINUTE) -> None:
        """Step from an instant to another, as a program that never stops does."""
        job, at = self.job, since
        while at <= until:
            job.step(at)
            at += every

    def events(self) -> list[tuple[str, str]]:
        """What happened, and when in New York."""
        rows = self.database.connection.execute("SELECT what, at FROM backup_events")
        return [
            (row[0], f"{datetime.fromisoformat(row[1]).astimezone(ZONE):%d %H:%M}") for row in rows
        ]

    def beat(self, at: datetime) -> None:
        """Have the program tick, so that the check has nothing else to say."""
        self.database.connection.execute(
            "INSERT OR REPLACE INTO heartbeat VALUES (1, ?1, ?1, ?1)", (to_text(at),)
        )

    def checked(self, at: datetime) -> tuple[int, str]:
        """The exit code of the check and its first reason."""
        self.beat(at)
        assert self.database.path is not None
        found = check(self.database.path, Limits(), at)
        return found.code, found.reasons[0]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    with closing(made.database):
        yield made


def damage(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[-100:] = b"\xff" * 100
    backup.write_bytes(content)


def test_one_is_made_at_the_start_then_at_its_time_and_each_is_tested(bench: Bench) -> None:
    bench.run(new_york("2025-04-09 12:00"), every=10 * MINUTE)
    assert bench.events() == [
        ("planned", "07 10:00"),
        ("made", "07 10:00"), ("proven", "07 10:00"),
        ("made", "08 02:30"), ("proven", "08 06:00"),  # the last test was not a day ago
        ("made", "09 02:30"), ("proven", "09 02:30"),
    ]  # fmt: skip
    assert names(bench.folder) == {
        "x-20250407T140000Z.db", "x-20250408T063000Z.db", "x-20250409T063000Z.db",
    }  # fmt: skip
    assert bench.folder.stat().st_mode & 0o777 == 0o700
    assert bench.checked(new_york("2025-04-09 12:00"))[0] == OK


def test_what_was_missed_is_made_once_at_the_next_start(bench: Bench) -> None:
    bench.run(START)
    bench.run(new_york("2025-04-12 12:00"), since=new_york("2025-04-12 11:00"))
    assert bench.events()[3:] == [("made", "12 11:00"), ("proven", "12 11:00")]


def test_frequent_ones_are_tested_once_a_day(bench: Bench) -> None:
    bench.settings = Backup(at="00:30", every_hours=6)
    bench.run(new_york("2025-04-09 01:00"), every=10 * MINUTE)
    made = [when for what, when in bench.events() if what == "made"]
    assert made == [
        "07 10:00", "07 12:30", "07 18:30", "08 00:30", "08 06:30", "08 12:30", "08 18:30",
        "09 00:30",
    ]  # fmt: skip
    assert [when for what, when in bench.events() if what == "proven"] == [
        "07 10:00", "08 06:00", "09 02:00",
    ][:2]  # fmt: skip


def test_old_ones_are_removed_and_what_they_held_is_forgotten(bench: Bench) -> None:
    bench.settings = Backup(keep_daily=2, keep_weekly=2, keep_monthly=0)
    bench.run(new_york("2025-04-22 03:00"), every=30 * MINUTE)
    assert names(bench.folder) == {
        "x-20250422T063000Z.db", "x-20250421T063000Z.db", "x-20250420T063000Z.db",
    }  # fmt: skip
    rows = bench.database.connection.execute(
        "SELECT file, contents <> '' FROM backup_events WHERE what = 'made'"
    ).fetchall()
    assert {row[0] for row in rows if row[1]} == names(bench.folder)
    assert len(rows) == 16


def test_one_that_fails_its_test_is_said_and_another_is_made_at_once(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.run(new_york("2025-04-08 02:30"))
    damage(bench.folder / "x-20250408T063000Z.db")
    at = new_york("2025-04-08 06:00")
    bench.job.step(at)
    assert bench.events()[-1] == ("disproven", "08 06:00")
    code, said = bench.checked(at)
    assert code == WARNING
    assert said.startswith("backup x-20250408T063000Z.db failed its restore test: ")
    assert said.endswith("; see the log, or make one with: havenwatch backup FILE")
    assert "failed its restore test" in caplog.text
    bench.run(at + HOUR, since=at)
    assert bench.events()[-2:] == [("made", "08 06:01"), ("proven", "08 06:01")]
    assert bench.checked(at + HOUR)[0] == OK
    # What failed is there to be looked into, and takes no other's place.
    assert "x-20250408T063000Z.db" in names(bench.folder)


@contextmanager
def most_bytes(count: int) -> Iterator[None]:
    """Inside it no file can be longer, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.slow
def test_where_none_can_be_made_it_is_tried_ever_more_rarely_and_overdue_after_two_hours(
    bench: Bench,
) -> None:
    # The limit is for the copy, and not for the log of the database.
    bench.database.connection.execute(
        "INSERT INTO bodies VALUES ('ab', zeroblob(8000000), '', 8000000, '')"
    )
    bench.run(new_york("2025-04-08 02:29"))
    begin = new_york("2025-04-08 02:30")
    at = begin + 2 * HOUR + MINUTE
    bench.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with most_bytes(6_000_000):
        bench.run(at - MINUTE, since=begin)
        assert bench.checked(at - MINUTE)[0] == OK
        bench.run(at, since=at)
    failed = [when for what, when in bench.events() if what == "failed"]
    assert failed == ["08 02:30", "08 02:31", "08 02:33", "08 02:37", "08 02:45", "08 03:01",
                      "08 03:33"]  # fmt: skip
    assert names(bench.folder) == {"x-20250407T140000Z.db"}
    code, said = bench.checked(at)
    assert code == WARNING
    assert said.startswith("no backup since 2025-04-07T14:00:00Z (due 2025-04-08T08:30:00Z): ")
    bench.run(at + HOUR, since=at)
    assert bench.checked(at + HOUR)[0] == OK


def test_a_disk_that_would_be_full_is_left_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.service.backup_job.RESERVE_BYTES", 1 << 60)
    bench.run(START)
    assert bench.state.failure.startswith("expected 1,152,921,504,6")
    assert bench.state.failure.endswith("free space, or name another [backup] folder")
    assert names(bench.folder) == set()


def test_a_folder_that_is_a_file_is_said_without_its_path(bench: Bench) -> None:
    bench.folder.write_text("")
    bench.run(START)
    assert bench.state.failure == "File exists"


def test_a_backup_that_is_never_tested_is_a_warning(bench: Bench) -> None:
    bench.run(START)
    at = START + 37 * HOUR
    with bench.database.immediate() as connection:
        connection.execute("DELETE FROM backup_events WHERE what = 'proven'")
        connection.execute("UPDATE backup_events SET overdue_at = ?", (to_text(START + 99 * HOUR),))
    assert bench.checked(at - 2 * HOUR)[0] == OK
    code, said = bench.checked(at)
    assert (code, said.partition(";")[0]) == (
        WARNING, "no backup passed a restore test since 2025-04-07T14:00:00Z",
    )  # fmt: skip


def test_switched_off_nothing_is_made_or_missed(bench: Bench) -> None:
    bench.run(START)
    bench.database.connection.execute(
        "UPDATE backup_events SET what = 'disproven' WHERE what = 'proven'"
    )
    bench.settings = Backup(enabled=False)
    later = new_york("2025-04-12 12:00")
    bench.run(later, since=later - HOUR)
    assert bench.events()[3:] == [("planned", "12 11:00")]
    assert bench.checked(later)[0] == OK
    bench.settings = DAILY
    bench.run(later + HOUR, since=later)
    assert bench.events()[4:] == [
        ("planned", "12 12:00"), ("made", "12 12:00"), ("proven", "12 12:00"),
    ]  # fmt: skip


def test_other_settings_are_a_plan_by_which_the_next_is_due(bench: Bench) -> None:
    bench.run(START)
    bench.settings = replace(DAILY, every_hours=1)
    bench.run(START + 10 * MINUTE, since=START + MINUTE)
    assert bench.events()[3:] == [("planned", "07 10:01")]
    assert bench.state.overdue_at == START + HOUR  # due at half past, and half the interval more


def test_a_stop_ends_it_and_leaves_nothing_half_done(bench: Bench) -> None:
    bench.stop.tell()
    with pytest.raises(Stopped):
        bench.job.step(START)
    assert names(bench.folder) == set()
    assert bench.state.failed is None


def test_what_a_killed_program_left_is_removed(bench: Bench) -> None:
    bench.folder.mkdir()
    (bench.folder / ".x-20250407T063000Z.db.7.part").touch()
    (bench.folder / ".x-20250407T063000Z.db.trial.7.part").touch()
    bench.run(START)
    assert names(bench.folder) == {"x-20250407T140000Z.db"}


def test_a_backup_can_be_restored_and_goes_on_from_there(bench: Bench, tmp_path: Path) -> None:
    bench.beat(START)
    bench.run(START)
    (backup,) = bench.folder.iterdir()
    bench.database.close()
    assert bench.database.path is not None
    restore_database(backup, bench.database.path, START + HOUR)
    bench.database = Database(tmp_path / "x.db")
    assert bench.events() == [("planned", "07 10:00")]
    bench.run(START + 2 * HOUR, since=START + 2 * HOUR)
    assert bench.events()[1:] == [("made", "07 12:00"), ("proven", "07 12:00")]


def test_nothing_of_the_settings_but_the_plan_is_recorded(bench: Bench) -> None:
    bench.run(START)
    row = bench.database.connection.execute(
        "SELECT contents FROM backup_events WHERE what = 'planned'"
    ).fetchone()
    assert json.loads(row[0]) == {
        "enabled": True, "folder": "backups", "at": "02:30", "every_hours": 24, "keep_daily": 7,
        "keep_weekly": 4, "keep_monthly": 12, "zone": "America/New_York",
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "havenwatch.backup")
