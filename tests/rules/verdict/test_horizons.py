"""The verdict's horizons: today, the last published months, and the structure of who holds the
debt."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from rules.verdict.horizons import months_not_published
from rules.verdict.model import Confidence, Gauge, Horizon
from rules.verdict.verdict import weigh
from tests.rules.verdict.verdict_figures import RULE, flows, panel, rows, share
from tests.support import Row, utc

APRIL = date(2025, 4, 30)
NET = "source of tic.99996.for_treas_net"


def horizons(found: list[Row]) -> dict[str, Horizon]:
    return {one.name: one for one in weigh(panel(found), RULE, ()).horizons}


def test_where_nothing_is_known_every_horizon_says_what_is_missing() -> None:
    found = horizons([])
    assert [(one.answer, one.confidence, one.number) for one in found.values()] == [
        ("no data", Confidence.NOTHING, "")
    ] * 5
    assert [one.reason for one in found.values()] == [
        "prices do not show who sold; TIC for any month is not yet published",
        *["transactions are not known"] * 3,
        "the share of now or of a year ago is not known",
    ]


def test_of_months_enough_for_a_quarter_the_year_has_no_data_as_of_the_last() -> None:
    found = horizons(flows(10, -50, -80))
    assert found["last published month"] == Horizon(
        "last published month", "sold", "−$80.0bn, −0.9% of holdings", APRIL, Confidence.HIGH,
        "published transactions", NET, Gauge(round(-80 / 9000 * 100, 9), -0.75),
    )  # fmt: skip
    assert found["3 months"].number == "−$120.0bn, −1.3% of holdings"
    assert found["12 months"] == Horizon(
        "12 months", "no data", "", APRIL, Confidence.NOTHING, "transactions are not known"
    )
    assert found["today"].reason.endswith("TIC for May and June 2025 is not yet published")


def test_the_structure_is_the_share_of_the_debt_and_its_change_in_a_year() -> None:
    assert horizons(share(-2.2))["structure"] == Horizon(
        "structure", "falling", "27.8% of the debt held by the public, −2.2pp in 12 months", APRIL,
        Confidence.MEDIUM,
        "a share falls too when debt grows faster: holdings −$220bn at market value, debt 0.0% in "
        "12 months; highest 30.0% in April 2024",
        "source of tic.99996.for_treas_pos; source of debt_held_public",
    )  # fmt: skip
    assert horizons(share(0.0))["structure"].answer == "steady"


@pytest.mark.parametrize(
    ("last", "at", "said"),
    [
        (None, "2025-06-20", "any month"),
        ("2025-05-31", "2025-06-20", "June 2025"),
        ("2025-04-30", "2025-06-20", "May and June 2025"),
        ("2025-11-30", "2026-01-20", "December 2025 and January 2026"),
        ("2025-03-31", "2025-06-20", "April to June 2025"),
        ("2025-09-30", "2026-01-20", "October 2025 to January 2026"),
        ("2025-06-30", "2025-06-20", "June 2025"),
    ],
)
def test_the_months_that_are_missing_are_named(last: str | None, at: str, said: str) -> None:
    known = None if last is None else date.fromisoformat(last)
    assert months_not_published(known, date.fromisoformat(at)) == said


def test_a_window_is_as_sure_as_its_size_against_a_revision_of_so_many_months() -> None:
    year = horizons(flows(*[3.0] * 11, 3.6))
    assert year["12 months"].number == "+$36.6bn, +0.4% of holdings"
    assert (year["12 months"].confidence, year["12 months"].reason) == (
        Confidence.MEDIUM, "smaller than a usual revision ($36.7bn)")  # fmt: skip
    assert horizons(flows(*[3.0] * 11, 3.8))["12 months"].confidence is Confidence.HIGH
    quarter = horizons(flows(6.0, 6.0, 6.3))["3 months"]
    assert quarter.reason == "smaller than a usual revision ($18.4bn)"


def form_s(bought_bn: float, months: int, with_bills: bool) -> list[Row]:
    """Months of Form S to December 2022, whose bills are known or not, over holdings of 7 trn."""
    days = [
        stamp.date() for stamp in pd.date_range(end="2022-12-31", periods=months + 1, freq="ME")
    ]
    bills = rows("tic.99996.for_st_treas_net", days[1:], [0.0] * months)
    return [
        *rows("form_s.99996.treas_purchases", days[1:], [1000.0 * (bought_bn + 50.0)] * months),
        *rows("form_s.99996.treas_sales", days[1:], [50_000.0] * months),
        *rows("tic.99996.for_treas_pos", days, [7e6] * (months + 1)),
        *(bills if with_bills else []),
    ]


@pytest.mark.parametrize("with_bills", [True, False])
def test_form_s_is_a_doubt_and_so_are_bills_that_are_not_known(with_bills: bool) -> None:
    found = horizons(form_s(30.0, 3, with_bills))["last published month"]
    bills = "" if with_bills else ", and bills are not known before 2020"
    assert (found.answer, found.number, found.confidence, found.reason, found.source) == (
        "bought",
        "+$30.0bn, +0.4% of holdings",
        Confidence.MEDIUM,
        f"Form S counts by counterparty, not by holder{bills}",
        "source of form_s.99996.treas_sales",
    )
    small = horizons(form_s(5.0, 3, with_bills))["last published month"]
    assert small.confidence is Confidence.LOW
    assert small.reason.startswith("smaller than a usual revision ($10.6bn); Form S counts")


def test_the_structure_is_old_and_less_sure_after_two_hundred_days() -> None:
    at = utc("2025-11-17 22:00")
    old = weigh(panel(share(-2.2), at), RULE, ()).horizons[-1]
    assert (old.confidence, old.reason.endswith("in April 2024, and it is old")) == (
        Confidence.LOW,
        True,
    )
    rose = horizons(share(4.0))["structure"]
    assert rose.answer == "rising"
    assert (
        "holdings +$400bn at market value, debt 0.0% in 12 months; highest 34.0% in April 2025"
        in rose.reason
    )


def custody_against(months: int) -> list[Row]:
    """Officials sold 9 bn in April while custody rose by 10; in so many months before both moved
    alike, up and down in turn."""
    ends = [
        stamp.date() for stamp in pd.date_range(end="2025-04-30", periods=months + 2, freq="ME")
    ]
    signs = [(-1) ** number for number in range(months)]
    levels = 3e6 + 1e4 * np.cumsum([0, *signs, 1])
    return [
        *flows(*[50.0] * 12),
        *rows("tic.99990.for_treas_net", ends[1:], [*(1e4 * sign for sign in signs), -9e3]),
        *rows(
            "custody_treasuries", [*(day - timedelta(days=2) for day in ends[:-1]), APRIL], levels
        ),
        *rows("custody_treasuries", [date(2025, 6, 18)], [levels[-1] - 1.1e5]),
    ]


@pytest.mark.parametrize(("months", "is_doubt"), [(0, False), (22, False), (23, True), (60, True)])
def test_custody_that_moved_the_other_way_is_a_doubt_where_its_record_is_good(
    months: int, is_doubt: bool
) -> None:
    one = horizons(custody_against(months))["last published month"]
    said = "custody +$10.0bn disagrees with officials' −$9.0bn by TIC"
    if is_doubt:
        assert one.confidence is Confidence.MEDIUM
        assert one.reason == f"custody points the other way; {said}"
    else:
        assert (one.confidence, one.reason) == (Confidence.HIGH, said)


def test_a_record_too_weak_makes_no_doubt() -> None:
    """With the same sign in half of the months."""
    found = custody_against(60)
    turned = [
        (
            name,
            day,
            known,
            vintage,
            -value if name.startswith("tic.99990") and day.month % 2 else value,
        )
        for name, day, known, vintage, value in found
    ]
    assert horizons(turned)["last published month"].confidence is Confidence.HIGH


def test_custody_is_compared_with_officials_of_the_same_months() -> None:
    found = horizons(custody_against(0))
    # Of three months officials are known for one only.
    assert found["3 months"].reason == "published transactions"
    assert "; officials' custody −$110.0bn since April 2025 (" in found["today"].reason
