"""A month's table of an area: what is counted, what is left open, and when it was known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from rules.model import Panel
from rules.tic.areas import CHINA, GRAND_TOTAL
from rules.tic.lines import known_months, own_table, read_for, split_mn, unpublished_net_mn
from rules.tic.series_ids import older_holdings, tic_series
from tests.support import Row, history_of, utc

NAN = np.nan
DEC, JAN, FEB, MAR = (date(2022, 12, 31), date(2023, 1, 31), date(2023, 2, 28), date(2023, 3, 31))


def panel(*rows: tuple[str, date, float, str]) -> Panel:
    """Numbers by column of slt_table3 or by id, each with when it was known."""
    found: list[Row] = [
        (name if "." in name else tic_series(CHINA, name), day, utc(f"{known} 20:00"), 1, value)
        for name, day, value, known in rows
    ]
    return history_of(found, read_for(CHINA)).as_of(utc("2025-07-01 00:00"))


BREAK = panel(
    (older_holdings(CHINA), DEC, 860.0, "2023-03-31"),
    (older_holdings(CHINA), JAN, 800.0, "2023-04-28"),
    (f"form_s.{CHINA}.treas_purchases", JAN, 30_000.0, "2023-03-15"),
    (f"form_s.{CHINA}.treas_sales", JAN, 38_600.0, "2023-03-16"),
    ("for_st_treas_net", JAN, -1_000.0, "2023-03-17"),
    ("for_lt_treas_net", FEB, -4_000.0, "2023-04-17"),
    ("for_treas_net", FEB, -8_000.0, "2023-04-17"),
    ("for_st_treas_net", FEB, -4_000.0, "2023-04-17"),
    ("for_treas_pos", FEB, 790_000.0, "2023-04-17"),
    (older_holdings(CHINA), FEB, 999.0, "2023-05-31"),
    ("for_lt_treas_valchg", MAR, 2_500.0, "2023-05-15"),
    ("for_treas_net", MAR, 7_900.0, "2023-05-15"),
    ("for_treas_pos", MAR, 801_000.0, "2023-05-15"),
)


def test_form_s_counts_to_january_2023_and_the_newer_file_from_then_on() -> None:
    own = own_table(BREAK, CHINA)
    assert [stamp.date() for stamp in pd.DatetimeIndex(own.index)] == [JAN, FEB, MAR]
    assert own["form_s"].tolist() == [True, False, False]
    assert own["for_lt_treas_net"].tolist()[:2] == [-8_600.0, -4_000.0]
    assert own["for_treas_net"].tolist() == [-9_600.0, -8_000.0, 7_900.0]
    assert own["net"].tolist() == [-9_600.0, -8_000.0, 7_900.0]
    assert own["held_before"].tolist() == [860_000.0, 800_000.0, 790_000.0]
    assert own["long_pct"].tolist()[:2] == pytest.approx([-1.0, -0.5])
    assert own["net_pct"].tolist() == pytest.approx([-9.6 / 8.6, -1.0, 1.0])


def test_before_bills_are_known_long_term_alone_is_the_net() -> None:
    own = own_table(
        panel(
            (f"form_s.{CHINA}.treas_purchases", JAN, 30_000.0, "2023-03-15"),
            (f"form_s.{CHINA}.treas_sales", JAN, 38_600.0, "2023-03-16"),
        ),
        CHINA,
    )
    assert np.isnan(own["for_treas_net"].iloc[0])
    assert own["net"].tolist() == [-8_600.0]
    # By the newer file a total that is not given stays open.
    newer = own_table(panel(("for_lt_treas_net", FEB, -4_000.0, "2023-04-17")), CHINA)
    assert newer["form_s"].tolist() == [False]
    assert np.isnan(newer["net"].iloc[0])


def test_a_month_is_known_with_the_last_number_of_its_own_and_of_the_month_before() -> None:
    known = known_months(BREAK, CHINA, own_table(BREAK, CHINA))
    # February's holdings of the older file came later still, and count for nothing.
    assert [str(one)[:10] for one in known] == ["2023-03-31", "2023-04-28", "2023-05-15"]


def test_a_change_in_holdings_is_split_into_what_was_bought_and_what_it_gained() -> None:
    own = own_table(BREAK, CHINA)
    assert split_mn(own, 2) == {
        "holdings": 11_000.0, "transactions": 7_900.0, "valuation": 2_500.0, "residual": 600.0
    }  # fmt: skip
    assert np.isnan(split_mn(own, 1)["valuation"])


@pytest.mark.parametrize(
    ("long", "total", "bills", "form_s", "hides"),
    [
        (-5.0, -5.0, 0.0, False, False),
        # One is missing and the bills are too: it may hide anything.
        (NAN, 3.0, NAN, False, True),
        (3.0, NAN, NAN, False, True),
        # With bills it follows: a sale of the size is one, less is not.
        (NAN, 3.0, 12.9, False, False),
        (NAN, 3.0, 13.0, False, True),
        (3.0, NAN, -12.9, False, False),
        (3.0, NAN, -13.0, False, True),
        # Form S has one measure by design.
        (3.0, NAN, NAN, True, False),
        (NAN, NAN, NAN, False, True),
    ],
)
def test_one_measure_may_hide_a_sale_in_the_other(
    long: float, total: float, bills: float, form_s: bool, hides: bool
) -> None:
    own = pd.DataFrame(
        {
            "for_lt_treas_net": [long],
            "for_treas_net": [total],
            "for_st_treas_net": [bills],
            "form_s": [form_s],
        }
    )
    assert (unpublished_net_mn(own) <= -10.0).tolist() == [hides]


def test_an_areas_holdings_have_the_older_files_own_name() -> None:
    assert [older_holdings(code) for code in (CHINA, GRAND_TOTAL, "42609", "36137")] == [
        "mfh.china_mainland", "mfh.grand_total", "mfh.japan", "mfh.cayman_islands"]  # fmt: skip
