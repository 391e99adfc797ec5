"""What is said of a month's transactions: what leads, what is missing, and how large it was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from rules.shared.tic_text import Ranked, headline, long_bn_until, not_published, with_bills

NAN = np.nan


def own(*months: tuple[float, float, float], form_s: Sequence[int] = ()) -> pd.DataFrame:
    """Months to April 2025 of long-term, total and bills, USD bn; holdings are 1,000."""
    long, total, bills = (1000.0 * np.array(one) for one in zip(*months, strict=True))
    return pd.DataFrame(
        {
            "for_lt_treas_net": long,
            "for_treas_net": total,
            "for_st_treas_net": bills,
            "form_s": [place in form_s for place in range(len(months))],
            "long_pct": long / 1e4,
        },
        index=pd.date_range(end="2025-04-30", periods=len(months), freq="ME"),
    )


@pytest.mark.parametrize(
    ("month", "form_s", "first", "second"),
    [
        (
            (-20.0, -23.7, -3.7),
            (),
            "China sold net $20.0bn of long-term Treasuries in April 2025 (TIC).",
            "Bills −$3.7bn, with them −$23.7bn",
        ),
        (
            (0.0, 5.0, 5.0),
            (),
            "China bought net $0.0bn of long-term Treasuries in April 2025 (TIC).",
            "Bills +$5.0bn, with them +$5.0bn",
        ),
        (
            (NAN, -23.7, NAN),
            (),
            "China sold net $23.7bn of Treasuries including bills in April 2025 (TIC).",
            "Long-term net is n.a. this month.",
        ),
        (
            (-20.0, NAN, NAN),
            (),
            "China sold net $20.0bn of long-term Treasuries in April 2025 (TIC).",
            "The total is n.a.",
        ),
        (
            (-20.0, NAN, NAN),
            (0,),
            "China sold net $20.0bn of long-term Treasuries in April 2025 (TIC Form S).",
            "Bills before 2020 are not known.",
        ),
        (
            (-20.0, -21.0, NAN),
            (),
            "China sold net $20.0bn of long-term Treasuries in April 2025 (TIC).",
            "Bills are n.a., with them −$21.0bn",
        ),
    ],
)
def test_long_term_leads_and_bills_come_second(
    month: tuple[float, float, float], form_s: tuple[int, ...], first: str, second: str
) -> None:
    table = own(month, form_s=form_s)
    assert headline("China", table, 0) == first
    assert with_bills(table, 0) == second


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ((NAN, NAN, NAN), "TIC publishes no transactions (n.a.), so net sales are not known."),
        (
            (-1.0, NAN, NAN),
            "net long-term Treasuries −$1.0bn, but net Treasuries including bills is n.a. and may "
            "hide a sale.",
        ),
        (
            (NAN, 2.0, NAN),
            "net Treasuries including bills +$2.0bn, but net long-term Treasuries is n.a. and may "
            "hide a sale.",
        ),
    ],
)
def test_a_month_without_an_answer_says_what_is_missing(
    month: tuple[float, float, float], said: str
) -> None:
    assert not_published("Japan", own(month), 0) == f"No data for Japan, April 2025: {said}"


def months(*long: float) -> list[tuple[float, float, float]]:
    return [(one, one, 0.0) for one in long]


def test_a_sale_is_ranked_among_the_months_of_its_own_source() -> None:
    # The two largest are of Form S, which counts by another rule.
    table = own(*months(-90, -80, -5, 10, -30, 10, -20), form_s=(0, 1))
    ranked = Ranked.of(table, 6)
    assert ranked.words(-2.0) == (
        "2nd-largest net sale of long-term Treasuries of 5 months since December 2024 (SLT); "
        "−2.00% of holdings, 2nd of 5 months since December 2024."
    )
    assert (
        Ranked.of(table, 1)
        .words(-8.0)
        .startswith(
            "2nd-largest net sale of long-term Treasuries of 2 months since October 2024 (Form S)"
        )
    )
    assert long_bn_until(table, 4).tolist() == [-5.0, 10.0, -30.0]
    assert long_bn_until(table, 1).tolist() == [-90.0, -80.0]


def test_a_years_sum_is_said_from_twelve_months_on() -> None:
    eleven = own(*months(*[1.0] * 10, -3.0))
    assert "Last 12 months" not in Ranked.of(eleven, 10).words(-0.3)
    twelve = own(*months(9.0, *[1.0] * 11, -3.0))
    assert Ranked.of(twelve, 12).words(-0.3) == (
        "Largest net sale of long-term Treasuries of 13 months since April 2024 (SLT); −0.30% of "
        "holdings, 1st of 13 months since April 2024. Last 12 months together: +$8.0bn."
    )


def test_a_purchase_has_no_place_among_sales() -> None:
    bought = Ranked.of(own(*months(-1.0, 2.0)), 1)
    assert bought.words(0.2) == "Long-term alone was a net purchase, +0.20% of holdings."
    assert bought.words(0.0).startswith("2nd-largest net sale")


def test_without_holdings_only_dollars_are_ranked() -> None:
    table = own(*months(-1.0, -2.0)).assign(long_pct=NAN)
    ranked = Ranked.of(table, 1)
    assert ranked.pct is None
    assert ranked.words(NAN) == (
        "Largest net sale of long-term Treasuries of 2 months since March 2025 (SLT)."
    )
    assert {one.label for one in ranked.evidence("China, net sales", table.index[1].date())} == {
        f"China, net sales, long-term, {what}"
        for what in ("z-score", "percentile", "rank", "sample")
    }


def test_over_ten_years_a_sale_has_a_second_place() -> None:
    table = own(*months(-99.0, *[1.0] * 130, -3.0))
    assert Ranked.of(table, 131).words(-0.3) == (
        "2nd-largest net sale of long-term Treasuries of 132 months since May 2014, 1st of 120 in "
        "the last ten years (SLT); −0.30% of holdings, 2nd of 132 months since May 2014, 1st of "
        "120 in the last ten years. Last 12 months together: +$8.0bn."
    )
