"""What foreigners did over a window of months: its sum, share of holdings, word and rank."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rules.tic.flows import Flows
from rules.tic.move import Move, move_of
from tests.rules.verdict.verdict_figures import flows, panel
from tests.support import Row


@pytest.mark.parametrize(
    ("pct", "move"),
    [
        (-1.0, Move.SOLD),
        (-0.999, Move.SOLD_A_LITTLE),
        (-0.05, Move.SOLD_A_LITTLE),
        (-0.049, Move.FLAT),
        (0.0, Move.FLAT),
        (0.049, Move.FLAT),
        (0.05, Move.BOUGHT),
        (0.9, Move.BOUGHT),
    ],
)
def test_a_window_is_named_by_its_share_of_holdings(pct: float, move: Move) -> None:
    assert move_of(pct, -1.0) is move


def known(found: list[Row]) -> Flows:
    return Flows.of(panel(found))


def test_a_window_is_summed_ranked_and_named() -> None:
    found = known(flows(-9.0, 90.0, -18.0, -90.0, 45.0, -18.0))
    assert found.last == date(2025, 4, 30)
    # The second-largest sale of one month is shared by two.
    month = found.window(1, -0.1)
    assert month == replace(month, months=1, usd_bn=-18.0, move=Move.SOLD, size_pct=-0.1)
    assert (month.rank, month.count, month.first) == (3, 6, date(2024, 11, 30))
    assert month.pct == pytest.approx(-0.2)
    three = found.window(3, -1.0)
    assert (three.usd_bn, three.move, three.rank, three.count, three.first) == (
        -63.0, Move.SOLD_A_LITTLE, 2, 4, date(2025, 1, 31))  # fmt: skip
    assert three.pct == pytest.approx(-0.7)


@pytest.mark.parametrize("months", [7, 12])
def test_of_too_few_months_nothing_is_known(months: int) -> None:
    found = known(flows(10.0, 20.0, 30.0)).window(months, -1.0)
    assert (found.months, found.move, found.rank, found.count, found.first) == (
        months, Move.UNKNOWN, 0, 0, None)  # fmt: skip
    assert np.isnan([found.usd_bn, found.pct]).all()
    assert known([]).last is None


def test_a_month_that_is_missing_leaves_its_windows_unknown() -> None:
    march = date(2025, 3, 31)
    found = known(
        [row for row in flows(10.0, 20.0, 30.0) if row[1] != march or "net" not in row[0]]
    )
    assert found.window(1, -1.0).usd_bn == 30.0
    assert found.window(3, -1.0).move is Move.UNKNOWN
