"""The CFTC's report on traders in financial futures, from rows by the documented names of fields:
no stored answer was at hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.sources.cftc_tff import COUNTS, DAY, FIELDS, MOST_ROWS, CftcTff
from rules.markets.treasury_futures import CONTRACTS
from tests.support import body, new_york, urls

FRIDAY = new_york("2025-04-11 16:00")
TUESDAY = "2025-04-08"
Json = list[dict[str, str]]


def report(day: str = TUESDAY, codes: Sequence[str] = tuple(CONTRACTS)) -> Json:
    """A report: of each contract 1,000 open, dealers +50, asset managers +300, leveraged -400."""
    counts = dict(zip(COUNTS, ("1000", "100", "50", "400", "100", "100", "500"), strict=True))
    return [
        {DAY: f"{day}T00:00:00.000", "cftc_contract_market_code": code, **counts} for code in codes
    ]


def parse(rows: object) -> pd.DataFrame:
    return CftcTff().parse(body(json.dumps(rows), "application/json"), FRIDAY)


def test_a_net_position_is_longs_less_shorts_by_group_and_contract() -> None:
    row = parse(report()).loc[TUESDAY]
    assert (row["cftc.dealer_net_2y"], row["cftc.asset_manager_net_bond"]) == (50.0, 300.0)
    assert row["cftc.leveraged_net_ultra_10y"] == -400.0
    assert len(row) == 3 * 7


def test_the_sum_counts_each_contract_by_its_fixed_weight() -> None:
    rows = report()
    rows[5]["lev_money_positions_short"] = "600"  # the ultra bond, 3.15 ten-year notes
    row = parse(rows).loc[TUESDAY]
    weights = 0.6 + 0.65 + 1.0 + 1.35 + 2.05 + 3.15
    assert row["cftc.leveraged_net_10y_eq"] == pytest.approx(-400 * weights - 100 * 3.15)
    assert sum(one.tens for one in CONTRACTS.values()) == pytest.approx(weights)


def test_a_name_is_not_looked_at_and_rows_may_be_in_any_order() -> None:
    rows = [{**row, "market_and_exchange_names": "UST 10Y NOTE"} for row in report()]
    pd.testing.assert_frame_equal(parse(rows[::-1]), parse(report()))


def test_without_a_contract_an_older_sum_is_not_known_and_never_smaller() -> None:
    old = report("2016-01-05", [code for code in CONTRACTS if code != "043607"])
    found = parse([*old, *report()])
    first = found.iloc[0]
    assert np.isnan(first[["cftc.leveraged_net_10y_eq", "cftc.leveraged_net_ultra_10y"]]).all()
    assert first["cftc.leveraged_net_10y"] == -400.0


def one_less(rows: Json) -> object:
    return rows[:-1]


def without_a_count(rows: Json) -> object:
    del rows[3]["lev_money_positions_long"]
    return rows


def set_to(name: str, text: str) -> Callable[[Json], object]:
    def change(rows: Json) -> object:
        rows[2][name] = text
        return rows

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (one_less, "all 6 contracts in the newest report"),
        (without_a_count, "none for cftc.leveraged_net_ultra_10y"),
        (set_to("open_interest_all", "-1000"), "zero or more"),
        (set_to("lev_money_positions_long", "100.5"), "whole numbers of contracts"),
        (set_to("lev_money_positions_long", "0"), "positions of every group in the newest"),
        (set_to("lev_money_positions_long", "nan"), "a number or a word for missing"),
        (set_to("lev_money_positions_short", "900"), "not above open interest"),
        (set_to("asset_mgr_positions_long", "900"), "not above open interest"),
        (set_to("cftc_contract_market_code", "097741"), "expected contracts 042601"),
        (lambda rows: [*rows, rows[0]], "each contract once a report"),
        (lambda _: {"error": True, "message": "no such column"}, "a list of rows"),
        (lambda _: ["no", "rows"], "a list of rows"),
        (lambda _: [], "rows with every field"),
        (lambda rows: [{k: v for k, v in row.items() if k != DAY} for row in rows], f"no {DAY}"),
    ],
)
def test_what_is_no_whole_report_is_refused(change: Callable[[Json], object], said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        parse(change(report()))


def test_an_answer_with_as_many_rows_as_were_asked_for_may_be_cut_off() -> None:
    with pytest.raises(BodyRejected, match="fewer than 10,000 rows"):
        parse([{}] * MOST_ROWS)


@pytest.mark.parametrize(
    "day",
    [
        "2025-04-08",
        "2023-07-03",  # a Monday before the fourth of July
        "2019-01-02",  # a Wednesday after New Year
    ],
)
def test_a_report_is_of_a_tuesday_or_beside_one_that_is_a_holiday(day: str) -> None:
    assert len(parse(report(day))) == 1


@pytest.mark.parametrize("day", ["2025-04-07", "2025-04-09", "2023-07-06", "2025-04-13"])
def test_a_report_of_another_day_is_refused(day: str) -> None:
    with pytest.raises(BodyRejected, match="reports of Tuesdays"):
        parse(report(day))


@pytest.mark.parametrize(
    ("period", "known"),
    [
        ("2025-04-08", "2025-04-11 15:30"),
        ("2025-07-01", "2025-07-07 15:30"),  # Friday is a holiday
        ("2024-11-26", "2024-12-02 15:30"),  # Thanksgiving
        ("2023-07-03", "2023-07-07 15:30"),  # Tuesday is one
    ],
)
def test_it_is_known_on_friday_or_after_a_holiday_on_monday(period: str, known: str) -> None:
    found = CftcTff().assumed_known_at(pd.DatetimeIndex([period]))
    assert found[0] == pd.Timestamp(new_york(known))


def test_the_next_report_is_of_the_next_weeks_tuesday() -> None:
    assert CftcTff().next_period(date(2025, 4, 8)) == date(2025, 4, 15)
    assert CftcTff().next_period(date(2023, 7, 3)) == date(2023, 7, 11)


def test_a_poll_asks_for_recent_weeks_and_the_first_one_for_what_a_rule_compares_with() -> None:
    source = CftcTff()
    (live,) = urls(source.requests(date(2025, 4, 8), FRIDAY))
    (first,) = urls(source.requests(None, FRIDAY))
    (whole,) = urls(source.history_requests(date(1990, 1, 1), FRIDAY))
    asked = parse_qs(urlsplit(live).query)
    assert urlsplit(live).path == "/resource/gpe5-46if.json"
    assert asked["$select"] == [",".join(FIELDS)]
    assert asked["$where"] == [
        "cftc_contract_market_code in('042601','044601','043602','043607','020601','020604')"
        " and report_date_as_yyyy_mm_dd>='2025-02-11'"
    ]
    assert asked["$limit"] == [str(MOST_ROWS)]
    assert "2022-01-07" in first
    assert "2006-06-13" in whole


def test_titles_say_the_group_the_contract_and_that_weights_are_fixed() -> None:
    titles = {name: CftcTff().describe(name) for name in parse(report()).columns}
    assert titles["cftc.leveraged_net_10y_eq"].title == (
        "Leveraged funds, net 10-year equivalents (fixed DV01 weights)"
    )
    assert titles["cftc.dealer_net_ultra_bond"].title == "Dealers, net ultra bond Treasury futures"
    assert {one.unit for one in titles.values()} == {"contracts"}
