"""The reading of transactions in words: the month, the quarter and the year, and how rare a sale
was."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from rules.tic.flows import Flows, Window
from rules.tic.move import Move
from rules.tic.reading import RANKED_OF, reading

LONG_AGO = date(2000, 1, 31)


def flows(*net_bn: float) -> Flows:
    """Net of the months to April 2025, over holdings of 10 trn."""
    months = pd.date_range(end="2025-04-30", periods=len(net_bn), freq="ME").to_numpy()
    net = np.array(net_bn)
    return Flows(
        month=months.astype("datetime64[D]"),
        net_bn=net,
        long_bn=net,
        held_before_bn=np.full(len(net), 10_000.0),
        form_s=np.zeros(len(net), dtype=bool),
        has_bills=np.ones(len(net), dtype=bool),
    )


def window(
    months: int, usd_bn: float, move: Move, rank: int = 200, count: int = RANKED_OF
) -> Window:
    return Window(months, usd_bn, usd_bn / 100.0, move, rank, count, LONG_AGO)


def unknown(months: int) -> Window:
    return Window(months, np.nan, np.nan, Move.UNKNOWN, 0, 0, None)


BOUGHT_1, BOUGHT_3, BOUGHT_12 = (window(n, 90.0, Move.BOUGHT) for n in (1, 3, 12))


@pytest.mark.parametrize(
    ("net_bn", "said"),
    [
        # A sale of 0.5% of holdings is worth naming; buying more than that is buying it back.
        ((10, -50, 51), "bought back after −$50.0bn in March: bought at every horizon"),
        ((10, -49.9, 51), "bought at every horizon"),
        ((10, -50, 50), "bought at every horizon"),
    ],
)
def test_a_large_sale_that_was_bought_back_is_named(net_bn: tuple[float, ...], said: str) -> None:
    month = window(1, net_bn[-1], Move.BOUGHT)
    numbers = (
        f" (+${net_bn[-1]:.1f}bn in April 2025; +0.5% / +0.9% / +0.9% of holdings over 1 / 3 / 12 "
        "months)"
    )
    assert reading(flows(*net_bn), (month, BOUGHT_3, BOUGHT_12)) == said + numbers


@pytest.mark.parametrize(
    ("month", "longer", "said"),
    [
        (window(1, -80.0, Move.SOLD), Move.BOUGHT, "one large month, April 2025 (−$80.0bn, −0.8%"),
        (window(1, -80.0, Move.SOLD), Move.SOLD, "sold in April 2025 (−$80.0bn"),
        (window(1, -80.0, Move.SOLD, 1), Move.SOLD, "sold at record size in April 2025 (−$80.0bn"),
        # The largest of less than ten years is no record, and the second largest is none.
        (window(1, -80.0, Move.SOLD, 1, RANKED_OF - 1), Move.SOLD, "sold in April 2025"),
        (window(1, -80.0, Move.SOLD, 2), Move.SOLD, "sold in April 2025"),
        (window(1, -9.0, Move.SOLD_A_LITTLE, 1), Move.FLAT,
         "sold a little in April 2025, below the size that counts (−$9.0bn, −0.1% of holdings)"),
        (window(1, 1.0, Move.FLAT, 1), Move.SOLD, "flat in April 2025 (+$1.0bn"),
        (window(1, 90.0, Move.BOUGHT, 1), Move.SOLD, "bought in April 2025 (+$90.0bn"),
        (unknown(1), Move.SOLD, "April 2025 cannot be put in percent of holdings; "),
    ],
)  # fmt: skip
def test_the_month_is_said_by_its_size_and_whether_it_stands_alone(
    month: Window, longer: Move, said: str
) -> None:
    rest = (window(3, -90.0, longer), window(12, -90.0, longer))
    assert reading(flows(-1, -1, -80), (month, *rest)).startswith(said)


@pytest.mark.parametrize(
    ("net_bn", "move", "said"),
    [
        ((30, 20, -80), Move.SOLD, " of holdings), after +$50.0bn in February and March; "),
        ((30, 20, -8), Move.SOLD_A_LITTLE, " of holdings), after +$50.0bn in February and March; "),
        ((30, 0.5, -80), Move.SOLD, " of holdings), after +$30.5bn in February and March; "),
        ((30, 0, -80), Move.SOLD, " of holdings); "),
        ((30, -20, -80), Move.SOLD, " of holdings); "),
        ((20, -80), Move.SOLD, " of holdings); "),
        ((30, 20, 80), Move.BOUGHT, " of holdings); "),
        ((30, 20, 1), Move.FLAT, " of holdings); "),
    ],
)
def test_what_was_bought_in_the_two_months_before_a_sale_is_said_beside_it(
    net_bn: tuple[float, ...], move: Move, said: str
) -> None:
    rest = (window(3, -90.0, Move.SOLD), window(12, 90.0, Move.BOUGHT))
    found = reading(flows(*net_bn), (window(1, net_bn[-1], move), *rest))
    assert said in found


@pytest.mark.parametrize(
    ("three", "twelve", "said"),
    [
        (window(3, 150.0, Move.BOUGHT), window(12, 300.0, Move.BOUGHT),
         "bought over the quarter and the year (+1.5% and +3.0%)"),
        (window(3, -150.0, Move.SOLD), window(12, 300.0, Move.BOUGHT),
         "sold over the quarter (−1.5%), not over the year (+3.0%)"),
        (window(3, -150.0, Move.SOLD), window(12, 1.0, Move.FLAT),
         "sold over the quarter (−1.5%), not over the year (0.0%)"),
        (window(3, -150.0, Move.SOLD), window(12, -50.0, Move.SOLD_A_LITTLE),
         "sold over the quarter (−1.5%); sold a little over the year (−0.5%)"),
        (window(3, -20.0, Move.SOLD_A_LITTLE), window(12, 300.0, Move.BOUGHT),
         "sold a little over the quarter (−0.2%); bought over the year (+3.0%)"),
        (unknown(3), window(12, 300.0, Move.BOUGHT), "bought over the year (+3.0%)"),
        (window(3, 150.0, Move.BOUGHT), unknown(12), "bought over the quarter (+1.5%)"),
    ],
)  # fmt: skip
def test_the_quarter_and_the_year_are_one_clause_where_they_agree(
    three: Window, twelve: Window, said: str
) -> None:
    month = window(1, -80.0, Move.SOLD)
    assert reading(flows(-1, -1, -80), (month, three, twelve)).endswith(f"; {said}")


def test_with_no_longer_window_only_the_month_is_said() -> None:
    found = reading(flows(-80), (window(1, -80.0, Move.SOLD), unknown(3), unknown(12)))
    assert found == "one large month, April 2025 (−$80.0bn, −0.8% of holdings)"


@pytest.mark.parametrize(
    ("move", "rank", "count", "said"),
    [
        (Move.SOLD, 1, 120, "−4.0%, the largest sale of 120 since 2000"),
        (Move.SOLD, 2, 300, "−4.0%, the 2nd largest sale of 300 since 2000"),
        (Move.SOLD, 5, 120, "−4.0%, the 5th largest sale of 120 since 2000"),
        (Move.SOLD, 6, 120, "−4.0%"),
        (Move.SOLD, 1, 119, "−4.0%"),
        (Move.SOLD_A_LITTLE, 1, 120, "−4.0%"),
    ],
)
def test_a_sale_is_ranked_among_the_five_largest_of_ten_years_or_more(
    move: Move, rank: int, count: int, said: str
) -> None:
    twelve = window(12, -400.0, move, rank, count)
    found = reading(flows(-1, -1, -80), (window(1, -80.0, Move.SOLD), unknown(3), twelve))
    assert found.endswith(f"; {move} over the year ({said})")


@pytest.mark.parametrize(
    ("quarter_bn", "rank", "count", "is_drawdown"),
    [
        (-190.0, 6, 120, True),  # less than half of the year's 400 came in its last quarter
        (-200.0, 6, 120, False),  # half of it
        (-210.0, 6, 120, False),
        (-190.0, 5, 120, False),  # one of the largest quarters is more than a drawdown
        (-190.0, 5, 119, True),
    ],
)
def test_sales_spread_over_the_year_are_a_drawdown_and_not_a_run(
    quarter_bn: float, rank: int, count: int, is_drawdown: bool
) -> None:
    longer = (window(3, quarter_bn, Move.SOLD, rank, count), window(12, -400.0, Move.SOLD))
    found = reading(flows(-1, -1, -80), (window(1, -80.0, Move.SOLD), *longer))
    assert found.endswith("): a drawdown, not a run" if is_drawdown else ")")
    assert "a drawdown" not in reading(
        flows(9, 9, 9),
        (
            window(1, -80.0, Move.SOLD),
            *(window(one.months, one.usd_bn, Move.SOLD_A_LITTLE) for one in longer),
        ),
    )
