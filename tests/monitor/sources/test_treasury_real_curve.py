"""The Treasury real curve: the nominal curve's file with columns in capitals, from 2003."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.sources.treasury_real_curve import TreasuryRealCurve
from tests.support import body, new_york, urls

EVENING = new_york("2025-04-08 18:30")
HEADER = '\ufeffDate,"5 YR","7 YR","10 YR","20 YR","30 YR"\r\n'


def test_it_is_asked_for_as_the_nominal_curve_by_another_type() -> None:
    (asked,) = urls(TreasuryRealCurve().requests(date(2025, 4, 7), EVENING))
    assert "/daily-treasury-rates.csv/2025/all?type=daily_treasury_real_yield_curve" in asked
    assert asked.endswith("&field_tdr_date_value=2025&page&_format=csv")
    assert len(urls(TreasuryRealCurve().requests(None, EVENING))) == 2


def test_its_history_begins_in_2003() -> None:
    found = TreasuryRealCurve().history_requests(date(1990, 1, 1), EVENING)
    assert ["/2003/" in found[0].url, "/2025/" in found[-1].url] == [True, True]
    assert [len(found), all(one.optional for one in found)] == [23, True]


def test_every_tenor_is_read_with_missing_and_negative_values() -> None:
    text = HEADER + "04/08/2025,-0.12,1.62,1.98,2.25,N/A\r\n04/07/2025,-0.10,1.60,1.95,2.2,2.41\r\n"
    found = TreasuryRealCurve().parse(body(text), EVENING)
    assert [*found] == ["ust5y_real", "ust7y_real", "ust10y_real", "ust20y_real", "ust30y_real"]
    assert found["ust5y_real"].tolist() == [-0.12, -0.10]
    assert np.isnan(found["ust30y_real"].tolist()[0])


def test_a_file_of_2003_may_have_three_tenors_and_one_of_today_may_not() -> None:
    text = "Date,5 YR,7 YR,10 YR\n{0},1.75,2.10,2.43\n"
    found = TreasuryRealCurve().parse(body(text.format("01/02/2003")), EVENING)
    assert [*found] == ["ust5y_real", "ust7y_real", "ust10y_real"]
    with pytest.raises(BodyRejected, match="a column 20 YR in a file that reaches 2004-07-27"):
        TreasuryRealCurve().parse(body(text.format("04/08/2025")), EVENING)
    with pytest.raises(BodyRejected, match="no 10 YR"):
        TreasuryRealCurve().parse(body("Date,5 YR,7 YR\n01/02/2003,1.75,2.10\n"), EVENING)


def test_a_tenor_says_what_it_is_and_when_it_is_known() -> None:
    found = TreasuryRealCurve().describe("ust10y_real")
    assert (found.title, found.unit, found.tenor_years) == (
        "Treasury par real yield, 10 Yr",
        "pct",
        10.0,
    )
    known = TreasuryRealCurve().assumed_known_at(pd.DatetimeIndex(["2025-04-08"]))
    assert known[0] == pd.Timestamp(new_york("2025-04-08 18:15"))


def test_the_nominal_curves_file_is_no_real_curve() -> None:
    text = 'Date,"1 Mo","2 Yr","5 Yr","10 Yr","30 Yr"\n04/08/2025,4.37,3.71,3.90,4.26,4.71\n'
    with pytest.raises(BodyRejected, match="no 7 YR"):
        TreasuryRealCurve().parse(body(text), EVENING)
