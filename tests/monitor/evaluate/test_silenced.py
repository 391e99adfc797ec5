"""What is silenced does not escalate, remind, expire or sum up; what is due then comes after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from rules.terms import Kind, Severity
from tests.monitor.evaluate.desk import AT, JUMP, Desk, crossings, jump
from tests.support import signal


def _critical(desk: Desk) -> None:
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)


def _acknowledged(desk: Desk) -> None:
    desk.see(jump())
    desk.answers.acknowledge(JUMP, "Ann", "", AT)


def _flapping(desk: Desk) -> None:
    crossings(desk, 9)


def _reminded(desk: Desk) -> None:
    desk.see(jump(-24 * 31))
    desk.see(jump(0.5))


# What is due, the rule to silence, when it would be due, and what comes when the silence ends.
DUE: dict[str, tuple[Callable[[Desk], None], str, float, str]] = {
    "an escalation": (_critical, "joint_selloff", 0.5, "joint_selloff/us/2025-04-10#1 pager"),
    "an acknowledgement that expires": (_acknowledged, "term_premium_jump", 4, f"{JUMP}#3 slack"),
    "a summary": (
        _flapping, "term_premium_jump", 2.7, "term_premium_jump/acm/2025-04-14#2 slack",
    ),
}  # fmt: skip
SILENCED_FOR = timedelta(hours=8)


@pytest.mark.parametrize("name", DUE)
@pytest.mark.parametrize("subject", [None, "its own"])
def test_what_is_silenced_waits_for_the_end_of_the_silence(name: str, subject: str | None) -> None:
    happens, rule, due_h, comes = DUE[name]
    desk = Desk()
    happens(desk)
    told = desk.told()
    about = None if subject is None else desk.alert_store.alerts()[0].subject
    made_at = AT + timedelta(minutes=25)
    end = made_at + SILENCED_FOR
    desk.answers.silence(rule, about, end, "Ann", "known", made_at)
    assert desk.follow_up.next_due() == end
    for hours in (due_h, due_h + 0.1, 6, 8):
        assert desk.follow_up.follow_up(AT + timedelta(hours=hours)) == []
    assert desk.told() == told
    desk.follow_up.follow_up(end)
    assert desk.told() == [*told, comes]
    desk.follow_up.follow_up(end + timedelta(hours=1))
    assert desk.told() == [*told, comes]
    desk.database.close()


@pytest.mark.parametrize("name", DUE)
def test_a_silence_of_another_subject_holds_up_nothing(name: str) -> None:
    happens, rule, due_h, comes = DUE[name]
    desk = Desk()
    happens(desk)
    desk.answers.silence("source_health", None, AT + SILENCED_FOR, "Ann", "known", AT)
    desk.follow_up.follow_up(AT + timedelta(hours=due_h))
    assert desk.told()[-1] == comes
    assert rule
    desk.database.close()


def test_a_reminder_that_comes_under_a_silence_is_told_once_when_that_ends() -> None:
    desk = Desk()
    desk.see(jump(-24 * 31))
    told = desk.told()
    desk.answers.silence("term_premium_jump", None, AT + timedelta(hours=2), "Ann", "known", AT)
    desk.see(jump(0.5))
    assert desk.told() == told
    desk.follow_up.follow_up(AT + timedelta(hours=2))
    assert len(desk.told()) == len(told) + 1
    desk.database.close()
