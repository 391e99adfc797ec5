"""When four weeks of foreign bonds sold are a notice, and when that ends."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from rules.catalog.japan_foreign_debt import NET, JapanForeignDebt
from rules.evaluation import Evaluations
from rules.markets.market import MARKET
from tests.spring_figures import rows_of, spring, usual_known_at
from tests.support import Row, judge, new_york

LAST = date(2025, 4, 12)
END = new_york("2025-12-31 23:00")


def weeks(*net_bn: float) -> list[Row]:
    """Net purchases of weeks, the last of them to 12 April 2025."""
    days = [LAST - timedelta(weeks=week) for week in reversed(range(len(net_bn)))]
    return [
        (NET, day, usual_known_at(NET, day), 1, value)
        for day, value in zip(days, net_bn, strict=True)
    ]


def judged(*net_bn: float, **settings: float) -> Evaluations:
    return judge(JapanForeignDebt(**settings), weeks(*net_bn), END)["residents"]  # type: ignore[arg-type]


def test_it_stays_open_until_sales_are_below_half_of_the_notice() -> None:
    found = judged(0.0, 0.0, 0.0, -2430.0, 1215.0, 0.0, 0.1)
    assert found.measure[3:].tolist() == pytest.approx([2430.0, 1215.0, 1215.0, 1214.9])
    assert found.severity.tolist() == [-1, -1, -1, 1, 0, 0, 0]
    assert found.keeps_open.tolist() == [False, False, False, True, True, True, False]


def test_tenths_that_make_exactly_the_size_are_a_notice() -> None:
    # Added in binary they come to 2429.9999999999995.
    assert judged(-196.1, -1428.1, 363.2, -1169.0).severity[-1] == 1


def test_its_settings_move_both() -> None:
    sizes = {"notice_4_week_net_sales_jpy_bn": 1000.0, "close_below_pct_of_notice": 90.0}
    found = judged(0.0, 0.0, 0.0, -999.9, -0.1, 50.0, 60.0, **sizes)
    assert found.severity[3:].tolist() == [0, 1, 0, 0]
    assert found.keeps_open[3:].tolist() == [True, True, True, False]


def test_it_is_known_with_the_last_of_its_four_weeks() -> None:
    rows = weeks(-700.0, -700.0, -700.0, -700.0)
    late = new_york("2025-05-01 09:00")
    rows[0] = (*rows[0][:2], late, *rows[0][3:])
    found = judge(JapanForeignDebt(), rows, END)["residents"]
    assert found.known_at[-1] == np.datetime64("2025-05-01T13:00:00")
    rows = [(NET, LAST - timedelta(weeks=4), late, 1, 5.0), *weeks(-700.0, -700.0, -700.0, -700.0)]
    found = judge(JapanForeignDebt(), rows, END)["residents"]
    assert found.known_at[-1] == np.datetime64("2025-04-16T23:50:00")


@pytest.mark.parametrize(
    ("net_bn", "said"),
    [
        ((600.0, 600.0, 600.0, -200.0),
         "Japan's residents bought net ¥1,600bn of foreign long-term debt in the 4 weeks to "
         "Sat 12 Apr 2025, the last week −¥200bn."),
        ((-600.0, -600.0, -600.0, 200.0),
         "Japan's residents sold net ¥1,600bn of foreign long-term debt in the 4 weeks to "
         "Sat 12 Apr 2025, the last week +¥200bn."),
        ((-0.6, 0.0, 0.0, 0.0),
         "Japan's residents sold net ¥1bn of foreign long-term debt in the 4 weeks to "
         "Sat 12 Apr 2025, the last week ¥0bn."),
        ((0.0, 0.0, 0.0, 0.0),
         "Japan's residents bought net ¥0bn of foreign long-term debt in the 4 weeks to "
         "Sat 12 Apr 2025, the last week ¥0bn."),
    ],
)  # fmt: skip
def test_what_happened_is_said_with_its_direction(net_bn: tuple[float, ...], said: str) -> None:
    found = judged(*net_bn)
    assert found.explain(len(net_bn) - 1).headline == said


def test_longer_sums_and_the_rank_stand_behind_it() -> None:
    net = [-10.0] * 48 + [-700.0] * 4
    text = judged(*net).explain(51)
    values = {one.label: (one.value, one.unit) for one in text.evidence}
    by_week = [one for one in text.evidence if one.label.endswith("in the week")]
    assert [(one.value, one.period_end) for one in by_week] == [
        (-700.0, LAST - timedelta(weeks=week)) for week in range(4)
    ]
    assert values["Foreign long-term debt, net over 13 weeks"] == (-2890.0, "jpy_bn")
    assert values["Foreign long-term debt, net over 52 weeks"] == (-3280.0, "jpy_bn")
    assert values["Net sale over 4 weeks, rank"] == (1.0, "count")
    assert values["Openings this year"] == (1.0, "count")


def test_the_last_like_it_stand_with_their_sums_and_what_followed_their_release() -> None:
    closes = spring()
    net = weeks(*[-700.0] * 4, *[0.0] * 4, *[-800.0] * 4)
    rows = [*net, *rows_of(closes, MARKET)]
    before, *_ = judge(JapanForeignDebt(), rows, END)["residents"].explain(11).analogues
    assert (before.period_end, before.value) == (LAST - timedelta(weeks=8), -2800.0)
    assert before.unit == "jpy_bn"
    # The week to 15 February was out on the evening of the 19th.
    spx = closes["spx"]
    moved = 100.0 * (spx[date(2025, 2, 20)] / spx[date(2025, 2, 19)] - 1.0)
    assert before.spx_pct[0] == pytest.approx(moved, abs=0.01)
