"""The correlation of stocks and bonds, window by window, after it has turned."""

from __future__ import annotations

import numpy as np
import pytest

from rules.catalog.correlation_regime import CorrelationRegime
from rules.evaluation import Evaluations
from tests.rules.verdict.verdict_figures import rows, weekdays
from tests.support import Row, judge, utc

COUNT, TURN = 460, 200
DAYS = weekdays(COUNT)


def closes() -> list[Row]:
    """Stocks that fall or rise by about 1%; yields that fall with them until the turn, as a hedge
    should, and rise when they fall from then on."""
    moves = np.array([(-1.0) ** row * (1.0 + row % 5 / 10.0) for row in range(COUNT)])
    yields = np.where(np.arange(COUNT) < TURN, moves, -moves) / 20.0
    return [
        *rows("spx", DAYS, 1000.0 * np.exp(np.cumsum(moves) / 100.0)),
        *rows("ust10y", DAYS, 4.0 + np.cumsum(yields)),
        *rows("dxy", DAYS, [100.0] * COUNT),
    ]


def judged(found: list[Row]) -> Evaluations:
    return judge(CorrelationRegime(), found, utc("2025-06-30 00:00"))["stock_bond"]


def test_it_is_a_notice_in_one_window_a_warning_in_two_and_critical_in_three() -> None:
    found = judged(closes())
    assert found.severity[:57].tolist() == [Evaluations.UNKNOWN] * 57  # nine tenths of 63 moves
    first = {
        level: int(np.flatnonzero(found.severity == level)[0]) - TURN + 1 for level in (1, 2, 3)
    }
    # About five eighths of each window, for a correlation of +0.25.
    assert [first[level] / window for level, window in ((1, 63), (2, 126), (3, 252))] == (
        pytest.approx([0.625] * 3, abs=0.03)
    )
    assert found.severity[-1] == 3
    assert set(found.severity[57 : TURN + 30].tolist()) == {Evaluations.QUIET}
    assert found.ratios[TURN - 1].tolist()[:2] == [0.0, 0.0]
    assert np.isnan(found.ratios[TURN - 1, 2])  # nine tenths of 252 moves are not there yet
    assert found.ratios[-1] == pytest.approx([4.0, 4.0, 4.0])
    # It stays open from +0.10 on, a few sessions before it is a notice.
    opens = int(np.flatnonzero(found.keeps_open)[0]) - TURN + 1
    assert 30 < opens < first[1]


def test_an_answer_waits_for_the_last_number_of_its_longest_window() -> None:
    late, found = utc("2025-06-29 12:00"), closes()
    for back, known in ((252, "2025-06-29T12:00:00"), (254, f"{DAYS[-1]}T12:00:00")):
        changed = [
            (*row[:2], late, *row[3:]) if row[:2] == ("spx", DAYS[-1 - back]) else row
            for row in found
        ]
        assert str(judged(changed).known_at[-1]) == known


def test_the_falls_on_which_both_went_down_are_counted() -> None:
    text = judged(closes()).explain(COUNT - 1)
    found = {one.label: one.value for one in text.evidence}
    assert found["Falls of the S&P 500 in 63 sessions"] == 32
    assert found["Of them with Treasuries down"] == 32
    assert found["Worst session on which both fell, S&P 500"] == pytest.approx(-1.4)
    assert found["Stock-bond correlation, 63 sessions"] == pytest.approx(1.0)
    assert found["Stock-bond correlation 63 sessions before"] == pytest.approx(1.0)
    assert found["Stock-bond correlation 252 sessions before"] == pytest.approx(
        float(judged(closes()).measure[COUNT - 1 - 252])
    )
