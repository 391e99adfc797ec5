"""What comes from the other database after rules here have decided past it is never missed, and
nothing is decided that is not known there yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.monitor.follow.desks import BEGAN, DECIDED, HOUR, Desks, differing, rows

DAY = date(2025, 3, 10)
ALERTS = "SELECT alert_id, state FROM alerts WHERE rule_id = 'gold_jump'"


class Interrupted(BaseException):
    """The leader dies."""


def test_a_cycle_that_goes_on_there_is_decided_once_it_has_ended(desks: Desks) -> None:
    desks.both(BEGAN)
    desks.publish("gold", DAY, 106.5)
    at = desks.to(BEGAN + 24 * HOUR)
    seen: list[list[tuple[str, str]]] = []

    def look(step: str) -> None:
        if step == "polled gold":
            desks.follower.tick(at)
            seen.append(rows(desks.path, ALERTS))

    desks.leader.close()
    desks.leader = desks.new_leader(look)
    desks.leader.tick(at)
    assert seen == [[]]
    assert rows(desks.path, "SELECT max(value) FROM observations") == [(106.5,)]
    desks.follow(at + timedelta(seconds=15))
    assert rows(desks.path, ALERTS) == [("gold_jump/desk/2025-03-10", "open")]
    assert differing(desks.leader_path, desks.path, DECIDED) == []


def test_a_program_that_dies_in_its_cycle_has_it_decided_when_it_goes_on(desks: Desks) -> None:
    desks.both(BEGAN)
    desks.publish("gold", DAY, 106.5)

    def die(step: str) -> None:
        if step == "decide":
            raise Interrupted

    desks.leader.close()
    desks.leader = desks.new_leader(die)
    with pytest.raises(Interrupted):
        desks.lead(BEGAN + 24 * HOUR)
    desks.follow(BEGAN + 24 * HOUR + timedelta(minutes=1))
    assert rows(desks.path, ALERTS) == []
    desks.leader.close()
    desks.leader = desks.new_leader()
    desks.both(BEGAN + 24 * HOUR + timedelta(minutes=2))
    assert rows(desks.path, ALERTS) == [("gold_jump/desk/2025-03-10", "open")]
    assert differing(desks.leader_path, desks.path, DECIDED) == []


def test_a_backfill_that_ends_behind_a_cycle_is_known_here_from_when_it_comes(
    desks: Desks,
) -> None:
    """It began before the cycle and is stored after it: by then all rules have decided past it."""
    desks.both(BEGAN)
    began = BEGAN + HOUR
    desks.both(began + timedelta(minutes=1))
    desks.publish("gold", DAY, 106.5)
    source = desks.leader.sources["gold"]
    desks.leader.ingest.backfill(source, DAY, began)
    decided = rows(desks.path, DECIDED)
    desks.both(began + timedelta(minutes=2))
    known = rows(desks.path, "SELECT known_at, copied_at FROM vintages ORDER BY vintage_id DESC")
    assert known[0] == ("2025-03-10T17:02:00Z", None)
    new = [row for row in rows(desks.path, DECIDED) if row not in decided]
    assert [row[:3] for row in new] == [
        ("gold_jump/desk/2025-03-10#1", "gold_jump/desk/2025-03-10", "2025-03-10T17:02:00Z")
    ]


def test_numbers_that_came_later_than_they_were_known_are_not_there_before_they_came(
    desks: Desks,
) -> None:
    from state.database import Database

    desks.both(BEGAN)
    desks.publish("gold", DAY, 106.5)
    desks.lead(BEGAN + 24 * HOUR)
    desks.follow(BEGAN + 30 * HOUR)
    seen = []
    for hours in (23, 29, 30):
        past = Database(desks.path, as_of=BEGAN + hours * HOUR)
        query = "SELECT max(value) AS value, (SELECT count(*) FROM vintages) FROM observations"
        seen.append(tuple(past.connection.execute(query).fetchone()))
        past.close()
    assert seen == [(102.0, 2), (102.0, 2), (106.5, 3)]
