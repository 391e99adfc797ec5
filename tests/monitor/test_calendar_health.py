"""The calendar is data that runs out, and the operator is told in time."""

from __future__ import annotations

from monitor.calendars import tic_releases_left
from monitor.health_rules import calendar_signals
from rules.model import Answer
from tests.support import new_york


def test_it_warns_while_there_is_time_to_learn_the_next_days() -> None:
    (early,) = calendar_signals(new_york("2026-11-24 12:00"))
    assert early.answer is Answer.QUIET
    assert tic_releases_left(new_york("2027-01-18 12:00")) == 3
    (late,) = calendar_signals(new_york("2027-01-19 16:00"))
    assert late.answer is Answer.FIRING
    assert "runs out: 2 release days known" in late.explained.headline
    assert "install a newer havenwatch" in late.explained.caveat
