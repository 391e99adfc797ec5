"""A desk that follows another one has its numbers, and decides the same by rules of its own."""

from __future__ import annotations

from datetime import date, timedelta

from monitor.history.replay import replay
from tests.monitor.follow.desks import (
    BEGAN,
    COPIED,
    DECIDED,
    EVALUATIONS,
    HOUR,
    Desks,
    differing,
    rows,
)

DAYS = [date(2025, 3, 10) + timedelta(days=n) for n in range(5)]


def jump(desks: Desks) -> None:
    """An evening on which gold jumps, and silver less."""
    desks.both(BEGAN)
    desks.publish("gold", DAYS[0], 106.5)
    desks.publish("silver", DAYS[0], 104.0)
    desks.both(BEGAN + 24 * HOUR)


def test_what_the_other_polled_is_here_as_it_is_there(desks: Desks) -> None:
    jump(desks)
    assert rows(desks.path, "SELECT count(*) FROM vintages") == [(4,)]
    assert differing(desks.leader_path, desks.path, *COPIED) == []


def test_the_same_rules_decide_the_same_and_tell_it_by_their_own_routing(desks: Desks) -> None:
    jump(desks)
    decided = rows(desks.path, DECIDED)
    assert [row[0] for row in decided] == [
        "gold_jump/desk/2025-03-10#1", "metals_up/desk/2025-03-10#1",
    ]  # fmt: skip
    assert differing(desks.leader_path, desks.path, DECIDED, EVALUATIONS) == []
    assert [one.key for one in desks.channel.pages] == [
        one.key for one in desks.leader_channel.pages
    ]


def test_a_replay_of_what_was_followed_is_what_was_lived(desks: Desks) -> None:
    jump(desks)
    until = desks.clock.now()
    again = replay(desks.follower.config, desks.path, BEGAN, until).as_json()
    told = desks.follower.report.alerts_json()
    assert len(told) == 2
    assert again == told
