"""The months before a verdict: what foreigners did in each, over one, three and twelve."""

from __future__ import annotations

from datetime import date

import pytest

from rules.tic.move import Move
from rules.verdict.history import flow_history
from tests.rules.verdict.verdict_figures import RULE, flows, panel


def test_each_month_is_told_with_its_windows_as_far_as_they_are_known() -> None:
    found = flow_history(panel(flows(90.0, -90.0, 9.0, -270.0)), RULE, 3)
    assert [one.month for one in found] == [date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)]
    assert [one.net_bn for one in found] == [-90.0, 9.0, -270.0]
    assert [[None if pct is None else round(pct, 6) for pct in one.pct] for one in found] == [
        [-1.0, None, None],
        [0.1, 0.1, None],
        [-3.0, -3.9, None],
    ]
    assert [one.moves for one in found] == [
        (Move.SOLD, Move.UNKNOWN, Move.UNKNOWN),
        (Move.BOUGHT, Move.BOUGHT, Move.UNKNOWN),
        (Move.SOLD, Move.SOLD, Move.UNKNOWN),
    ]


def test_there_are_no_more_months_than_are_known() -> None:
    # Of the first month only holdings are known.
    found = flow_history(panel(flows(10.0, 20.0)), RULE, 12)
    assert [one.net_bn for one in found] == [None, 10.0, 20.0]
    assert flow_history(panel([]), RULE, 12) == ()
    year = flow_history(panel(flows(*[90.0] * 12)), RULE, 1)
    assert [one.pct[2] for one in year] == [pytest.approx(12.0)]
    assert year[0].moves == (Move.BOUGHT,) * 3
