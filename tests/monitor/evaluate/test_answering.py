"""What is told after the first message: answers, silences, reminders, escalation, summaries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.lifecycle import step
from alerts.model import Alert, Reason, Transition
from alerts.quiet_hours import QuietHours
from alerts.routing import Terms
from monitor.errors import HavenwatchError
from monitor.evaluate.acknowledge import AlertActions
from monitor.evaluate.escalation import TimedActions
from monitor.evaluate.notification_policy import NotificationPolicy
from rules.model import Answer, Kind, Severity, Signal
from state.alert_store import AlertStore
from state.database import Database
from state.outbox import Outbox
from tests.support import signal, utc

AT = utc("2025-04-10 22:30")
ZONE = ZoneInfo("America/New_York")
ROUTES = {"warning": ["slack"], "critical": ["slack"], "operational": ["slack"]}
RULES = ("joint_selloff", "haven_failure", "term_premium_jump", "source_health")


def subjects_of(rule: str) -> list[str]:
    """Those of the rules of these tests."""
    return ["acm", "kim_wright"] if rule == "term_premium_jump" else ["us", "acm", "china"]


class Desk:
    """The recording, the answers and the follow-up of one scratch database."""

    def __init__(self, **terms: object):
        self.database = Database(None)
        self.alert_store, self.outbox = AlertStore(self.database), Outbox(self.database)
        made = Terms(
            routes=ROUTES,
            zone=ZONE,
            inhibited_by={"haven_failure": ["joint_selloff"]},
            flap_window=timedelta(hours=24),
        )
        self.recording = NotificationPolicy(self.database, (), replace(made, **terms))  # type: ignore[arg-type]
        self.answers = AlertActions(
            self.database, self.recording, RULES, timedelta(hours=4), ZONE, subjects_of
        )
        self.follow_up = TimedActions(
            self.database,
            self.recording,
            ["pager"],
            timedelta(minutes=30),
            timedelta(hours=24),
            timedelta(hours=2),
            ZONE,
        )

    def see(self, one: Signal, kind: Kind = Kind.CONDITION) -> Transition | None:
        """Judge a signal as the program does; the transition it made."""
        alert = self.alert_store.latest(one.rule_id, one.subject)
        if kind is Kind.EVENT and alert is not None and alert.episode != one.period_end:
            alert = None
        transition = step(alert, one, kind, timedelta(days=3), timedelta(days=30))
        if transition is not None:
            with self.database.immediate() as connection:
                self.recording.record(connection, transition)
        return transition

    def told(self) -> list[str]:
        """Every delivery owed: transition, channel, from when on."""
        return [f"{one.transition_id} {one.channel}" for one in self.outbox.unsettled()]

    def alert(self, alert_id: str) -> Alert:
        found = self.alert_store.alert(alert_id)
        assert found is not None
        return found


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.database.close()


def jump(hours: float = 0, answer: Answer = Answer.FIRING, **settings: object) -> Signal:
    """The term premium, so many hours after it opened."""
    moment = AT + timedelta(hours=hours)
    made = {"rule_id": "term_premium_jump", "subject": "acm", "period": date(2025, 4, 10)}
    return signal(answer, known_at=moment, **{**made, **settings})  # type: ignore[arg-type]


JUMP = "term_premium_jump/acm/2025-04-10"


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


def silence(desk: Desk, rule: str = "term_premium_jump", subject: str | None = None) -> str:
    return desk.answers.silence(rule, subject, AT + timedelta(hours=2), "Ann", "auction", AT)


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


def crossings(desk: Desk, count: int, minutes: float = 5, **settings: object) -> datetime:
    """So many openings and closings; when the last one was."""
    for number in range(count):
        answer = Answer.QUIET if number % 2 else Answer.FIRING
        # A condition that opens again is a new episode, however near the one before.
        period = date(2025, 4, 10) + timedelta(days=number // 2)
        desk.see(jump(number * minutes / 60, answer, period=period, **settings))
    return AT + timedelta(minutes=(count - 1) * minutes)


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


def haven(severity: Severity, known_at: datetime = AT) -> Signal:
    return signal(severity=severity, rule_id="haven_failure", known_at=known_at)


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
