"""A desk that follows another one has its numbers, and decides the same by rules of its own."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.errors import HavenwatchError
from monitor.history.replay import replay
from state.corrections import Corrections
from tests.monitor.follow.desks import (
    BEGAN,
    COPIED,
    DECIDED,
    EVALUATIONS,
    HOUR,
    STORED_DAYS,
    Desks,
    differing,
    rows,
    settings,
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


@pytest.mark.slow
def test_a_source_that_is_polled_later_is_followed_from_then_on(tmp_path: Path) -> None:
    both = settings(tmp_path)
    only_gold = {
        "sources": {name: one for name, one in both["sources"].items() if name != "silver"},
        "rules": {name: one for name, one in both["rules"].items() if name != "metals_up"},
    }
    desks = Desks(tmp_path, sections=only_gold)
    desks.both(BEGAN)
    assert rows(desks.path, "SELECT DISTINCT dataset FROM vintages") == [("gold",)]
    desks.close()
    desks.sections = {}
    desks.leader, desks.follower = desks.new_leader(), desks.new_follower()
    with pytest.raises(HavenwatchError, match="got none of silver"):
        desks.follower.polling.refuse_start()
    desks.lead(BEGAN + HOUR)
    desks.follower.polling.refuse_start()
    desks.follow(BEGAN + HOUR)
    desks.publish("gold", DAYS[0], 106.5)
    desks.publish("silver", DAYS[0], 104.0)
    desks.both(BEGAN + 24 * HOUR)
    assert [row[0] for row in rows(desks.path, DECIDED)] == [
        "gold_jump/desk/2025-03-10#1", "metals_up/desk/2025-03-10#1",
    ]  # fmt: skip
    assert differing(desks.leader_path, desks.path, *COPIED, DECIDED) == []
    desks.close()


def test_a_correction_on_hold_there_is_shown_here_and_stored_once_it_is_accepted_there(
    desks: Desks,
) -> None:
    desks.both(BEGAN)
    desks.publish("gold", STORED_DAYS[20], 130.0)
    desks.both(BEGAN + HOUR)
    held = Corrections(desks.follower.database).of("gold")
    assert held is not None
    subjects = [one.key for one in desks.channel.pages]
    assert "source_correction/gold/2025-03-10#1" in subjects
    Corrections(desks.leader.database).accept(held, "Ann", desks.clock.now())
    desks.both(BEGAN + 2 * HOUR)
    assert Corrections(desks.follower.database).of("gold") is None
    assert (130.0,) in rows(desks.path, "SELECT value FROM observations")
    assert differing(desks.leader_path, desks.path, *COPIED, DECIDED) == []
    assert "source_correction/gold/2025-03-10#2" in [one.key for one in desks.channel.pages]
