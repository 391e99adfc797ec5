"""Backups by the running program: each verified when it is made, and once a day restored to prove
that it can be. The database says what is due, as for all else; nobody waits for it."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from monitor.config.backup import Backup
from monitor.retry import Retry
from monitor.service.backup_times import last_due, next_due
from state.backup import Proceed, copy_database, go_on, remove_parts
from state.backup_events import BackupEvents
from state.backup_proof import NotRestored, prove_backup
from state.backup_retention import backup_name, backups_in, kept_backups
from state.backup_state import DISPROVEN, FAILED, MADE, PLANNED, PROVEN, BackupEvent, BackupState
from state.database import Database
from state.files import beside

log = logging.getLogger("havenwatch.backup")

# A backup that is not there so long after it was due is overdue; of frequent ones half the time.
GRACE: Final = timedelta(hours=2)
# A little less than a day, since no two are made at the same second.
TESTED_EVERY: Final = timedelta(hours=20)
# What a disk has left beside the backup and the file that it is restored to.
RESERVE_BYTES: Final = 64 << 20
MEGABYTE: Final = 1_000_000


class BackupJob:
    """The backups of one database; `proceed` raises where the program is to stop."""

    def __init__(
        self,
        database: Database,
        settings: Backup,
        zone: ZoneInfo,
        retry: Retry,
        proceed: Proceed = go_on,
    ):
        assert database.path is not None
        self._path = database.path
        self._events = BackupEvents(database)
        self._settings, self._zone, self._retry = settings, zone, retry
        self._proceed = proceed
        self._folder = settings.folder_of(self._path)

    def step(self, at: datetime) -> None:
        """Make the backup that is due at an instant, and test the newest where a test is due. What
        fails is recorded, logged and tried again later. Raises Stopped and sqlite3.Error."""
        state = self._planned(self._events.state(), at)
        if not state.is_wanted:
            return
        if self._is_due(state, at):
            self._make(at)
            state = self._events.state()
        if state.made is not None and self._is_test_due(state, at):
            self._test(state.made, at)

    def _planned(self, state: BackupState, at: datetime) -> BackupState:
        """The state once the plan that is recorded is that of the settings."""
        plan = json.dumps({**asdict(self._settings), "zone": self._zone.key})
        if self._events.plan() == plan:
            return state
        overdue = None
        if self._settings.enabled:
            is_due = state.made is None or state.made.at < self._last_due(at)
            overdue = at + self._grace if is_due else self._overdue_after(at)
        self._events.record(PLANNED, at, overdue_at=overdue, contents=plan)
        return self._events.state()

    def _is_due(self, state: BackupState, at: datetime) -> bool:
        bad = max(
            (one.at for one in (state.failed, state.disproven) if one is not None), default=at
        )
        if state.failures and at < bad + self._retry.wait(state.failures):
            return False
        if state.made is None or state.made.at < self._last_due(at):
            return True
        return state.disproof is not None and state.disproof.file == state.made.file

    def _is_test_due(self, state: BackupState, at: datetime) -> bool:
        if state.is_tested:
            return False
        last = state.last_test
        return last is None or state.disproof is not None or at >= last.at + TESTED_EVERY

    def _make(self, at: datetime) -> None:
        file = backup_name(self._path, at)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            remove_parts(self._folder, f"{self._path.stem}-")
            self._refuse_full()
            copied = copy_database(self._path, self._folder / file, self._proceed)
        except (sqlite3.Error, OSError) as error:
            problem = error.strerror if isinstance(error, OSError) else str(error)
            self._events.record(FAILED, at, file, problem or type(error).__name__)
            log.error("no backup made: %s; it is tried again", problem)
            return
        self._events.record(MADE, at, file, "", self._overdue_after(at), copied)
        log.info("backup %s made (%.1f MB)", file, copied.size_bytes / MEGABYTE)
        self._remove_old()

    def _test(self, made: BackupEvent, at: datetime) -> None:
        held = self._events.contents_of(made.file)
        if held is None:
            return
        try:
            prove_backup(self._folder / made.file, held, self._proceed)
        except NotRestored as error:
            self._events.record(DISPROVEN, at, made.file, str(error))
            log.error("backup %s failed its restore test: %s", made.file, error)
        else:
            self._events.record(PROVEN, at, made.file)
            log.info("backup %s restored and compared", made.file)

    def _refuse_full(self) -> None:
        """Raise OSError where the disk could not hold a backup and what it is restored to: the
        database, which may be on the same one, needs what is left."""
        files = (self._path, beside(self._path, "-wal"))
        size = sum(one.stat().st_size for one in files if one.exists())
        free = shutil.disk_usage(self._folder).free
        if free < 2 * size + RESERVE_BYTES:
            needed = (2 * size + RESERVE_BYTES) // MEGABYTE
            raise OSError(
                0,
                f"expected {needed:,} MB free for a backup and its restore test, got "
                f"{free // MEGABYTE:,} MB; free space, or name another [backup] folder",
            )

    def _remove_old(self) -> None:
        """Remove the backups that need not stay. The newest that was proven does; one that failed
        its test is only looked into, so that it takes no other's place."""
        state, bad = self._events.state(), self._events.disproven()
        found = backups_in(self._folder, self._path)
        good = {name: at for name, at in found.items() if name not in bad}
        wanted = kept_backups(good.values(), self._settings.retention, self._zone)
        kept = {name for name, at in good.items() if at in wanted}
        kept |= {one.file for one in (state.proven, state.disproven) if one is not None}
        gone = found.keys() - kept
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)
        self._events.forget_contents(gone)

    def _last_due(self, at: datetime) -> datetime:
        return last_due(at, self._settings.first, self._settings.every, self._zone)

    def _overdue_after(self, at: datetime) -> datetime:
        """When the backup after one that is made at an instant is overdue."""
        return next_due(at, self._settings.first, self._settings.every, self._zone) + self._grace

    @property
    def _grace(self) -> timedelta:
        return min(GRACE, self._settings.every / 2)
