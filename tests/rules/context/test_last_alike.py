"""The last alerts like one: which they were, and of what size, in the unit of their rule."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from monitor.config.plugins import rule_types
from rules.catalog.aggregate_net_sales import AggregateNetSales
from rules.catalog.selloff_cluster import SelloffCluster
from rules.catalog.weak_auction import WeakAuction
from rules.evaluation import Rule
from rules.model import Analogue
from rules.record.early import AUCTIONS
from tests.case_rows import positive_rows
from tests.rules.verdict.verdict_figures import flows, rows, weekdays
from tests.support import Row, judge, new_york

END = new_york("2025-06-30 23:00")


def last_alike(rule: Rule, found: list[Row], subject: str) -> Analogue:
    """The newest of what the last alert of a subject is compared with."""
    judged = judge(rule, found, END)[subject]
    row = int(np.flatnonzero(judged.severity > 0)[-1])
    return judged.explain(row).analogues[0]


@pytest.mark.parametrize(
    ("rule_id", "subject", "period", "unit", "value"),
    [
        ("correlation_regime", "stock_bond", date(2024, 5, 3), "correlation", 0.267),
        ("custody_outflow", "officials", date(2025, 4, 30), "usd_bn", -26.618),
        ("foreign_net_sales", "china", date(2025, 3, 31), "usd_bn", -27.575),
        ("haven_failure", "us", date(2025, 4, 21), "pct", -2.357),
        ("joint_selloff", "us", date(2025, 4, 21), "sd", 1.260),
        ("joint_selloff_weekly", "us", date(2025, 3, 7), "sd", 0.679),
        ("rates_up_dollar_down", "us", date(2025, 5, 5), "x notice size", 1.463),
        ("term_premium_day", "acm_10y", date(2025, 4, 21), "bp", 16.98),
        ("term_premium_jump", "acm_10y", date(2024, 12, 27), "bp", 36.34),
    ],
)
def test_the_last_alike_is_told_with_its_size(
    rule_id: str, subject: str, period: date, unit: str, value: float
) -> None:
    rule = rule_types()[rule_id]()
    found = last_alike(rule, positive_rows(rule), subject)
    assert (found.period_end, found.unit) == (period, unit)
    assert found.value == pytest.approx(value, abs=0.001)


# Closes by which what followed is counted: one jump, on the day of the weak auction.
JUMP = date(2025, 1, 15)
CLOSES = rows("spx", weekdays(700), [110.0 if day >= JUMP else 100.0 for day in weekdays(700)])


def test_an_auction_is_compared_with_the_last_weak_one_and_dated_by_its_own_day() -> None:
    days = [date(2024, 1, 10), *(date(2024, 1 + i, 10) for i in range(1, 12)), JUMP,
            date(2025, 2, 12), date(2025, 3, 12)]  # fmt: skip
    share = [*[68.0, 70.0] * 6, 55.0, 69.0, 50.0]
    found = last_alike(WeakAuction(), [*rows(AUCTIONS[3], days, share), *CLOSES],
                       AUCTIONS[3].split(".")[1])  # fmt: skip
    assert (found.period_end, found.unit, found.value) == (JUMP, "pct", 55.0)
    assert found.spx_pct == (10.0, 10.0, 10.0)  # from the close before it came out


def test_sales_by_all_are_compared_in_percent_of_holdings() -> None:
    found = last_alike(AggregateNetSales(), [*flows(10, 10, -80, 10, -80), *CLOSES], "all")
    assert (found.period_end, found.unit) == (date(2025, 2, 28), "pct")
    assert found.value == pytest.approx(-80 / 90)


def test_the_share_is_compared_in_percentage_points() -> None:
    months = [date(y, m, 28) for y in (2022, 2023, 2024, 2025) for m in range(1, 13)][11:40]
    held = [3e6] * 12 + [2.5e6] * 13 + [2.5e6, 2.0e6, 2.0e6, 2.0e6]
    found = [
        *rows("tic.99996.for_treas_pos", months, held),
        *rows("debt_held_public", months, [1e7] * len(months)),
        *CLOSES,
    ]
    one = last_alike(rule_types()["foreign_share"](), found, "all")
    assert one.unit == "pp"
    assert one.value is not None
    assert one.value < 0


def test_a_cluster_is_compared_with_the_last_one_that_was_over() -> None:
    days = weekdays(200)
    fell = np.zeros(200)
    fell[[100, 102, 104, 150, 152, 154]] = 1.0
    calm = 0.1 * (-1.0) ** np.arange(200)
    spx, ust, dxy = (np.cumsum(np.where(fell, 2.0, one)) for one in (calm, calm, -calm))
    found = [
        *rows("spx", days, 1000.0 - spx),
        *rows("ust10y", days, 4.0 + ust / 50.0),
        *rows("dxy", days, 100.0 - dxy / 10.0),
    ]
    one = last_alike(SelloffCluster(), found, "us")
    assert (one.period_end, one.unit, one.value) == (days[104], "count", 3.0)
