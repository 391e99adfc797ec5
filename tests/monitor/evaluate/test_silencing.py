"""Rules that somebody silences: what is not sent, and what is when the silence ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import HavenwatchError
from rules.terms import Answer, Kind, Severity
from tests.monitor.evaluate.desk import AT, JUMP, Desk, jump, silence
from tests.support import signal


@pytest.mark.parametrize(
    ("rule", "subject", "remedy"),
    [
        ("term_premium_jump", "acn", "did you mean 'acm'"),
        ("joint_selloff", "chnia", "did you mean 'china'"),
        ("joint_selloff", "zz", "use one of those"),
    ],
)
def test_a_silence_of_a_subject_that_no_rule_has_is_refused(
    rule: str, subject: str, remedy: str, desk: Desk
) -> None:
    with pytest.raises(HavenwatchError, match=f"expected a subject of {rule}") as caught:
        silence(desk, rule, subject)
    assert remedy in str(caught.value)


def test_what_is_silenced_is_recorded_and_not_told(desk: Desk) -> None:
    said = silence(desk)
    assert "Silenced term_premium_jump until Thu 10 Apr 2025 20:30 EDT" in said
    assert silence(desk) == said
    desk.see(jump(1))
    desk.see(jump(1, rule_id="source_health"))
    assert desk.alert(JUMP).severity is Severity.WARNING
    assert desk.told() == ["source_health/acm/2025-04-10#1 slack"]


def test_what_was_known_before_a_silence_was_made_is_told(desk: Desk) -> None:
    silence(desk)
    desk.see(jump(-0.1))
    assert desk.told() == [f"{JUMP}#1 slack"]


def test_a_silence_may_be_of_one_subject(desk: Desk) -> None:
    silence(desk, subject="kim_wright")
    desk.see(jump())
    desk.see(jump(subject="kim_wright"))
    assert desk.told() == [f"{JUMP}#1 slack"]


def test_what_is_still_open_when_its_silence_ends_is_told_then(desk: Desk) -> None:
    silence(desk)
    desk.see(jump(1))
    assert desk.follow_up.next_due() == AT + timedelta(hours=2)
    desk.follow_up.follow_up(AT + timedelta(hours=2))
    assert desk.told() == [f"{JUMP}#2 slack"]
    transition, _ = desk.alert_store.transition(f"{JUMP}#2")
    assert "Silence expired; still open" in transition.note
    assert desk.follow_up.next_due() is None


def test_what_is_over_when_its_silence_ends_is_not_told(desk: Desk) -> None:
    silence(desk)
    silence(desk, "joint_selloff")
    desk.see(jump(0.5))
    desk.see(jump(1, Answer.QUIET))
    desk.see(signal(), Kind.EVENT)
    desk.follow_up.follow_up(AT + timedelta(hours=3))
    assert desk.told() == []
    assert desk.follow_up.next_due() == AT + timedelta(hours=24)  # then the event is past


def test_a_silence_can_be_ended_before_its_time(desk: Desk) -> None:
    silence(desk)
    desk.see(jump(0.5))
    ended = AT + timedelta(hours=1)
    assert desk.answers.unsilence(1, ended) == "Silence 1 expired."
    desk.follow_up.follow_up(ended)
    assert desk.told() == [f"{JUMP}#2 slack"]
    desk.see(jump(1.5, severity=Severity.CRITICAL))
    assert desk.told()[-1] == f"{JUMP}#3 slack"
    with pytest.raises(HavenwatchError, match="expected the id of an active silence"):
        desk.answers.unsilence(1, ended)


def test_a_silence_of_a_rule_that_is_not_there_or_of_no_time_is_refused(desk: Desk) -> None:
    with pytest.raises(HavenwatchError, match="did you mean 'joint_selloff'"):
        silence(desk, "joint_sellof")
    with pytest.raises(HavenwatchError, match="expected an end in the future"):
        desk.answers.silence("joint_selloff", None, AT, "Ann", "", AT)
