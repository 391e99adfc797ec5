"""The Treasury par curve: years, columns and the archive."""

from __future__ import annotations

from datetime import date

import numpy as np

from monitor.sources.treasury_curve import TreasuryCurve
from tests.support import body, new_york, urls

EVENING = new_york("2025-04-08 18:30")


def test_the_curve_is_asked_for_this_year_and_at_first_for_the_one_before() -> None:
    curve, path = (
        TreasuryCurve(),
        "/daily-treasury-rates.csv/{0}/all?type=daily_treasury_yield_curve",
    )
    first = urls(curve.requests(None, EVENING))
    assert [path.format(year) in url for year, url in zip((2024, 2025), first, strict=True)] == [
        True,
        True,
    ]
    (later,) = urls(curve.requests(date(2025, 4, 7), EVENING))
    assert later.startswith("https://home.treasury.gov/resource-center/data-chart-center/")
    assert later.endswith("&field_tdr_date_value=2025&page&_format=csv")


def test_the_curve_is_asked_for_both_years_until_the_new_one_has_a_session() -> None:
    january = new_york("2025-01-02 18:30")
    asked = TreasuryCurve().requests(date(2024, 12, 31), january)
    assert [request.optional for request in asked] == [True, True]
    assert ["/2024/" in asked[0].url, "/2025/" in asked[1].url] == [True, True]


def test_the_curves_history_begins_with_the_archive() -> None:
    found = urls(TreasuryCurve().history_requests(date(1990, 1, 1), EVENING))
    assert found[0].endswith("/daily-treasury-rate-archives/par-yield-curve-rates-1990-2023.csv")
    assert len(found) == 3
    assert len(urls(TreasuryCurve().history_requests(date(2024, 5, 1), EVENING))) == 2


def test_the_curve_is_read_by_column_name_with_missing_values_and_a_byte_order_mark() -> None:
    text = (
        '\ufeffDate,"1 Mo","1.5 Month","2 Yr","5 Yr","10 Yr","30 Yr"\r\n'
        "04/08/2025,4.37,,3.71,3.90,4.26,4.71\r\n"
        "04/07/2025,4.36,N/A,3.73,3.73,N/A,4.58\r\n"
    )
    found = TreasuryCurve().parse(body(text), EVENING)
    assert found["ust10y"].tolist()[0] == 4.26
    assert np.isnan(found["ust10y"].tolist()[1])
    assert found["ust2y"].tolist() == [3.71, 3.73]


def test_the_archives_lower_case_header_and_two_digit_years_are_read() -> None:
    text = (
        "date,1 mo,2 yr,5 yr,10 yr,30 yr\n"
        "12/29/23,5.60,4.23,3.84,3.88,4.03\n"
        "01/02/90,,7.87,7.87,7.94,8.00\n"
    )
    found = TreasuryCurve().parse(body(text), EVENING)
    assert [str(day.date()) for day in found.index] == ["2023-12-29", "1990-01-02"]
