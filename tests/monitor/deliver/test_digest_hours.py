"""The hour of the digest, in every zone, over changes of the clock, weekends and holidays."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts.lifecycle import step
from alerts.message.plain import plain_text
from monitor.deliver.digest_times import next_digest
from monitor.demo.server import Standins
from monitor.ingest.calendars import NEW_YORK, US_BONDS, local_date, next_session
from rules.model import AlertText
from rules.terms import Kind
from state.alert_store import AlertStore
from tests.monitor.deliver.timed_digests import TimedChannel, desk, digests_between
from tests.slow import quick_where
from tests.support import new_york, signal, watch


def test_when_clocks_go_forward_it_still_comes_at_seven_in_new_york(
    no_publishers: Standins, tmp_path: Path
) -> None:
    got = digests_between(no_publishers, tmp_path, "2025-03-06 20:00", "2025-03-11 12:00")
    assert got.when() == [
        "2025-03-07 at Fri 2025-03-07 19:00",
        "2025-03-10 at Mon 2025-03-10 19:00",
    ]
    first, second = (at for at, _ in got.got)
    assert second - first == timedelta(days=3) - timedelta(hours=1)


def test_when_clocks_go_back_it_still_comes_at_seven_in_new_york(
    no_publishers: Standins, tmp_path: Path
) -> None:
    got = digests_between(no_publishers, tmp_path, "2025-10-30 20:00", "2025-11-04 12:00")
    assert got.when() == [
        "2025-10-31 at Fri 2025-10-31 19:00",
        "2025-11-03 at Mon 2025-11-03 19:00",
    ]
    first, second = (at for at, _ in got.got)
    assert second - first == timedelta(days=3) + timedelta(hours=1)


def test_an_hour_that_the_clocks_leave_out_is_the_one_after(
    no_publishers: Standins, tmp_path: Path
) -> None:
    # In Cairo clocks go forward on a Friday, from midnight to one, and it has Friday's session.
    got = digests_between(
        no_publishers,
        tmp_path,
        "2025-04-23 20:00",
        "2025-04-29 12:00",
        desk={"time_zone": "Africa/Cairo"},
        digest={"at": "00:30"},
    )
    assert got.when(ZoneInfo("Africa/Cairo")) == [
        "2025-04-25 at Fri 2025-04-25 01:30",
        "2025-04-26 at Sat 2025-04-26 00:30",
        "2025-04-29 at Tue 2025-04-29 00:30",
    ]


def test_an_hour_that_the_clocks_show_twice_is_the_first(
    no_publishers: Standins, tmp_path: Path
) -> None:
    # And back on a Thursday at midnight, to eleven.
    got = digests_between(
        no_publishers,
        tmp_path,
        "2025-10-29 20:00",
        "2025-10-31 20:00",
        desk={"time_zone": "Africa/Cairo"},
        digest={"at": "23:30"},
    )
    assert [f"{at:%d %H:%M}" for at, _ in got.got] == ["30 20:30", "31 21:30"]
    assert got.when(ZoneInfo("Africa/Cairo")) == [
        "2025-10-30 at Thu 2025-10-30 23:30",
        "2025-10-31 at Fri 2025-10-31 23:30",
    ]


def hours(zone: str, clock_time: str, since: str, count: int) -> list[str]:
    found, at = [], new_york(since)
    for _ in range(count):
        at = next_digest(at, time.fromisoformat(clock_time), ZoneInfo(zone))
        found.append(f"{at.astimezone(ZoneInfo(zone)):%a %d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("zone", "clock_time", "expected"),
    [
        # Thursday's, Friday's and, over Labor Day, Tuesday's session of early September.
        ("America/New_York", "19:00", "Thu 03 19:00, Fri 04 19:00, Tue 08 19:00"),
        ("America/New_York", "08:00", "Fri 04 08:00, Sat 05 08:00, Wed 09 08:00"),
        ("America/Los_Angeles", "16:00", "Thu 03 16:00, Fri 04 16:00, Tue 08 16:00"),
        ("Pacific/Honolulu", "19:00", "Thu 03 19:00, Fri 04 19:00, Tue 08 19:00"),
        ("Pacific/Honolulu", "07:00", "Fri 04 07:00, Sat 05 07:00, Wed 09 07:00"),
        ("Europe/London", "07:30", "Fri 04 07:30, Sat 05 07:30, Wed 09 07:30"),
        ("Asia/Kolkata", "09:00", "Fri 04 09:00, Sat 05 09:00, Wed 09 09:00"),
        ("Asia/Tokyo", "08:00", "Fri 04 08:00, Sat 05 08:00, Wed 09 08:00"),
        # Where the closes are published half an hour after its hour, it waits for them.
        ("Australia/Sydney", "08:00", "Fri 04 08:30, Sat 05 08:30, Wed 09 08:30"),
        ("Pacific/Kiritimati", "13:00", "Fri 04 13:00, Sat 05 13:00, Wed 09 13:00"),
    ],
)
def test_it_comes_once_after_each_us_session_at_the_desks_next_hour(
    zone: str, clock_time: str, expected: str
) -> None:
    assert hours(zone, clock_time, "2026-09-03 16:00", 3) == expected.split(", ")


def test_in_a_winter_of_tokyo_it_waits_half_an_hour_for_the_closes() -> None:
    winter = hours("Asia/Tokyo", "08:00", "2026-12-30 16:00", 3)
    assert winter == ["Thu 31 08:30", "Fri 01 08:30", "Tue 05 08:30"]


@pytest.mark.parametrize(
    "zone",
    ["Asia/Tokyo", "Australia/Sydney", "Europe/London", "America/New_York", "Pacific/Honolulu"],
)
@pytest.mark.parametrize("hour", quick_where({8, 19}.__contains__, [0, 5, 8, 13, 19, 22]))
def test_no_session_of_two_years_is_left_without_one(zone: str, hour: int) -> None:
    due, end = [new_york("2026-01-05 16:00")], new_york("2027-12-20 16:00")
    while (following := next_digest(due[-1], time(hour), ZoneInfo(zone))) <= end:
        due.append(following)
    sessions = [date(2026, 1, 5)]
    while (session := next_session(US_BONDS, sessions[-1])) < date(2027, 12, 20):
        sessions.append(session)
    for session, at in zip(sessions, due[1:], strict=True):
        assert timedelta() < at - new_york(f"{session} 16:00") <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("holiday", "since", "until"),
    quick_where(
        lambda case: case[0] in ("2025-04-18", "2025-10-13"),
        [
            ("2025-04-18", "2025-04-16 20:00", "2025-04-22 12:00"),  # Good Friday
            ("2025-10-13", "2025-10-09 20:00", "2025-10-15 12:00"),  # stocks trade, bonds do not
            ("2025-11-11", "2025-11-07 20:00", "2025-11-13 12:00"),
            ("2025-12-25", "2025-12-23 20:00", "2025-12-29 12:00"),
        ],
    ),
)
def test_on_a_bond_holiday_there_is_none_and_the_next_covers_it(
    no_publishers: Standins, tmp_path: Path, holiday: str, since: str, until: str
) -> None:
    got = digests_between(no_publishers, tmp_path, since, until)
    days = [page.key.removeprefix("digest/") for _, page in got.got]
    assert holiday not in days
    assert len(days) == len(set(days)) == 2
    before, after = got.got
    assert local_date(before[0]) < date.fromisoformat(holiday) < local_date(after[0])
    assert f"since {before[0].astimezone(NEW_YORK):%a}" in plain_text(after[1].whole).replace(
        "\n", " "
    )


def test_what_happens_at_the_weekend_is_in_mondays(no_publishers: Standins, tmp_path: Path) -> None:
    channel = TimedChannel()
    here = desk(no_publishers, tmp_path, "2025-04-10 20:00", channel)
    app = here.start()
    watch(app, here.clock, "2025-04-12 12:00")
    known = signal(known_at=here.clock.now(), explained=AlertText("Something on Saturday."))
    opened = step(None, known, Kind.EVENT, timedelta(days=9))
    assert opened is not None
    with app.database.immediate() as connection:
        AlertStore(app.database).record_transition(connection, opened, ())
    watch(app, here.clock, "2025-04-15 20:00")
    app.close()
    assert [page.subject for _, page in channel.got] == [
        "[Digest 2025-04-11] No market data",
        "[Digest 2025-04-14 · WARNING] joint_selloff of Thu 10 Apr: Something on Saturday",
        "[Digest 2025-04-15] No market data",
    ]
