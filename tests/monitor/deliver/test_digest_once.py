"""One digest a day, whatever happens to the program, a second one or the mail server."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.channels.email import Email
from alerts.message.plain import plain_text
from monitor.demo.server import Standins
from state.outbox import Outbox
from tests.alerts.mailbox import Mailbox
from tests.monitor.deliver.timed_digests import TimedChannel, desk
from tests.slow import quick_where
from tests.support import new_york, watch


def test_a_restart_at_its_very_hour_makes_it_once(no_publishers: Standins, tmp_path: Path) -> None:
    channel = TimedChannel()
    here = desk(no_publishers, tmp_path, "2025-04-10 12:00", channel)
    for clock_time in ("12:00:00", "18:59:59", "19:00:00", "19:00:00", "19:00:01", "19:20:00"):
        here.clock.advance_to(new_york(f"2025-04-10 {clock_time}"))
        app = here.start()
        app.tick(here.clock.now())
        app.close()
    assert channel.when() == ["2025-04-10 at Thu 2025-04-10 19:00"]


@pytest.mark.parametrize(
    "dies_at",
    quick_where("composed".__eq__, ["digest", "composed", "dispatch", "claim", "heartbeat"]),
)
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
    said = plain_text(late.whole).replace("\n", " ")
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
        pytest.param(
            {"digest": {"at": "07:00"}},
            {"digest": {"at": "19:00"}},
            "11 14 15",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"digest": {"at": "19:00"}},
            {"digest": {"at": "07:00"}},
            "11 12 15",
            marks=pytest.mark.slow,
        ),
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
