"""The step from one state of an alert to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from alerts.lifecycle import NEVER, acknowledge, step
from alerts.model import Alert, Transition
from alerts.states import AlertState, Reason
from rules.model import Signal
from rules.terms import Answer, Kind, Severity
from tests.support import signal, utc

PROMPT = timedelta(hours=42)


def take(
    alert: Alert | None,
    *signals: Signal,
    kind: Kind = Kind.EVENT,
    remind_after: timedelta = NEVER,
) -> list[Transition]:
    """The transitions of signals taken one after the other."""
    out: list[Transition] = []
    for one in signals:
        transition = step(alert, one, kind, PROMPT, remind_after)
        if transition is not None:
            out.append(transition)
            alert = transition.after
    return out


def reasons(transitions: list[Transition]) -> list[Reason]:
    return [one.reason for one in transitions]


QUIET = signal(Answer.QUIET)
UNKNOWN = signal(Answer.UNKNOWN)
NOTICE = signal(severity=Severity.NOTICE)
WARNING = signal(severity=Severity.WARNING)
CRITICAL = signal(severity=Severity.CRITICAL)
PROVISIONAL = signal(severity=Severity.WARNING, provisional=True)


@pytest.mark.parametrize("kind", Kind)
def test_a_firing_signal_opens_an_alert_whose_id_follows_from_its_key(kind: Kind) -> None:
    (opened,) = take(None, WARNING, kind=kind)
    assert opened.reason is Reason.OPENED
    assert opened.before is None
    assert opened.after.alert_id == "joint_selloff/us/2025-04-10"
    assert opened.transition_id == "joint_selloff/us/2025-04-10#1"
    assert opened.after.opened_at == WARNING.known_at


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("nothing", [QUIET, UNKNOWN])
def test_quiet_and_unknown_open_nothing(kind: Kind, nothing: Signal) -> None:
    assert take(None, nothing, kind=kind) == []


@pytest.mark.parametrize("kind", Kind)
def test_the_same_signal_again_changes_nothing(kind: Kind) -> None:
    assert reasons(take(None, WARNING, WARNING, WARNING, kind=kind)) == [Reason.OPENED]


@pytest.mark.parametrize("kind", Kind)
def test_missing_data_does_not_resolve_an_alert(kind: Kind) -> None:
    assert reasons(take(None, WARNING, UNKNOWN, kind=kind)) == [Reason.OPENED]


@pytest.mark.parametrize("kind", Kind)
def test_it_worsens_once(kind: Kind) -> None:
    found = take(None, NOTICE, CRITICAL, CRITICAL, kind=kind)
    assert reasons(found) == [Reason.OPENED, Reason.WORSENED]
    assert found[-1].after.severity is Severity.CRITICAL
    assert found[-1].transition_id.endswith("#2")


def test_an_event_is_withdrawn_when_a_revision_says_it_did_not_happen() -> None:
    found = take(None, WARNING, QUIET)
    assert reasons(found) == [Reason.OPENED, Reason.WITHDRAWN]
    assert found[-1].after.state is AlertState.WITHDRAWN
    assert found[-1].after.closed_at == QUIET.known_at


def test_a_withdrawn_event_that_happened_after_all_is_revised() -> None:
    found = take(None, WARNING, QUIET, WARNING)
    assert reasons(found)[-1] is Reason.REVISED
    assert found[-1].after.state is AlertState.OPEN
    assert found[-1].after.closed_at is None


def test_an_event_that_a_revision_makes_smaller_is_revised() -> None:
    found = take(None, CRITICAL, NOTICE)
    assert reasons(found) == [Reason.OPENED, Reason.REVISED]
    assert found[-1].after.severity is Severity.NOTICE


def test_a_correction_too_small_to_matter_is_not_told() -> None:
    assert reasons(take(None, signal(ratios=(1.38,)), signal(ratios=(1.375,)))) == [Reason.OPENED]


def test_a_correction_that_matters_is_told_once_at_the_same_severity() -> None:
    sold, corrected = signal(ratios=(1.38,)), signal(ratios=(1.05,))
    found = take(None, sold, corrected, corrected)
    assert reasons(found) == [Reason.OPENED, Reason.REVISED]
    assert found[-1].after.severity is found[0].after.severity


def test_small_corrections_are_measured_from_what_was_last_told() -> None:
    drift = [signal(ratios=(1.0 + step / 100,)) for step in range(0, 21, 4)]
    assert reasons(take(None, *drift)) == [Reason.OPENED, Reason.REVISED]


def test_a_number_that_is_not_known_moves_nothing() -> None:
    assert reasons(take(None, signal(ratios=(None,)), signal(ratios=(2.0,)))) == [Reason.OPENED]


def test_a_condition_that_only_moves_is_not_told_again() -> None:
    found = take(None, signal(ratios=(1.0,)), signal(ratios=(1.9,)), kind=Kind.CONDITION)
    assert reasons(found) == [Reason.OPENED]


def test_what_worsens_after_its_time_is_marked_late_too() -> None:
    late = signal(severity=Severity.CRITICAL, known_at=utc("2025-04-15 12:00"))
    assert [one.late for one in take(None, WARNING, late)] == [False, True]


def test_a_provisional_event_is_confirmed_by_the_better_number() -> None:
    found = take(None, PROVISIONAL, PROVISIONAL, WARNING, WARNING)
    assert reasons(found) == [Reason.OPENED, Reason.CONFIRMED]
    assert found[0].after.provisional
    assert not found[-1].after.provisional


def test_a_provisional_event_is_withdrawn_by_the_better_number() -> None:
    assert reasons(take(None, PROVISIONAL, QUIET)) == [Reason.OPENED, Reason.WITHDRAWN]


def test_a_better_number_that_is_worse_news_worsens_and_ends_the_doubt() -> None:
    found = take(None, PROVISIONAL, CRITICAL)
    assert reasons(found) == [Reason.OPENED, Reason.WORSENED]
    assert not found[-1].after.provisional


def test_a_condition_closes_only_below_its_band() -> None:
    in_band = signal(Answer.QUIET, keeps_open=True)
    found = take(None, WARNING, in_band, in_band, QUIET, QUIET, kind=Kind.CONDITION)
    assert reasons(found) == [Reason.OPENED, Reason.RESOLVED]
    assert found[-1].after.state is AlertState.RESOLVED


def test_a_value_in_the_band_does_not_open_a_condition() -> None:
    assert take(None, signal(Answer.QUIET, keeps_open=True), kind=Kind.CONDITION) == []


def test_a_condition_does_not_become_milder_while_it_is_open() -> None:
    found = take(None, CRITICAL, WARNING, NOTICE, kind=Kind.CONDITION)
    assert reasons(found) == [Reason.OPENED]


def test_a_condition_that_returns_is_a_new_episode() -> None:
    later = signal(period=date(2025, 4, 21))
    found = take(None, WARNING, QUIET, later, kind=Kind.CONDITION)
    assert reasons(found) == [Reason.OPENED, Reason.RESOLVED, Reason.OPENED]
    assert found[-1].after.alert_id == "joint_selloff/us/2025-04-21"


def test_a_condition_that_returns_by_a_revision_of_its_first_period_is_the_same_episode() -> None:
    found = take(None, WARNING, QUIET, WARNING, kind=Kind.CONDITION)
    assert reasons(found)[-1] is Reason.REVISED
    assert found[-1].after.alert_id == found[0].after.alert_id


def test_what_is_told_after_its_time_is_marked_late() -> None:
    on_time = signal(known_at=utc("2025-04-11 12:00"))
    late = signal(known_at=utc("2025-04-12 12:00"))
    assert [take(None, one)[0].late for one in (on_time, late)] == [False, True]


def later(days: float, answer: Answer = Answer.FIRING, **settings: Any) -> Signal:
    """A signal so many days after the first."""
    moment = WARNING.known_at + timedelta(days=days)
    return signal(answer, **{"period": moment.date(), "known_at": moment, **settings})


def test_a_condition_that_still_fires_is_told_again_after_its_time() -> None:
    told = take(
        None, WARNING, *map(later, range(1, 16)), kind=Kind.CONDITION, remind_after=timedelta(7)
    )
    assert reasons(told) == [Reason.OPENED, Reason.REMINDER, Reason.REMINDER]
    assert [one.signal.known_at - WARNING.known_at for one in told] == [
        timedelta(0),
        timedelta(7),
        timedelta(14),
    ]
    assert told[-1].after.episode == WARNING.period_end


def test_a_reminder_counts_from_the_last_message_and_keeps_the_worst_severity() -> None:
    told = take(
        None,
        WARNING,
        later(3, severity=Severity.CRITICAL),
        later(9),
        later(10),
        kind=Kind.CONDITION,
        remind_after=timedelta(7),
    )
    assert reasons(told) == [Reason.OPENED, Reason.WORSENED, Reason.REMINDER]
    assert told[-1].after.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("kind", "first", "then"),
    [
        (Kind.EVENT, WARNING, later(30, period=WARNING.period_end)),
        (Kind.CONDITION, NOTICE, later(30, severity=Severity.NOTICE)),
        (Kind.CONDITION, WARNING, later(30, Answer.QUIET, keeps_open=True)),
        (Kind.CONDITION, WARNING, later(30, Answer.UNKNOWN)),
    ],
    ids=["a dated event", "a notice", "what only keeps open", "unknown"],
)
def test_nothing_else_is_reminded_of(kind: Kind, first: Signal, then: Signal) -> None:
    assert reasons(take(None, first, then, kind=kind, remind_after=timedelta(7))) == [Reason.OPENED]


def test_an_answer_does_not_hold_for_what_comes_again() -> None:
    (opened,) = take(None, WARNING)
    answered = acknowledge(opened.after, WARNING, "Ann", "", WARNING.known_at, timedelta(hours=4))
    assert answered is not None
    assert answered.after.acknowledged_by == "Ann"
    gone, again = take(answered.after, QUIET, WARNING)
    assert (gone.after.acknowledged_by, again.after.acknowledged_by) == ("Ann", "")


def test_a_condition_that_never_was_is_withdrawn_and_not_resolved() -> None:
    (opened,) = take(None, WARNING, kind=Kind.CONDITION)
    for quiet in (QUIET, replace(QUIET, keeps_open=True)):
        found = step(opened.after, quiet, Kind.CONDITION, PROMPT, happened=False)
        assert found is not None
        assert (found.reason, found.after.state) == (Reason.WITHDRAWN, AlertState.WITHDRAWN)
        # By numbers corrected once more it did happen after all.
        again = step(found.after, WARNING, Kind.CONDITION, PROMPT)
        assert again is not None
        assert (again.reason, again.after.state) == (Reason.REVISED, AlertState.OPEN)
    assert step(opened.after, UNKNOWN, Kind.CONDITION, PROMPT, happened=False) is None
