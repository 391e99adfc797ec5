"""The digest is due once a business day at its hour, whatever happens to the clock, the program or
the mail server. No source is asked here: that it comes depends on time alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest

from alerts.channel import Channel, Sent
from alerts.channels.email import Email
from alerts.lifecycle import step
from alerts.message import Message
from alerts.plain import plain_text
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.deliver.digest_times import next_digest
from monitor.demo.server import Standins
from monitor.ingest.calendars import NEW_YORK, US_BONDS, local_date, next_session
from monitor.tick_hooks import TickHook, no_hook
from rules.model import AlertText, Kind
from state.alert_store import AlertStore
from state.outbox import Outbox
from tests.alerts.mailbox import Mailbox
from tests.support import app_over, new_york, signal, watch


@dataclass(frozen=True)
class TimedChannel:
    """Keeps what it is sent, and when."""

    channel_type: ClassVar[str] = "timed"

    enabled: bool = True
    got: list[tuple[datetime, Message]] = field(default_factory=list)

    @property
    def secret_names(self) -> tuple[str, ...]:
        return ()

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        self.got.append((at, page))
        return Sent(str(len(self.got)))

    def when(self, zone: ZoneInfo = NEW_YORK) -> list[str]:
        """Each digest's day and the clock of a zone when it came."""
        return [
            f"{page.key.removeprefix('digest/')} at {at.astimezone(zone):%a %Y-%m-%d %H:%M}"
            for at, page in self.got
        ]


@pytest.fixture
def no_publishers() -> Iterator[Standins]:
    with Standins(lambda: datetime(2025, 1, 1, tzinfo=UTC), {}) as running:
        yield running


@dataclass(frozen=True)
class Desk:
    """Programs over one folder, one after the other or at once."""

    standins: Standins
    folder: Path
    clock: SimulatedClock
    channel: Channel

    def start(self, observe: TickHook = no_hook, **sections: Any) -> App:
        routing = {"digest": ["console"]}
        return app_over(
            self.standins,
            self.clock,
            self.folder,
            self.channel,
            observe,
            watched=(),
            judged=(),
            environ={"PASSWORD": "correct horse"},
            **{"routing": routing, **sections},
        )


def desk(standins: Standins, folder: Path, since: str, channel: Channel) -> Desk:
    return Desk(standins, folder, SimulatedClock(new_york(since)), channel)


def digests_between(
    standins: Standins, folder: Path, since: str, until: str, **sections: Any
) -> TimedChannel:
    channel = TimedChannel()
    here = desk(standins, folder, since, channel)
    app = here.start(**sections)
    watch(app, here.clock, until)
    app.close()
    return channel


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
@pytest.mark.parametrize("hour", [0, 5, 8, 13, 19, 22])
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
    [
        ("2025-04-18", "2025-04-16 20:00", "2025-04-22 12:00"),  # Good Friday
        ("2025-10-13", "2025-10-09 20:00", "2025-10-15 12:00"),  # stocks trade, bonds do not
        ("2025-11-11", "2025-11-07 20:00", "2025-11-13 12:00"),
        ("2025-12-25", "2025-12-23 20:00", "2025-12-29 12:00"),
    ],
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
    assert f"since {before[0].astimezone(NEW_YORK):%a}" in plain_text(after[1]).replace("\n", " ")


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
        "[Digest 2025-04-11] No new alerts; no market data",
        "[Digest 2025-04-14] WARNING: Something on Saturday.",
        "[Digest 2025-04-15] No new alerts; no market data",
    ]


def test_a_restart_at_its_very_hour_makes_it_once(no_publishers: Standins, tmp_path: Path) -> None:
    channel = TimedChannel()
    here = desk(no_publishers, tmp_path, "2025-04-10 12:00", channel)
    for clock_time in ("12:00:00", "18:59:59", "19:00:00", "19:00:00", "19:00:01", "19:20:00"):
        here.clock.advance_to(new_york(f"2025-04-10 {clock_time}"))
        app = here.start()
        app.tick(here.clock.now())
        app.close()
    assert channel.when() == ["2025-04-10 at Thu 2025-04-10 19:00"]


@pytest.mark.parametrize("dies_at", ["digest", "composed", "dispatch", "claim", "heartbeat"])
def test_a_program_that_dies_while_it_makes_it_leaves_one(
    no_publishers: Standins, tmp_path: Path, dies_at: str
) -> None:
    channel = TimedChannel()
    here = desk(no_publishers, tmp_path, "2025-04-10 12:00", channel)
    app = here.start()
    app.tick(here.clock.now())
    app.close()

    def die(step_name: str) -> None:
        if step_name == dies_at:
            raise KeyboardInterrupt

    here.clock.advance_to(new_york("2025-04-10 19:00"))
    doomed = here.start(die)
    with pytest.raises(KeyboardInterrupt):
        doomed.tick(here.clock.now())
    doomed.close()
    here.clock.advance_to(new_york("2025-04-10 19:05"))
    app = here.start()
    app.tick(here.clock.now())
    app.tick(here.clock.now() + timedelta(minutes=5))
    app.close()
    assert [page.key for _, page in channel.got] == ["digest/2025-04-10"]


def test_two_programs_that_make_it_at_once_send_one(
    no_publishers: Standins, tmp_path: Path
) -> None:
    channel = TimedChannel()
    here = desk(no_publishers, tmp_path, "2025-04-10 12:00", channel)
    one = here.start()
    one.tick(here.clock.now())
    one.leader_lock.give_up()
    here.clock.advance_to(new_york("2025-04-10 19:00"))
    steps: list[str] = []

    def meanwhile(step_name: str) -> None:
        steps.append(step_name)
        if step_name == "composed":
            # The other has it ready when this one, by a lost lock, stores and sends its own.
            (tmp_path / "havenwatch.db.lock").unlink()
            one.tick(here.clock.now())

    two = here.start(meanwhile)
    two.tick(here.clock.now())
    two.tick(here.clock.now() + timedelta(minutes=1))
    assert steps.count("composed") == 1
    assert channel.when() == ["2025-04-10 at Thu 2025-04-10 19:00"]
    one.close()
    two.close()


def test_after_missed_hours_one_comes_late_and_its_subject_says_so(
    no_publishers: Standins, tmp_path: Path
) -> None:
    channel = TimedChannel()
    here = desk(no_publishers, tmp_path, "2025-04-10 12:00", channel)
    app = here.start()
    watch(app, here.clock, "2025-04-10 20:00")
    app.close()
    here.clock.advance_to(new_york("2025-04-16 09:00"))
    app = here.start()
    watch(app, here.clock, "2025-04-16 20:00")
    assert channel.when() == [
        "2025-04-10 at Thu 2025-04-10 19:00",
        "2025-04-15 at Wed 2025-04-16 09:00",
        "2025-04-16 at Wed 2025-04-16 19:00",
    ]
    _, late, prompt = (page for _, page in channel.got)
    assert late.subject.startswith("[Digest 2025-04-15, late] ")
    assert late.kicker == "DAILY DIGEST · Tue 15 Apr 2025 · late"
    said = plain_text(late).replace("\n", " ")
    assert "since Thu 10 Apr 2025 19:00 EDT" in said
    assert "Delayed digest, generated Wed 16 Apr 2025 09:00 EDT." in said
    assert prompt.subject.startswith("[Digest 2025-04-16] ")
    app.close()


def test_a_few_minutes_late_is_not_late(no_publishers: Standins, tmp_path: Path) -> None:
    channel = TimedChannel()
    here = desk(no_publishers, tmp_path, "2025-04-10 12:00", channel)
    app = here.start()
    app.tick(here.clock.now())
    here.clock.advance_to(new_york("2025-04-10 19:40"))
    app.tick(here.clock.now())
    assert [page.kicker for _, page in channel.got] == ["DAILY DIGEST · Thu 10 Apr 2025"]
    app.close()


def test_when_the_mail_server_fails_for_hours_it_arrives_once_and_says_that_it_is_late(
    no_publishers: Standins, tmp_path: Path
) -> None:
    with Mailbox(tmp_path) as mailbox:
        channel = Email(
            host="localhost",
            port=mailbox.port,
            ca_file=str(mailbox.ca_file),
            username=mailbox.username,
            password_env="PASSWORD",
            sender="havenwatch@example.org",
            to=("desk@example.org",),
            timeout_s=60,
        )
        here = desk(no_publishers, tmp_path, "2025-04-10 12:00", channel)
        app = here.start()
        mailbox.fail["RCPT"] = "451 4.3.0 try again later"
        watch(app, here.clock, "2025-04-10 22:30")
        assert mailbox.mails == []
        (owed,) = Outbox(app.database).unsettled()
        assert owed.attempts >= 5
        app.close()
        mailbox.fail.clear()
        app = here.start()
        watch(app, here.clock, "2025-04-11 12:00")
        (mail,) = mailbox.mails
        assert isinstance(mail.content, bytes)
        subject = next(line for line in mail.content.splitlines() if line.startswith(b"Subject:"))
        assert subject.startswith(b"Subject: [delayed] [Digest 2025-04-10] ")
        assert Outbox(app.database).unsettled() == []
        watch(app, here.clock, "2025-04-11 20:00")
        assert len(mailbox.mails) == 2
        app.close()


@pytest.mark.parametrize(
    ("before", "after", "last"),
    [
        # 23:00 UTC is the 11th in Tokyo and the 10th in New York.
        ({"desk": {"time_zone": "Asia/Tokyo"}, "digest": {"at": "08:00"}}, {}, "11 14 15"),
        ({"digest": {"at": "07:00"}}, {"digest": {"at": "19:00"}}, "11 14 15"),
        ({"digest": {"at": "19:00"}}, {"digest": {"at": "07:00"}}, "11 12 15"),
    ],
)
def test_another_hour_or_zone_makes_no_second_one_of_a_day(
    no_publishers: Standins,
    tmp_path: Path,
    before: dict[str, Any],
    after: dict[str, Any],
    last: str,
) -> None:
    channel = TimedChannel()
    here = desk(no_publishers, tmp_path, "2025-04-08 12:00", channel)
    app = here.start(**before)
    watch(app, here.clock, "2025-04-10 12:00")
    app.close()
    app = here.start(**after)
    watch(app, here.clock, "2025-04-15 20:00")
    app.close()
    days = [page.key for _, page in channel.got]
    assert len(days) == len(set(days))
    assert days[-3:] == [f"digest/2025-04-{day}" for day in last.split()]
