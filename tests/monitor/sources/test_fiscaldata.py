"""Auction results and debt, as the Fiscal Data service gives them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.errors import BodyRejected
from monitor.ingest.http import Body
from monitor.ingest.storing import check_against
from monitor.sources.fiscaldata_auctions import FiscaldataAuctions
from monitor.sources.fiscaldata_debt import FiscaldataDebt
from state.announced import Announced
from tests.standins.fiscaldata_auctions import RESULTS
from tests.support import body, new_york, urls

AT = new_york("2025-04-09 14:00")
TEN_YEAR = {
    "cusip": "91282CMM0",
    "security_type": "Note",
    "security_term": "9-Year 10-Month",
    "original_security_term": "10-Year",
    "auction_date": "2025-04-09",
    "issue_date": "2025-04-15",
    "inflation_index_security": "No",
    "floating_rate": "No",
    "offering_amt": "39000000000",
    "comp_accepted": "38000000000",
    "indirect_bidder_accepted": "19000000000",
    "direct_bidder_accepted": "9500000000",
    "primary_dealer_accepted": "9500000000",
    "bid_to_cover_ratio": "2.67",
    "high_yield": "4.435",
    "high_discnt_rate": "null",
}
BILL = {
    **TEN_YEAR,
    "cusip": "912797NX0",
    "security_type": "Bill",
    "security_term": "4-Week",
    "original_security_term": "8-Week",
    "high_yield": "null",
    "high_discnt_rate": "4.240",
}


def page(*rows: dict[str, Any], following: str | None = None) -> Body:
    answer = {"data": list(rows), "meta": {}, "links": {"next": following}}
    return body(json.dumps(answer), "application/json")


def auctions(*rows: dict[str, Any]) -> dict[str, float]:
    table = FiscaldataAuctions().parse(page(*rows), AT)
    return {str(name): float(table[name].iloc[-1]) for name in table}


def test_a_reopened_ten_year_is_a_ten_year_with_the_shares_of_its_bidders() -> None:
    assert auctions(TEN_YEAR) == {
        "auction.note_10y.high_yield": 4.435,
        "auction.note_10y.bid_to_cover": 2.67,
        "auction.note_10y.indirect_share": 50.0,
        "auction.note_10y.direct_share": 25.0,
        "auction.note_10y.dealer_share": 25.0,
        "auction.note_10y.offering": 39_000.0,
    }


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"security_type": "Bond", "original_security_term": "30-Year"}, "bond_30y"),
        ({"inflation_index_security": "Yes"}, "tips_10y"),
        ({"floating_rate": "Yes", "original_security_term": "2-Year"}, "frn_2y"),
    ],
)
def test_kinds_of_one_term_are_kept_apart(changes: dict[str, str], name: str) -> None:
    assert f"auction.{name}.indirect_share" in auctions({**TEN_YEAR, **changes})


@pytest.mark.parametrize(
    ("term", "original", "name"),
    [
        # 91282CGH8 on 2026-01-26 and 912828TY6 on 2019-11-05: regular auctions of old notes.
        ("2-Year", "5-Year", "note_2y"),
        ("3-Year", "10-Year", "note_3y"),
        ("5-Year", "7-Year", "note_5y"),
        ("9-Year 10-Month", "10-Year", "note_10y"),
        ("4-Year 8-Month", "5-Year", "note_5y"),
        ("10-Year", "10-Year", "note_10y"),
    ],
)
def test_a_note_goes_by_the_term_auctioned(term: str, original: str, name: str) -> None:
    found = auctions({**TEN_YEAR, "security_term": term, "original_security_term": original})
    assert {one.split(".")[1] for one in found} == {name}


def test_a_term_auctioned_on_the_last_of_a_month_is_not_missed_in_the_days_after() -> None:
    source = FiscaldataAuctions()
    seven = {"original_security_term": "7-Year", "security_term": "7-Year"}
    before = {**TEN_YEAR, **seven, "auction_date": "2025-04-30", "issue_date": "2025-05-01"}
    after = {**TEN_YEAR, "auction_date": "2025-05-06", "issue_date": "2025-05-15"}
    at = new_york("2025-05-06 16:00")
    stored = source.parse(page(before), at)
    came = source.parse(page(before, after), at)
    watched = [str(name) for name in stored.columns]
    assert check_against(came, source, stored, (), at, watched) is None


def test_two_auctions_of_one_term_on_one_day_are_taken_together() -> None:
    other = {
        **TEN_YEAR,
        "cusip": "91282CGH8",
        "offering_amt": "1000000000",
        "comp_accepted": "2000000000",
        "indirect_bidder_accepted": "200000000",
        "direct_bidder_accepted": "300000000",
        "primary_dealer_accepted": "1500000000",
        "bid_to_cover_ratio": "4.67",
    }
    found = auctions(TEN_YEAR, other, BILL)
    assert found["auction.note_10y.offering"] == 40_000.0
    assert found["auction.note_10y.indirect_share"] == 48.0
    assert found["auction.note_10y.bid_to_cover"] == pytest.approx(2.77)
    assert found["auction.bill_4w.bid_to_cover"] == 2.67


def test_a_bill_goes_by_its_own_term_and_its_discount_rate() -> None:
    found = auctions(BILL)
    assert found["auction.bill_4w.high_yield"] == 4.24


def test_announced_auctions_and_bills_of_no_regular_term_are_left_out() -> None:
    announced = {
        **TEN_YEAR,
        "cusip": "2",
        "auction_date": "2025-04-10",
        "bid_to_cover_ratio": "null",
    }
    management = {**BILL, "cusip": "3", "security_term": "42-Day"}
    assert set(auctions(TEN_YEAR, announced, management)) == set(auctions(TEN_YEAR))


def announced(day: str, amount: str = "39000000000", **changes: str) -> dict[str, Any]:
    """An auction that has no result yet."""
    return TEN_YEAR | dict.fromkeys(RESULTS, "null") | changes | {
        "auction_date": day, "offering_amt": amount
    }  # fmt: skip


def test_what_is_announced_from_today_on_is_to_come() -> None:
    rows = (
        TEN_YEAR,  # held
        announced("2025-04-08", cusip="a"),  # over, and its result is late
        announced("2025-04-09", cusip="b", security_term="30-Year", security_type="Bond"),
        announced("2025-04-10", cusip="c", security_term="5-Year", inflation_index_security="Yes"),
        announced("2025-04-10", cusip="d", security_term="2-Year", floating_rate="Yes"),
        announced("2025-04-14", "null", cusip="e"),
        announced("2025-04-15", cusip="f", security_term="42-Day", security_type="Bill"),
        announced("2025-04-15", cusip="g", security_term="6-Week", security_type="Bill"),
        announced("2025-04-15", cusip="h", security_term="6-Week", security_type="Bill"),
    )
    assert FiscaldataAuctions().announced(page(*rows), AT) == [
        Announced(date(2025, 4, 9), "30-year bond", 39_000.0),
        Announced(date(2025, 4, 10), "2-year FRN", 39_000.0),
        Announced(date(2025, 4, 10), "5-year TIPS", 39_000.0),
        Announced(date(2025, 4, 14), "10-year note", None),
        Announced(date(2025, 4, 15), "6-week bill", 78_000.0),
    ]


def test_nothing_announced_is_nothing_to_come() -> None:
    assert FiscaldataAuctions().announced(page(TEN_YEAR), AT) == []
    assert FiscaldataAuctions().announced(page(), AT) == []


def test_fields_that_a_mirror_leaves_out_are_missing_and_not_an_error() -> None:
    few = {k: v for k, v in TEN_YEAR.items() if k not in ("floating_rate", "high_discnt_rate")}
    assert auctions(few)["auction.note_10y.bid_to_cover"] == 2.67


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (page(TEN_YEAR, TEN_YEAR), "each auction once, got '?91282CMM0 2025-04-09 2025-04-15"),
        (page({**TEN_YEAR, "direct_bidder_accepted": "19000000000"}), "that make 100%, got 125.0"),
        (page({k: v for k, v in TEN_YEAR.items() if k != "cusip"}), "a row without cusip"),
        (page({k: v for k, v in TEN_YEAR.items() if k != "security_term"}), "without security_t"),
        (page({**TEN_YEAR, "bid_to_cover_ratio": "high"}), "bid_to_cover_ratio"),
        (body("[]"), "an answer with `data`"),
        (body('{"error": "Invalid Query Param", "message": "no such field"}'), "no such field"),
        (body('{"data": {}}'), "a list of rows in `data`"),
        (body("<html>"), "a page of markup"),
    ],
)
def test_what_is_no_auction_result_is_refused(content: Body, said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        FiscaldataAuctions().parse(content, AT)


def test_the_next_page_is_the_fragment_that_the_page_before_names() -> None:
    source = FiscaldataDebt()
    (first,) = source.requests(date(2025, 4, 7), AT)
    assert "filter=record_date%3Agte%3A2025-03-08" in first.url
    (auctions_first,) = FiscaldataAuctions().requests(date(2025, 4, 7), AT)
    assert "sort=-auction_date%2C-issue_date%2Ccusip" in auctions_first.url
    assert "page%5Bsize%5D=10000" in first.url
    fragment = "&page%5Bnumber%5D=2&page%5Bsize%5D=10000"
    here = Body(first.url, page(following=fragment).content, "", None, None)
    following = source.next_page(here)
    assert following is not None
    asked, before = (parse_qs(urlsplit(one.url).query) for one in (following, first))
    assert asked.pop("page[number]") == ["2"]
    assert before.pop("page[number]") == ["1"]
    assert asked == before
    assert source.next_page(Body(first.url, page().content, "", None, None)) is None


def test_the_amount_of_another_kind_is_a_step_that_no_note_makes() -> None:
    source = FiscaldataAuctions()
    assert source.describe("auction.note_10y.offering").max_step == 15_000.0
    assert source.describe("auction.bill_4w.offering").max_step is None
    assert source.describe("auction.note_10y.indirect_share").max_step is None


def test_history_begins_where_bidders_are_told_apart() -> None:
    (first,) = urls(FiscaldataAuctions().history_requests(date(1990, 1, 1), AT))
    assert "auction_date%3Agte%3A2008-04-01" in first


def test_debt_is_in_millions_and_its_parts_make_the_total() -> None:
    row = {
        "record_date": "2025-04-08",
        "debt_held_public_amt": "28950000000000.00",
        "intragov_hold_amt": "7260000000000.00",
        "tot_pub_debt_out_amt": "36210000000000.00",
    }
    table = FiscaldataDebt().parse(page(row), AT)
    assert table["debt_held_public"].tolist() == [28_950_000.0]
    assert table["debt_total"].tolist() == [36_210_000.0]
    with pytest.raises(BodyRejected, match="a gap of 2 mn on 2025-04-08"):
        FiscaldataDebt().parse(page({**row, "intragov_hold_amt": "7260002000000.00"}), AT)
