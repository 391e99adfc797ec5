"""Alerts that somebody acknowledges, and critical ones that nobody does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from alerts.states import Reason
from monitor.errors import HavenwatchError
from rules.terms import Answer, Kind, Severity
from tests.monitor.evaluate.desk import AT, JUMP, Desk, jump
from tests.support import signal


def test_an_answer_is_told_to_whoever_heard_of_the_alert_and_once(desk: Desk) -> None:
    desk.see(jump())
    said = desk.answers.acknowledge(JUMP, "Ann", "looking at it", AT)
    assert "acknowledged by Ann until Thu 10 Apr 2025 22:30 EDT" in said
    assert desk.answers.acknowledge(JUMP, "Ann", "looking at it", AT) == said
    assert desk.told() == [f"{JUMP}#1 slack", f"{JUMP}#2 slack"]
    transition, _ = desk.alert_store.transition(f"{JUMP}#2")
    assert (transition.reason, transition.note) == (Reason.ACKNOWLEDGED, "looking at it")
    assert transition.at == AT


def test_a_second_person_does_not_take_the_firsts_place(desk: Desk) -> None:
    desk.see(jump())
    desk.answers.acknowledge(JUMP, "Ann", "", AT)
    told = desk.told()
    said = desk.answers.acknowledge(JUMP, "Bob", "", AT)
    assert "is acknowledged by Ann" in said
    assert "Not changed to Bob: take it over with ack --force." in said
    assert desk.alert(JUMP).acknowledged_by == "Ann"
    assert desk.told() == told


def test_another_person_may_take_it_over(desk: Desk) -> None:
    desk.see(jump())
    desk.answers.acknowledge(JUMP, "Ann", "", AT)
    assert "by Bob" in desk.answers.acknowledge(JUMP, "Bob", "", AT, force=True)
    assert desk.alert(JUMP).acknowledged_by == "Bob"
    # Nothing stands between who acknowledged first and an acknowledgement that has expired.
    later = AT + timedelta(hours=5)
    assert "by Cy until" in desk.answers.acknowledge(JUMP, "Cy", "", later)


def test_an_alert_that_is_not_there_is_named_with_the_one_probably_meant(desk: Desk) -> None:
    desk.see(jump())
    with pytest.raises(HavenwatchError, match="did you mean 'term_premium_jump/acm/2025-04-10'"):
        desk.answers.acknowledge("term_premium_jump/acm/2025-04-11", "Ann", "", AT)


def test_what_is_over_needs_no_answer(desk: Desk) -> None:
    desk.see(jump())
    desk.see(jump(1, Answer.QUIET))
    assert "resolved" in desk.answers.acknowledge(JUMP, "Ann", "", AT)
    assert len(desk.told()) == 2


def test_an_answer_for_a_condition_expires_and_it_is_told_again(desk: Desk) -> None:
    desk.see(jump())
    desk.answers.acknowledge(JUMP, "Ann", "", AT)
    assert desk.follow_up.next_due() == AT + timedelta(hours=4)
    assert desk.follow_up.follow_up(AT + timedelta(hours=3, minutes=59)) == []
    (again,) = desk.follow_up.follow_up(AT + timedelta(hours=4))
    assert again.reason is Reason.REMINDER
    assert again.note.startswith("Acknowledgement by Ann expired")
    assert desk.told()[-1] == f"{JUMP}#3 slack"
    assert desk.follow_up.follow_up(AT + timedelta(hours=5)) == []


def test_an_answer_for_a_dated_event_is_for_good(desk: Desk) -> None:
    desk.see(signal(), Kind.EVENT)
    said = desk.answers.acknowledge("joint_selloff/us/2025-04-10", "Ann", "", AT)
    assert said.endswith("acknowledged by Ann.")
    assert desk.follow_up.next_due() is None


def test_what_gets_worse_needs_a_new_answer(desk: Desk) -> None:
    desk.see(jump())
    desk.answers.acknowledge(JUMP, "Ann", "", AT)
    desk.see(jump(1, severity=Severity.CRITICAL))
    assert desk.alert(JUMP).acknowledged_by == ""


def test_a_critical_alert_that_nobody_answers_goes_to_a_second_channel_once(desk: Desk) -> None:
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)
    assert desk.follow_up.next_due() == AT + timedelta(minutes=30)
    for minutes in (29, 30, 31, 60):
        desk.follow_up.follow_up(AT + timedelta(minutes=minutes))
    alert_id = "joint_selloff/us/2025-04-10"
    assert desk.told() == [f"{alert_id}#1 slack", f"{alert_id}#1 pager"]
    assert desk.outbox.unsettled()[1].is_escalation
    assert desk.follow_up.next_due() == AT + timedelta(hours=24)  # then it is past


def _acknowledged(desk: Desk) -> None:
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)
    desk.answers.acknowledge("joint_selloff/us/2025-04-10", "Ann", "", AT)


def _silenced(desk: Desk) -> None:
    desk.answers.silence("joint_selloff", None, AT + timedelta(days=1), "Ann", "known", AT)
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)


def _warning(desk: Desk) -> None:
    desk.see(signal(), Kind.EVENT)


def _resolved(desk: Desk) -> None:
    desk.see(jump(severity=Severity.CRITICAL))
    desk.see(jump(0.1, Answer.QUIET))


@pytest.mark.parametrize("happens", [_acknowledged, _silenced, _warning, _resolved])
def test_nothing_else_is_escalated(desk: Desk, happens: Callable[[Desk], None]) -> None:
    happens(desk)
    desk.follow_up.follow_up(AT + timedelta(minutes=45))
    assert not any("pager" in one for one in desk.told())


def test_what_was_critical_before_escalation_was_switched_on_stays_where_it_is(
    desk: Desk,
) -> None:
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)
    desk.follow_up.follow_up(AT + timedelta(days=3))
    assert len(desk.told()) == 1
    assert desk.follow_up.next_due() is None
