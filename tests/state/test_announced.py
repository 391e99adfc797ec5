"""What is announced for days to come, as known at any instant."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from state.announced import Announced, Announcements
from state.database import Database
from tests.support import utc

SOURCE = "fiscaldata_auctions"
NOTE = Announced(date(2025, 4, 9), "10-year note", None)
SIZED = Announced(date(2025, 4, 9), "10-year note", 39_000.0)
BOND = Announced(date(2025, 4, 10), "30-year bond", 22_000.0)
MONDAY, TUESDAY, THURSDAY = (utc(f"2025-04-{day} 18:00") for day in ("07", "08", "10"))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "havenwatch.db")


def keep(database: Database, found: list[Announced], at: datetime) -> None:
    with database.immediate() as connection:
        Announcements(database).replace(connection, SOURCE, found, at)


def coming(
    database: Database, today: date = date(2025, 4, 8), source: str = SOURCE
) -> list[Announced]:
    return Announcements(database).coming(today).get(source, [])


def rows(database: Database) -> int:
    return int(database.connection.execute("SELECT count(*) FROM announced").fetchone()[0])


def test_what_is_announced_again_is_kept_once_and_what_is_not_is_gone(database: Database) -> None:
    keep(database, [BOND, NOTE], MONDAY)
    keep(database, [BOND, NOTE], TUESDAY)
    assert rows(database) == 2
    assert coming(database) == [NOTE, BOND]
    keep(database, [BOND], THURSDAY)
    assert coming(database) == [BOND]
    assert rows(database) == 2  # nothing is deleted


def test_an_amount_that_is_named_later_replaces_none(database: Database) -> None:
    keep(database, [NOTE], MONDAY)
    keep(database, [SIZED], TUESDAY)
    assert coming(database) == [SIZED]


def test_a_day_that_is_over_is_not_to_come(database: Database) -> None:
    keep(database, [SIZED, BOND], MONDAY)
    assert coming(database, date(2025, 4, 10)) == [BOND]
    assert coming(database, source="another") == []


def test_a_look_back_sees_what_was_announced_then(database: Database, tmp_path: Path) -> None:
    keep(database, [NOTE], MONDAY)
    keep(database, [SIZED, BOND], TUESDAY)
    keep(database, [], THURSDAY)
    found = []
    for at in (utc("2025-04-07 12:00"), MONDAY, TUESDAY, THURSDAY):
        then = Database(tmp_path / "havenwatch.db", read_only=True, as_of=at)
        found.append(coming(then))
        then.close()
    assert found == [[], [NOTE], [SIZED, BOND], []]
