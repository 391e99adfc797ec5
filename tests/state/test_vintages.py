"""How numbers changed, read back from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd
import pytest

from rules.model import Series
from state.archive import Archive, FetchInfo
from state.bodies import Bodies, KeptBody
from state.database import Database
from state.retention import drop_bodies
from state.vintages import Vintages, revised_only
from tests.state.test_archive import append, frame
from tests.support import utc

EVER = (date.min, date.max)
MONDAY, TUESDAY = date(2025, 4, 7), date(2025, 4, 8)


@pytest.fixture
def database() -> Iterator[Database]:
    scratch = Database(None)
    yield scratch
    scratch.close()


def twice(database: Database) -> None:
    """Monday's number, then a correction of it with Tuesday's."""
    append(database, frame({MONDAY: 1.0}), utc("2025-04-07 23:00"))
    append(database, frame({MONDAY: 1.5, TUESDAY: 2.0}), utc("2025-04-08 23:00"))


def test_every_value_a_period_had_is_there_with_when_it_was_known(database: Database) -> None:
    twice(database)
    found = Vintages(database).versions("spx", *EVER)
    assert [(one.period_end, one.value, one.known_at, one.assumed) for one in found] == [
        (MONDAY, 1.0, utc("2025-04-07 22:00"), True),
        (MONDAY, 1.5, utc("2025-04-08 23:00"), False),
        (TUESDAY, 2.0, utc("2025-04-08 23:00"), False),
    ]
    assert Vintages(database).versions("spx", TUESDAY, TUESDAY) == found[2:]


def test_only_what_was_revised_is_listed_as_revised(database: Database) -> None:
    twice(database)
    (group,) = revised_only(Vintages(database).versions("spx", *EVER))
    assert [one.value for one in group] == [1.0, 1.5]


def test_a_vintage_that_repeats_a_value_is_no_version(database: Database) -> None:
    for day, value in ((8, 1.0), (9, 1.0), (10, 1.1)):
        table = frame({MONDAY: value, date(2025, 4, day): 2.0}, "acm")
        append(database, table, utc(f"2025-04-{day:02d} 23:00"), one_vintage=True)
    found = Vintages(database).versions("acm", MONDAY, MONDAY)
    assert [one.value for one in found] == [1.0, 1.1]


def test_a_datasets_vintages_say_how_much_was_new_and_how_much_revised(
    database: Database,
) -> None:
    twice(database)
    lines = Vintages(database).of_dataset("data")
    assert [(one.new, one.revised, one.is_kept) for one in lines] == [(1, 0, False), (1, 1, False)]
    assert Vintages(database).names() == (["spx"], ["data"])
    assert Vintages(database).series("none") is None


def keep(database: Database, content: bytes, days: int, keep_days: int) -> int:
    """Store a number with the body it came from; the vintage's id."""
    at = utc("2025-04-08 23:00") + timedelta(days=days)
    body = KeptBody("http://x", f"digest of {content!r}", content, "text/csv")
    added = append(database, frame({TUESDAY: float(days)}), at)
    assert added.vintage_id is not None
    with database.immediate() as connection:
        Bodies(database).keep(connection, added.vintage_id, [body], at, timedelta(days=keep_days))
    before = at - timedelta(days=keep_days)
    list(drop_bodies(database.connection, before, "dataset = ?2", "data"))
    return added.vintage_id


def test_a_body_is_kept_as_it_came_and_forgotten_after_its_time(database: Database) -> None:
    first = keep(database, b"one\r\n" * 1000, 0, 30)
    second = keep(database, b"two", 30, 30)
    (kept,) = Bodies(database).of_vintage(first)
    assert (kept.content, kept.content_type) == (b"one\r\n" * 1000, "text/csv")
    third = keep(database, b"three", 31, 30)
    assert Bodies(database).of_vintage(first) == []
    assert [Bodies(database).of_vintage(one)[0].content for one in (second, third)] == [
        b"two",
        b"three",
    ]
    assert [one.is_kept for one in Vintages(database).of_dataset("data")] == [False, True, True]


def test_a_body_that_comes_again_is_kept_from_then_on(database: Database) -> None:
    keep(database, b"same", 0, 30)
    keep(database, b"other", 20, 30)
    again = keep(database, b"same", 31, 30)
    assert Bodies(database).of_vintage(again)[0].content == b"same"


def test_bodies_of_other_datasets_are_left_alone(database: Database) -> None:
    first = keep(database, b"one", 0, 30)
    at = utc("2025-08-01 23:00")
    with database.immediate() as connection:
        archive = Archive(database)
        table = pd.DataFrame({"vix": [20.0]}, index=pd.DatetimeIndex([TUESDAY]))
        series = {"vix": Series("vix", "a title", "index", "session", "a source")}
        added = archive.append(
            connection,
            "other",
            table,
            series,
            FetchInfo(("http://y",), "11", None, at),
            lambda periods: periods.tz_localize("UTC"),
            None,
            archive.latest("other"),
        )
        assert added.vintage_id is not None
    before = at - timedelta(days=30)
    list(drop_bodies(database.connection, before, "dataset = ?2", "other"))
    assert Bodies(database).of_vintage(first)


def test_with_a_time_of_zero_only_the_digest_is_noted(database: Database) -> None:
    first = keep(database, b"one", 0, 0)
    assert Bodies(database).of_vintage(first) == []
    noted = database.connection.execute("SELECT sha256 FROM vintage_bodies").fetchall()
    assert [row[0] for row in noted] == ["digest of b'one'"]
