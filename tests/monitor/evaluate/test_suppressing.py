"""What is not sent by itself: flapping, inhibited by another alert, or within quiet hours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from alerts.quiet_hours import QuietHours
from alerts.states import Reason
from rules.model import Signal
from rules.terms import Answer, Kind, Severity
from tests.monitor.evaluate.desk import AT, JUMP, Desk, crossings, haven, jump, silence
from tests.support import signal, utc


def test_a_hundred_crossings_are_two_messages_and_a_summary(desk: Desk) -> None:
    last = crossings(desk, 100)
    assert desk.told() == [f"{JUMP}#1 slack", f"{JUMP}#2 slack"]
    assert desk.follow_up.next_due() == last + timedelta(hours=2)
    (summary,) = desk.follow_up.follow_up(last + timedelta(hours=2))
    assert summary.reason is Reason.FLAPPED
    assert summary.note.startswith("Flapped: 98 changes between")
    assert summary.note.endswith("now resolved.")
    assert len(desk.told()) == 3
    assert desk.follow_up.follow_up(last + timedelta(hours=9)) == []


def test_what_flaps_and_gets_worse_is_told_at_once(desk: Desk) -> None:
    crossings(desk, 5)
    desk.see(jump(1, severity=Severity.CRITICAL, period=date(2025, 4, 12)))
    assert desk.told()[-1].startswith("term_premium_jump/acm/2025-04-12")
    assert len(desk.told()) == 3


def test_crossings_a_day_apart_are_each_told(desk: Desk) -> None:
    crossings(desk, 6, minutes=24 * 60 + 1)
    assert len(desk.told()) == 6


def test_a_joint_selloff_says_what_a_haven_failure_of_the_same_session_would(desk: Desk) -> None:
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)
    desk.see(haven(Severity.CRITICAL), Kind.EVENT)
    assert desk.told() == ["joint_selloff/us/2025-04-10#1 slack"]
    assert desk.alert("haven_failure/us/2025-04-10").severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("joint", "cousin"),
    [
        (signal(severity=Severity.WARNING), haven(Severity.CRITICAL)),
        (signal(severity=Severity.NOTICE), haven(Severity.WARNING)),
        (signal(period=date(2025, 4, 9)), haven(Severity.WARNING)),
        (signal(Answer.QUIET), haven(Severity.WARNING)),
        (signal(), haven(Severity.WARNING, AT - timedelta(minutes=1))),
    ],
    ids=["milder", "untold", "another session", "none", "known later"],
)
def test_anything_less_does_not(desk: Desk, joint: Signal, cousin: Signal) -> None:
    desk.see(joint, Kind.EVENT)
    desk.see(cousin, Kind.EVENT)
    assert "haven_failure/us/2025-04-10#1 slack" in desk.told()


def test_what_another_alert_would_say_is_told_where_that_one_is_silenced(desk: Desk) -> None:
    silence(desk, "joint_selloff")
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)
    desk.see(haven(Severity.WARNING), Kind.EVENT)
    assert desk.told() == ["haven_failure/us/2025-04-10#1 slack"]


NIGHT = QuietHours(begin="22:00", end="07:00", weekends=True)


def test_quiet_hours_hold_warnings_and_never_criticals() -> None:
    desk = Desk(quiet_hours=NIGHT)
    late = utc("2025-04-11 02:30")  # 22:30 in New York
    desk.see(jump(4))
    desk.see(signal(severity=Severity.CRITICAL, known_at=late), Kind.EVENT)
    warning, critical = desk.outbox.unsettled()
    assert warning.due_at == utc("2025-04-11 11:00")
    assert critical.due_at == late
    desk.see(jump(4.5, severity=Severity.CRITICAL))
    # What was held goes before what it became.
    first, _, worse = desk.outbox.unsettled()
    assert first.due_at == worse.due_at == late + timedelta(minutes=30)
    desk.database.close()
