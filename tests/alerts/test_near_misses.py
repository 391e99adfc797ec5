"""How far what stayed quiet was from its threshold, in words."""

from __future__ import annotations

from datetime import date

import pytest

from alerts.near_misses import nearest, way
from rules.model import Evidence


def line(value: float | None, threshold: float | None, unit: str = "bp") -> Evidence:
    return Evidence("Rise over 5 sessions", value, unit, date(2025, 4, 10), "ACM", threshold)


def test_the_number_that_came_nearest_is_named_with_its_distance() -> None:
    found = nearest((line(1.0, None), line(3.0, 8.7), line(16.3, 18.6)), 16.3 / 18.6)
    assert found == "Rise over 5 sessions: 16.3bp (threshold 18.6bp)"


def test_a_fall_is_as_far_as_a_rise() -> None:
    found = nearest((line(-38.2, -42.0, "usd_bn"),), 38.2 / 42.0)
    assert found == "Rise over 5 sessions: −$38.2bn (threshold −$42.0bn)"


def test_a_distance_is_never_shown_as_none() -> None:
    found = nearest((line(0.2461, 0.25, "correlation"),), 0.2461 / 0.25)
    assert found == "Rise over 5 sessions: 0.246 (threshold 0.250)"


def test_without_a_number_that_went_so_far_nothing_is_said() -> None:
    assert nearest((line(None, 18.6), line(5.0, 0.0), line(16.3, 18.6)), 0.8) == ""


@pytest.mark.parametrize(("nearness", "said"), [(0.75, "75%"), (0.9844, "98%"), (0.9999, "99%")])
def test_the_way_is_never_said_to_be_all_gone(nearness: float, said: str) -> None:
    assert way(nearness) == said
