"""Looking at a database with what the program kept in it of the configuration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.cli.params import Paths, load_config, open_past, unusable_said, with_reading
from monitor.clock import SystemClock

if TYPE_CHECKING:
    from monitor.check.check import Limits
    from monitor.views.glance import Glance
    from monitor.views.read_model import ReadModel


def with_glance(
    paths: Paths, use: Callable[[Glance, datetime], object], at: datetime | None = None
) -> None:
    """As `with_reading`, and sooner where the program has run with this very configuration: it was
    checked then. Raises click.ClickException."""
    from monitor.check.check import CheckFailed, settings
    from monitor.config.fingerprint import fingerprint

    try:
        path, limits, frozen = settings(*paths)
        mark = fingerprint(paths[0].read_bytes())
    except (CheckFailed, OSError):
        is_used = False
    else:
        moment = at or frozen or SystemClock().now()
        is_used = path.exists() and _use_kept(
            paths, path, mark, limits, use, moment, is_past=at is not None
        )
    if not is_used:
        with_reading(paths, use, at)


def _use_kept(
    paths: Paths,
    path: Path,
    mark: str,
    limits: Limits,
    use: Callable[[Glance, datetime], object],
    at: datetime,
    *,
    is_past: bool,
) -> bool:
    """Whether the settings of this configuration are kept in the database, and were used."""
    from monitor.ingest.calendars import AddedDays, add_days
    from monitor.views.glance import Glance
    from state.database import Database
    from state.kept_settings import KeptSettings

    with unusable_said(path, "cannot read"):
        database = Database(path, read_only=True)
        try:
            kept = KeptSettings(database).of(mark)
            if kept is None:
                return False

            @cache
            def full() -> ReadModel:
                from monitor.views.read_model import ReadModel

                return ReadModel(load_config(paths, environ=None)[0], database)

            added = kept.calendar
            add_days(AddedDays(tic=added.tic, closed=added.closed, open=added.open))
            glance = Glance(database, kept, full, mark, limits)
            if is_past:
                database = open_past(database, at, glance.zone)
                glance.database = database
            use(glance, at)
        finally:
            database.close()
    return True
