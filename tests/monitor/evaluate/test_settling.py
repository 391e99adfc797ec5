"""An alert is answered once by the transactions of its month, and again if a revision changes the
answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from alerts.quiet_hours import QuietHours
from alerts.states import AlertState, Reason
from monitor.deliver.message_builder import MessageBuilder
from rules.terms import Answer, Kind, Severity
from rules.tic.move import Move
from tests.monitor.evaluate.desk import AT, ROUTES, ZONE
from tests.monitor.evaluate.settling_desk import (
    ALERT,
    APRIL,
    LARGE_MN,
    MARCH,
    OUT,
    SettlingDesk,
)
from tests.support import new_york, signal

HOUR = timedelta(hours=1)


@pytest.fixture
def desk() -> Iterator[SettlingDesk]:
    made = SettlingDesk()
    made.opened(signal())
    yield made
    made.database.close()


def test_nothing_is_answered_before_the_month_is_published(desk: SettlingDesk) -> None:
    desk.publish(OUT - 30 * 24 * HOUR, 100_000.0, month=MARCH)
    assert desk.settle(OUT - HOUR) == []


def test_it_is_answered_once_when_the_month_comes_and_stays_as_it_is(desk: SettlingDesk) -> None:
    before = desk.alert(ALERT)
    desk.publish(OUT, LARGE_MN)
    (told,) = desk.settle(OUT)
    assert (told.reason, told.transition_id, told.at) == (Reason.SETTLED, f"{ALERT}#2", OUT)
    assert told.settlement is not None
    assert told.settlement.answer.move is Move.SOLD
    assert told.note == told.settlement.title
    assert desk.told()[-1] == f"{ALERT}#2 slack"
    after = desk.alert(ALERT)
    assert (after.state, after.severity, after.transitions) == (before.state, before.severity, 2)
    assert after.known_at == before.known_at
    assert desk.settle(OUT) == desk.settle(OUT + HOUR) == []
    assert desk.alert_store.transition(told.transition_id) == (told, ())


def test_it_is_answered_once_the_holdings_before_its_month_are_known(desk: SettlingDesk) -> None:
    desk.publish(OUT, LARGE_MN, held_mn=None)
    assert desk.settle(OUT) == []
    desk.publish(OUT + HOUR, LARGE_MN)
    (told,) = desk.settle(OUT + HOUR)
    assert (told.reason, told.at) == (Reason.SETTLED, OUT + HOUR)


def test_a_program_that_was_down_answers_when_it_is_back(desk: SettlingDesk) -> None:
    desk.publish(OUT, LARGE_MN)
    (told,) = desk.settle(OUT + 100 * HOUR)
    assert told.at == OUT


def test_a_revision_that_changes_the_answer_is_told_and_loudly(desk: SettlingDesk) -> None:
    desk.publish(OUT, LARGE_MN)
    desk.settle(OUT)
    again = OUT + 30 * 24 * HOUR
    desk.publish(again, +20_000.0)
    (told,) = desk.settle(again)
    assert told.settlement is not None
    assert told.settlement.answer.move is Move.BOUGHT
    assert told.settlement.title.startswith("Settled again: in April 2025 foreigners bought")
    assert told.settlement.before.startswith("Data revised; it was: in April 2025 foreigners sold")
    pages = MessageBuilder(desk.database, {}, ZONE)
    loud = [pages.message(one, again, with_chart=False).loud for one in desk.outbox.unsettled()]
    assert loud == [False, False, True]
    assert desk.settle(again + HOUR) == []


@pytest.mark.parametrize(
    ("net_mn", "officials_mn"),
    [
        (LARGE_MN - 20_000.0, -9_000.0),  # larger, and the same answer
        (LARGE_MN + 1_000.0, -6_000.0),  # across the size that counts, by a little
        (LARGE_MN, +500.0),  # officials across zero, by a little
    ],
)
def test_a_revision_that_changes_no_answer_is_not_told(
    desk: SettlingDesk, net_mn: float, officials_mn: float
) -> None:
    desk.publish(OUT, LARGE_MN)
    desk.settle(OUT)
    desk.publish(OUT + HOUR, net_mn, officials_mn)
    assert desk.settle(OUT + HOUR) == []


def test_small_steps_are_told_once_they_add_up_to_another_answer(desk: SettlingDesk) -> None:
    desk.publish(OUT, LARGE_MN)
    desk.settle(OUT)
    told = []
    for step in range(1, 5):
        at = OUT + step * HOUR
        desk.publish(at, LARGE_MN + step * 2_500.0)
        told.append([one.reason.value for one in desk.settle(at)])
    assert told == [[], [], ["settled"], []]


def test_who_sold_is_told_again_once_it_is_known(desk: SettlingDesk) -> None:
    desk.publish(OUT, LARGE_MN, None)
    (first,) = desk.settle(OUT)
    assert first.settlement is not None
    assert "no data on whether" in first.settlement.officials
    desk.publish(OUT + HOUR, LARGE_MN, -60_000.0)
    (told,) = desk.settle(OUT + HOUR)
    assert told.settlement is not None
    assert "was mostly foreign official" in told.settlement.officials


def test_what_nobody_was_notified_of_is_not_answered() -> None:
    desk = SettlingDesk()
    desk.opened(signal(severity=Severity.NOTICE))
    desk.opened(signal(severity=Severity.WARNING, period=date(2025, 4, 21)))
    desk.publish(OUT, LARGE_MN)
    assert [one.after.episode.day for one in desk.settle(OUT)] == [21]
    desk.database.close()


def test_what_another_alert_said_is_not_answered_by_itself(desk: SettlingDesk) -> None:
    desk.opened(signal(rule_id="haven_failure"))
    desk.publish(OUT, LARGE_MN)
    assert [one.after.rule_id for one in desk.settle(OUT)] == ["joint_selloff"]


def test_what_was_withdrawn_or_is_of_another_rule_is_not_answered(desk: SettlingDesk) -> None:
    desk.opened(signal(Answer.QUIET, known_at=AT + HOUR))
    desk.see(signal(rule_id="source_health"))
    assert desk.alert(ALERT).state is AlertState.WITHDRAWN
    desk.publish(OUT, LARGE_MN)
    assert desk.settle(OUT) == []


def test_one_that_is_told_when_its_month_is_out_is_not_answered(desk: SettlingDesk) -> None:
    """Its message came after the answer, and named a later month."""
    desk.publish(OUT, LARGE_MN)
    desk.settle(OUT)
    desk.opened(signal(period=date(2025, 4, 21), known_at=OUT + HOUR))
    desk.publish(OUT + 2 * HOUR, +20_000.0)
    assert [one.after.alert_id for one in desk.settle(OUT + 2 * HOUR)] == [ALERT]


def test_what_was_out_before_the_program_could_answer_is_history(desk: SettlingDesk) -> None:
    """A database of an earlier version begins to answer with what comes after its first look."""
    desk.publish(OUT, LARGE_MN)
    with desk.database.immediate() as connection:
        connection.execute("DELETE FROM settlement_progress")
    desk.settling.start(OUT + HOUR)
    assert desk.settle(OUT + 2 * HOUR) == []
    desk.publish(OUT + 3 * HOUR, +20_000.0)
    assert desk.settle(OUT + 3 * HOUR) == []


def test_an_answer_is_silenced_like_any_message(desk: SettlingDesk) -> None:
    desk.answers.silence("joint_selloff", None, OUT + HOUR, "Ann", "known", OUT - HOUR)
    desk.publish(OUT, LARGE_MN)
    told = desk.told()
    (settled,) = desk.settle(OUT)
    assert desk.told() == told
    reason = desk.database.connection.execute("SELECT transition_id, why FROM withheld").fetchall()
    assert [tuple(one) for one in reason] == [(settled.transition_id, "silenced")]


def test_an_answer_waits_for_the_end_of_quiet_hours() -> None:
    desk = SettlingDesk(quiet_hours=QuietHours(begin="15:00", end="20:00"))
    desk.opened(signal())
    desk.publish(OUT, LARGE_MN)
    desk.settle(OUT)
    assert desk.outbox.unsettled()[-1].not_before == new_york("2025-06-18 20:00")
    desk.database.close()


def test_an_incident_is_no_place_for_an_answer() -> None:
    both = {name: ["slack", "duty"] for name in ROUTES}
    desk = SettlingDesk(routes=both, incident_channels=("duty",))
    desk.opened(signal())
    desk.publish(OUT, LARGE_MN)
    desk.settle(OUT)
    assert desk.told()[-1] == f"{ALERT}#2 slack"
    desk.database.close()


def test_a_condition_that_flaps_is_answered_all_the_same() -> None:
    desk = SettlingDesk()
    for hours, answer in enumerate((Answer.FIRING, Answer.QUIET)):
        one = signal(answer, rule_id="haven_failure", known_at=OUT - (3 - hours) * HOUR)
        desk.see(one, Kind.CONDITION)
    desk.publish(OUT, LARGE_MN)
    assert len(desk.settle(OUT)) == 1
    assert desk.told()[-1] == "haven_failure/us/2025-04-10#3 slack"
    desk.database.close()


def test_of_two_programs_one_answers(desk: SettlingDesk) -> None:
    desk.publish(OUT, LARGE_MN)
    found = list(desk.settling._answers(AT, OUT))
    assert [one.named.month for one in found] == [APRIL]
    written_out = desk.settling._written_out

    def other_first(one: object, panel: object) -> object:
        desk.settling._written_out = written_out  # type: ignore[method-assign]
        desk.settle(OUT)
        return written_out(one, panel)  # type: ignore[arg-type]

    desk.settling._written_out = other_first  # type: ignore[assignment,method-assign]
    assert desk.settle(OUT) == []
    assert desk.alert(ALERT).transitions == 2
