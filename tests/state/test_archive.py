"""Vintages and observations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rules.model import Series
from state.archive import NOTHING, TAIL_ROWS, Appended, Archive, FetchInfo
from state.database import Database
from tests.support import utc

AT = utc("2025-04-08 22:30")


@pytest.fixture
def database() -> Iterator[Database]:
    scratch = Database(None)
    yield scratch
    scratch.close()


def frame(values: dict[date, float], name: str = "spx") -> pd.DataFrame:
    return pd.DataFrame({name: list(values.values())}, index=pd.DatetimeIndex(list(values)))


def days(count: int, start: date = date(2025, 1, 6)) -> list[date]:
    return [start + timedelta(days=number) for number in range(count)]


def evening_of(periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
    return (periods + pd.Timedelta(hours=22)).tz_localize("UTC")


def append(
    database: Database,
    table: pd.DataFrame,
    at: datetime = AT,
    *,
    one_vintage: bool = False,
    watching_since: datetime | None = None,
) -> Appended:
    archive = Archive(database)
    series = {
        str(name): Series(
            str(name), "a title", "index", "session", "a source", one_vintage=one_vintage
        )
        for name in table.columns
    }
    with database.immediate() as connection:
        return archive.append(
            connection,
            "data",
            table,
            series,
            FetchInfo(("http://x",), "00", None, at),
            evening_of,
            watching_since,
            archive.latest("data"),
        )


def vintages(database: Database) -> int:
    return int(database.connection.execute("SELECT count(*) FROM vintages").fetchone()[0])


def known_at(database: Database) -> dict[str, str]:
    rows = database.connection.execute("SELECT period_end, known_at FROM observations")
    return {row["period_end"]: row["known_at"] for row in rows}


def test_the_first_numbers_are_history_known_by_the_calendar_and_never_later_than_now(
    database: Database,
) -> None:
    append(database, frame({date(2025, 4, 7): 1.0, date(2025, 4, 8): 2.0}), utc("2025-04-08 21:00"))
    assert known_at(database) == {
        "2025-04-07": "2025-04-07T22:00:00Z",
        "2025-04-08": "2025-04-08T21:00:00Z",
    }
    basis = database.connection.execute("SELECT known_basis FROM vintages").fetchone()
    assert basis["known_basis"] == "assumed"


def test_what_came_late_to_a_program_that_was_watching_is_not_taken_for_history(
    database: Database,
) -> None:
    # Watching since noon of the 7th; the source answered for the first time on the 9th.
    table = frame({date(2025, 4, day): 1.0 for day in (6, 7, 8)})
    append(database, table, utc("2025-04-09 09:00"), watching_since=utc("2025-04-07 12:00"))
    assert known_at(database) == {
        "2025-04-06": "2025-04-06T22:00:00Z",
        "2025-04-07": "2025-04-09T09:00:00Z",
        "2025-04-08": "2025-04-09T09:00:00Z",
    }


def test_a_new_period_is_known_when_it_was_fetched(database: Database) -> None:
    append(database, frame({date(2025, 4, 7): 1.0}), utc("2025-04-07 23:00"))
    assert append(database, frame({date(2025, 4, 7): 1.0, date(2025, 4, 8): 2.0})) == Appended(1, 0)
    assert known_at(database)["2025-04-08"] == "2025-04-08T22:30:00Z"


def test_the_same_numbers_again_append_nothing(database: Database) -> None:
    table = frame({date(2025, 4, 7): 1.0})
    append(database, table)
    assert append(database, table, AT + timedelta(days=1)) == NOTHING
    assert vintages(database) == 1


def test_a_changed_number_is_appended_and_the_old_one_kept(database: Database) -> None:
    append(database, frame({date(2025, 4, 7): 1.0}))
    later = AT + timedelta(days=1)
    assert append(database, frame({date(2025, 4, 7): 1.5}), later) == Appended(0, 1)
    archive = Archive(database)
    assert archive.latest("data")["spx"].tolist() == [1.5]
    for moment, value in ((later - timedelta(seconds=1), 1.0), (later, 1.5)):
        panel = archive.history(("spx",), later).as_of(moment)
        assert panel.frame["spx"].tolist() == [value]


def test_a_number_taken_back_stays(database: Database) -> None:
    append(database, frame({date(2025, 4, 7): 1.0, date(2025, 4, 8): 2.0}))
    assert append(database, frame({date(2025, 4, 7): 1.0, date(2025, 4, 8): np.nan})) == NOTHING
    assert Archive(database).latest("data")["spx"].tolist() == [1.0, 2.0]


APRIL = {
    "whole": range(1, 11),
    "ended": range(1, 4),
    "late": range(8, 11),
    "gap": (1, 2, 9, 10),
}


@pytest.mark.parametrize(
    ("first", "begins"), [(1, 1), (2, 1), (3, 2), (6, 2), (9, 2), (10, 3), (11, 3)]
)
def test_before_a_day_only_what_a_body_from_there_can_be_compared_with_is_read(
    database: Database, first: int, begins: int
) -> None:
    index = pd.DatetimeIndex([date(2025, 4, day) for day in range(1, 11)])
    table = pd.DataFrame(
        {
            name: [float(day) if day in given else np.nan for day in range(1, 11)]
            for name, given in APRIL.items()
        },
        index=index,
    )
    append(database, table)
    whole, found = (Archive(database).latest("data", one) for one in (None, date(2025, 4, first)))
    # Where each series has a number before the day, and no later.
    pd.testing.assert_frame_equal(found, whole.loc[f"2025-04-{begins:02}" :], check_freq=False)
    before = [one[one.index < pd.Timestamp(2025, 4, first)] for one in (found, whole)]
    assert before[0].notna().any().equals(before[1].notna().any())


def test_older_history_is_assumed_and_a_healed_gap_is_not(database: Database) -> None:
    append(database, frame({date(2025, 4, 3): 1.0, date(2025, 4, 7): 1.0}))
    later = AT + timedelta(days=1)
    more = {date(2025, 4, 1): 1.0, date(2025, 4, 3): 1.0, date(2025, 4, 4): 1.0}
    append(database, frame(more), later)
    assert known_at(database)["2025-04-01"] == "2025-04-01T22:00:00Z"
    assert known_at(database)["2025-04-04"] == "2025-04-09T22:30:00Z"


def test_of_a_reestimated_series_each_release_keeps_a_tail_and_each_month_a_whole(
    database: Database,
) -> None:
    all_days = days(200)

    def release(count: int, at: datetime, lift: float) -> None:
        table = frame(dict.fromkeys(all_days[:count], 1.0 + lift), "acm_tp10y")
        append(database, table, at, one_vintage=True)

    def rows(vintage: int) -> int:
        return int(
            database.connection.execute(
                "SELECT count(*) FROM observations WHERE vintage_id = ?", (vintage,)
            ).fetchone()[0]
        )

    release(150, utc("2025-06-10 13:30"), 0.0)
    release(151, utc("2025-06-11 13:30"), 0.1)
    release(152, utc("2025-07-01 13:30"), 0.2)
    assert [rows(vintage) for vintage in (1, 2, 3)] == [150, TAIL_ROWS + 1, 152]


def test_the_newest_estimates_are_those_of_the_newest_vintage_of_each_day(
    database: Database,
) -> None:
    all_days = days(200)
    # Each release estimates every day anew; between whole ones the days before the tail stay.
    for count, at, value in (
        (150, "2025-06-10 13:30", 1.0),  # whole
        (151, "2025-06-11 13:30", 2.0),  # a tail
        (152, "2025-07-01 13:30", 3.0),  # whole
        (153, "2025-07-02 13:30", 4.0),  # a tail
        (154, "2025-07-03 13:30", 5.0),  # a tail
    ):
        table = frame(dict.fromkeys(all_days[:count], value), "acm_tp10y")
        append(database, table, utc(at), one_vintage=True)
    newest = Archive(database).latest("data")["acm_tp10y"]
    first_of_tails = (152 - TAIL_ROWS, 153 - TAIL_ROWS)
    expected = [3.0] * first_of_tails[0] + [4.0] + [5.0] * (154 - first_of_tails[1])
    assert newest.tolist() == expected
    assert newest.index.tolist() == [pd.Timestamp(day) for day in all_days[:154]]


def test_the_newest_estimates_as_of_an_instant_know_no_later_vintage(tmp_path: Path) -> None:
    table = frame(dict.fromkeys(days(3), 1.0), "acm_tp10y")
    with closing(Database(tmp_path / "x.db")) as made:
        for lift, at in enumerate(("2025-06-10 13:30", "2025-07-01 13:30")):
            append(made, table + lift, utc(at), one_vintage=True)
    for day, expected in (("2025-06-30", 1.0), ("2025-07-02", 2.0)):
        with closing(Database(tmp_path / "x.db", as_of=utc(f"{day} 00:00"))) as past:
            assert (Archive(past).latest("data") == expected).all(axis=None)


@pytest.mark.slow
def test_a_short_history_shows_the_same_as_the_whole_one(database: Database) -> None:
    all_days = days(200)
    moments = [utc("2025-06-10 13:30") + timedelta(days=number) for number in range(40)]
    for number, at in enumerate(moments):
        table = frame(dict.fromkeys(all_days[: 150 + number], 1.0 + number / 10), "acm_tp10y")
        append(database, table, at, one_vintage=True)
    archive = Archive(database)
    whole = archive.history(("acm_tp10y",), moments[-1])
    short = archive.history(("acm_tp10y",), moments[-1], moments[30])
    assert len(short.value) < len(whole.value)
    for at in moments[30:]:
        a, b = whole.as_of(at), short.as_of(at)
        pd.testing.assert_frame_equal(a.frame, b.frame)
        pd.testing.assert_series_equal(a.longest["acm_tp10y"], b.longest["acm_tp10y"])
    assert whole.revision_instants(moments[30], moments[-1]) == short.revision_instants(
        moments[30], moments[-1]
    )
