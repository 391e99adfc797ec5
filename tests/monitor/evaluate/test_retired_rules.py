"""A rule that is removed or switched off: its open conditions are closed, once, with a word."""

from __future__ import annotations

from datetime import timedelta

from alerts.lifecycle import RETIRED
from alerts.states import AlertState, Reason
from monitor.config.plugins import rule_types
from monitor.evaluate.retired_rules import RetiredRules
from rules.terms import Kind
from tests.monitor.evaluate.desk import AT, Desk, jump
from tests.support import signal

ALERT = "term_premium_jump/acm/2025-04-10"
LATER = AT + timedelta(hours=1)


def desk_with_progress() -> Desk:
    desk = Desk()
    desk.see(jump())
    desk.see(signal(known_at=AT), Kind.EVENT)
    with desk.database.immediate() as connection:
        for name in ("term_premium_jump", "joint_selloff"):
            desk.alert_store.record_progress(connection, name, AT)
    return desk


def retired(desk: Desk, *kept: str) -> RetiredRules:
    return RetiredRules(desk.database, [rule_types()[name]() for name in kept], desk.recording)


def test_the_conditions_of_a_rule_that_is_gone_are_closed_once_and_whoever_heard_is_told() -> None:
    desk = desk_with_progress()
    gone = retired(desk, "joint_selloff")
    (transition,) = gone.close(LATER)
    assert (transition.reason, transition.note) == (Reason.RESOLVED, RETIRED)
    assert desk.alert(ALERT).state is AlertState.RESOLVED
    assert desk.alert(ALERT).closed_at == LATER
    assert len([one for one in desk.told() if one.startswith(ALERT)]) == 2
    assert gone.close(LATER) == []
    assert set(desk.alert_store.progress()) == {"joint_selloff"}


def test_what_is_kept_and_what_is_dated_is_left_alone() -> None:
    desk = desk_with_progress()
    assert retired(desk, "joint_selloff", "term_premium_jump").close(LATER) == []
    assert desk.alert(ALERT).state is AlertState.OPEN
    assert retired(desk, "term_premium_jump").close(LATER) == []
    assert desk.alert("joint_selloff/us/2025-04-10").state is AlertState.OPEN
