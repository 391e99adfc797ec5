"""Which backups stay, told by their names alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from state.backup_retention import Retention, backup_name, backups_in, kept_backups
from tests.support import new_york, utc

NEW_YORK, TOKYO = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
LAST = new_york("2025-04-10 02:30")
DAILY = [LAST - timedelta(days=days) for days in range(800)]


def days(kept: set[datetime]) -> list[str]:
    return [f"{one.astimezone(NEW_YORK):%Y-%m-%d}" for one in sorted(kept, reverse=True)]


CASES: dict[str, tuple[list[datetime], Retention, list[str]]] = {
    "of each day": (DAILY, Retention(3, 0, 0), ["2025-04-10", "2025-04-09", "2025-04-08"]),
    # 6 April and 30 March are Sundays.
    "the last of each week": (
        DAILY,
        Retention(0, 3, 0),
        ["2025-04-10", "2025-04-06", "2025-03-30"],
    ),
    "of each month": (DAILY, Retention(0, 0, 3), ["2025-04-10", "2025-03-31", "2025-02-28"]),
    "one may be several of these": (
        DAILY,
        Retention(2, 2, 2),
        ["2025-04-10", "2025-04-09", "2025-04-06", "2025-03-31"],
    ),
    "the newest always": (DAILY, Retention(0, 0, 0), ["2025-04-10"]),
    "days without one do not count": (DAILY[::5], Retention(2, 0, 0), ["2025-04-10", "2025-04-05"]),
    "none": ([], Retention(7, 4, 12), []),
}


@pytest.mark.parametrize(("made", "retention", "wanted"), CASES.values(), ids=list(CASES))
def test_the_last_of_each_span_stays(
    made: list[datetime], retention: Retention, wanted: list[str]
) -> None:
    assert days(kept_backups(made, retention, NEW_YORK)) == wanted


def test_two_years_of_the_default_are_some_twenty_files() -> None:
    assert len(kept_backups(DAILY, Retention(7, 4, 12), NEW_YORK)) == 20


def test_of_a_day_the_last_by_the_zone_stays() -> None:
    made = [utc("2025-04-10 14:00"), utc("2025-04-10 16:00")]  # 23:00 and 01:00 in Tokyo
    assert kept_backups(made, Retention(2, 0, 0), NEW_YORK) == {made[1]}
    assert kept_backups(made, Retention(2, 0, 0), TOKYO) == {*made}


def test_what_is_kept_once_stays_while_it_is_wanted() -> None:
    """Day by day, so that nothing is removed that a later day wants."""
    retention, here = Retention(7, 4, 12), set[datetime]()
    for one in reversed(DAILY):
        here = kept_backups({*here, one}, retention, NEW_YORK)
    assert here == kept_backups(DAILY, retention, NEW_YORK)


def test_backups_of_another_database_and_other_files_are_not_counted(tmp_path: Path) -> None:
    at = datetime(2025, 4, 10, 6, 30, tzinfo=UTC)
    name = backup_name(tmp_path / "x.db", at)
    assert name == "x-20250410T063000Z.db"
    for other in ("xy-20250410T063000Z.db", "x-20250410T063000Z.db-wal", "x-mine.db", name):
        (tmp_path / other).touch()
    assert backups_in(tmp_path, tmp_path / "x.db") == {name: at}
