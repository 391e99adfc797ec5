"""A month of TIC from a table that is checked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from rules.tic.month_report import (
    AreaMonth,
    KindMonth,
    MonthReport,
    SaleRank,
    area_months,
    month_report,
    split_areas,
    together,
)
from rules.tic.month_table import MonthTable, added, month_end_of, month_number
from rules.tic.order_of_selling import order_words

APRIL, JANUARY_2023 = date(2025, 4, 30), date(2023, 1, 31)
LAST = month_number(APRIL)
ALL, OFFICIAL, PRIVATE = "99996", "99990", "99991"
CHINA, JAPAN, BELGIUM, LUXEMBOURG = "41408", "42609", "10251", "11703"
BOTH_OF_FORM_S = "10308"  # Belgium and Luxembourg


Cells = dict[str, dict[int, float]]


def area(code: str, long_bn: list[float], bills_bn: float, held_bn: float) -> Cells:
    """An area's months to April 2025 in slt_table3, with the same bills in each; its holdings grew
    by a billion a month, half a billion of it by price."""
    first = LAST - len(long_bn) + 1
    long = {first + place: 1000.0 * one for place, one in enumerate(long_bn)}
    return {
        f"tic.{code}.for_lt_treas_net": long,
        f"tic.{code}.for_st_treas_net": dict.fromkeys(long, 1000.0 * bills_bn),
        f"tic.{code}.for_treas_net": {at: one + 1000.0 * bills_bn for at, one in long.items()},
        f"tic.{code}.for_lt_treas_valchg": dict.fromkeys(long, 500.0),
        f"tic.{code}.for_treas_pos": {
            at: 1000.0 * (held_bn + at - LAST) for at in range(first - 1, LAST + 1)
        },
    }


def year(last: float, rest: float = 1.0, months: int = 12) -> list[float]:
    return [*[rest] * (months - 1), last]


TABLE = MonthTable(
    {
        **area(ALL, year(-58.5, 20.0), -12.0, 9000.0),
        **area(OFFICIAL, year(-5.5), -0.5, 4000.0),
        **area(PRIVATE, year(-53.0), -11.5, 5000.0),
        **area(CHINA, year(-20.0, -2.0, 24), -3.0, 760.0),
        **area(JAPAN, year(7.0, 1.0, 24), 0.5, 1130.0),
        **area(BELGIUM, year(-15.5), 1.5, 400.0),
        **area(LUXEMBOURG, year(-7.5, -9.0, 24), 0.0, 410.0),
        **area("13005", year(42.5, 1.0, 23), 0.0, 800.0),  # the United Kingdom
        **area("29998", year(-57.5), 0.0, 49.9),  # Canada
        **area("10804", year(0.0), 0.0, 50.0),  # France
    }
)


def report(table: MonthTable = TABLE, month: date = APRIL) -> MonthReport:
    found = month_report(table, month)
    assert found is not None
    return found


def test_a_month_has_a_number_and_an_end() -> None:
    assert month_number(date(2025, 1, 15)) - month_number(date(2024, 12, 1)) == 1
    assert month_number(date(2025, 12, 31)) == 2025 * 12 + 11
    for end in (date(2024, 2, 29), date(2024, 12, 31), date(2025, 1, 31), APRIL):
        assert month_end_of(month_number(end)) == end


def test_a_sum_is_known_where_all_of_it_is() -> None:
    assert added([1.0, -3.0]) == -2.0
    assert added([0.0]) == 0.0
    assert added([1.0, None]) is None
    assert added([]) is None


def test_all_of_one_area() -> None:
    found = report().china
    assert (found.code, found.name) == (CHINA, "China")
    assert (found.long, found.bills, found.total) == (-20.0, -3.0, -23.0)
    assert (found.long_3, found.long_12) == (-24.0, -42.0)
    assert (found.net_3, found.net_12) == (-33.0, -78.0)
    assert (found.held, found.change, found.valuation, found.other) == (760.0, 1.0, 0.5, 23.5)
    assert found.pct == pytest.approx((-100 * 23 / 759, -100 * 33 / 757, -100 * 78 / 748))
    assert found.place == SaleRank(1, 24, date(2023, 5, 31))


def test_what_is_not_known_is_left_open() -> None:
    found = report(MonthTable(area(ALL, year(-58.5, 20.0, 2), -12.0, 9000.0))).all
    assert (found.long, found.long_3, found.net_3, found.pct[1], found.pct[2]) == (
        -58.5, None, None, None, None)  # fmt: skip
    bare = report(MonthTable({f"tic.{ALL}.for_treas_pos": {LAST: 9e6}}))
    assert bare.all == AreaMonth(ALL, "All foreigners", held=9000.0)
    assert (bare.areas, bare.watched, bare.kinds, bare.sellers, bare.buyers) == ((),) * 5
    only_net = report(MonthTable({f"tic.{ALL}.for_lt_treas_net": {LAST: 1000.0}}))
    assert (only_net.all.long, only_net.all.held, only_net.all.change) == (1.0, None, None)
    assert month_report(MonthTable({}), APRIL) is None
    assert month_report(TABLE, date(2025, 5, 31)) is None
    nothing_held = MonthTable({**area(ALL, [5.0], 0.0, 1.0)})
    assert report(nothing_held).all.pct[0] is None  # of nothing there is no share


def test_the_areas_are_ordered_by_what_they_sold() -> None:
    found = report()
    assert (found.month, found.basis) == (APRIL, "SLT")
    assert [one.name for one in found.areas] == [
        "Canada", "China", "Belgium", "Luxembourg", "France", "Japan", "United Kingdom",
    ]  # fmt: skip
    assert [one.name for one in found.sellers] == ["Canada", "China", "Belgium", "Luxembourg"]
    assert [one.name for one in found.buyers] == ["United Kingdom", "Japan"]
    assert [one.name for one in found.watched] == [
        "Japan", "United Kingdom", "China", "Luxembourg", "Belgium", "France"]  # fmt: skip
    assert (found.official.long, found.private.long) == (-5.5, -53.0)
    assert [one.code for one in split_areas(found)[:3]] == [ALL, OFFICIAL, PRIVATE]
    assert [one.name for one in split_areas(found)[3:]] == [
        "Japan", "China", "United Kingdom", "Luxembourg", "Belgium", "France"]  # fmt: skip


CODES = (
    *("10189", "10405", "10502", "10707", "10804", "11002"),
    *("11207", "11401", "11509", "12009", "12106", "12203"),
)


def twelve(long_bn: float, held_bn: float) -> MonthReport:
    """Twelve countries, each by so much larger than the one before."""
    cells = area(ALL, [1.0], 0.0, 9000.0)
    for place, code in enumerate(CODES, 1):
        cells |= area(code, [long_bn * place], 0.0, held_bn * place)
    return report(MonthTable(cells))


def test_no_more_than_ten_are_named() -> None:
    assert [one.long for one in twelve(-1.0, 1.0).sellers] == [
        -12,
        -11,
        -10,
        -9,
        -8,
        -7,
        -6,
        -5,
        -4,
        -3,
    ]
    assert [one.long for one in twelve(1.0, 1.0).buyers] == [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]
    largest = split_areas(twelve(1.0, 100.0))[3:]
    assert [one.held for one in largest] == [1200.0, 1100.0, 1000.0, 900.0, 800.0]


def test_a_record_is_the_largest_of_two_years_of_its_own() -> None:
    # Luxembourg's is the least of many sales, the United Kingdom has 23 months, others have 12.
    assert [(one.name, what) for one, what in report().records] == [
        ("Japan", "purchase"), ("China", "sale")]  # fmt: skip


def test_several_areas_are_known_together_where_each_is() -> None:
    found = report()
    both = found.china_belgium
    assert (both.code, both.name) == ("china_belgium", "China + Belgium")
    assert (both.long, both.bills, both.total, both.held) == (-35.5, -1.5, -37.0, 1160.0)
    assert (both.long_3, both.long_12, both.net_3, both.net_12) == (-37.5, -46.5, -42.0, -64.5)
    assert (both.change, both.valuation, both.other) == (2.0, 1.0, 38.0)
    assert (both.pct, both.place) == ((None, None, None), None)
    # Of the other centres nothing is known.
    assert [one.code for one in found.centres] == [
        "10251",
        "13005",
        "11703",
        "36137",
        "11401",
        "12688",
    ]
    assert (found.centres_together.code, found.centres_together.name) == (
        "six",
        "Six centres together",
    )
    assert found.centres_together.long is None
    assert together("two", "Two", found.centres[:2]).long == 27.0
    assert found.belgium.long == -15.5


def test_the_months_of_an_area_are_named_by_themselves_the_newest_first() -> None:
    found = area_months(TABLE, BELGIUM, APRIL, 3)
    assert [(one.name, one.long) for one in found] == [
        ("Apr 2025", -15.5), ("Mar 2025", 1.0), ("Feb 2025", 1.0)]  # fmt: skip
    # Of the month before the first only the holdings are known, and of none before it anything.
    every = area_months(TABLE, BELGIUM, APRIL, 40)
    assert (len(every), every[-1].name, every[-1].long, every[-1].held) == (
        13,
        "Apr 2024",
        None,
        388.0,
    )


BEFORE = month_number(JANUARY_2023)


def form_s(code: str, bought_bn: float, sold_bn: float, bills_bn: float | None = None) -> Cells:
    """An area's January 2023 by Form S."""
    found = {
        f"form_s.{code}.treas_purchases": {BEFORE: 1000.0 * bought_bn},
        f"form_s.{code}.treas_sales": {BEFORE: 1000.0 * sold_bn},
    }
    if bills_bn is not None:
        found[f"tic.{code}.for_st_treas_net"] = {BEFORE: 1000.0 * bills_bn}
    return found


def test_a_month_of_form_s_is_purchases_less_sales_and_the_change_of_bills() -> None:
    table = MonthTable(
        {
            **form_s(ALL, 300.0, 290.0, 4.0),
            **form_s(CHINA, 30.0, 38.5),
            **form_s(BOTH_OF_FORM_S, 20.0, 15.0),
            "mfh.grand_total": {
                BEFORE: 7400.0,
                BEFORE - 1: 7300.0,
            },
        }
    )
    found = report(table, JANUARY_2023)
    assert found.basis == "Form S"
    assert (found.all.long, found.all.bills, found.all.total) == (10.0, 4.0, 14.0)
    assert (found.all.held, found.all.change, found.all.other) == (7400.0, 100.0, None)
    assert found.all.pct[0] == pytest.approx(100 * 14 / 7300)
    # Without bills the total is open, and the net is long-term alone.
    assert (found.china.long, found.china.total) == (-8.5, None)
    assert table.net(CHINA, BEFORE) == -8.5
    assert [one.name for one in found.areas] == ["China", "Belgium and Luxembourg"]


def test_a_row_of_form_s_that_is_the_sum_of_others_gives_way_to_them() -> None:
    both, part = form_s(BOTH_OF_FORM_S, 20.0, 15.0), form_s(LUXEMBOURG, 12.0, 9.0)
    table = MonthTable({**form_s(ALL, 300.0, 290.0), **both, **part})
    assert [one.name for one in report(table, JANUARY_2023).areas] == ["Luxembourg"]


def test_by_the_newer_file_what_is_not_given_stays_open() -> None:
    newer = {f"tic.{ALL}.for_lt_treas_net": {BEFORE: 9000.0}}
    table = MonthTable({**form_s(ALL, 300.0, 290.0, 4.0), **newer})
    found = report(table, JANUARY_2023)
    assert (found.basis, found.all.long, found.all.total) == ("SLT", 9.0, None)
    assert table.net(ALL, BEFORE) is None
    held = {f"tic.{ALL}.for_treas_pos": {LAST: 1.0}}
    half = report(MonthTable({f"form_s.{ALL}.treas_purchases": {LAST: 1.0}, **held}))
    assert (half.basis, half.all.long) == ("SLT", None)


def kinds(without: str = "") -> MonthTable:
    cells = {
        f"tic_lt.{code}.for_lt_{kind}_net": {
            LAST - back: 1000.0 * (size + back) for back in range(12)
        }
        for code, by in ((ALL, 10.0), (OFFICIAL, 20.0), (PRIVATE, 30.0))
        for kind, size in (("eqty", by + 1), ("corp", by + 2), ("agcy", by + 3), ("treas", by + 4))
        if kind != without
    }
    return MonthTable({**TABLE.cells, **cells})


def test_the_types_of_securities_stand_in_the_order_of_an_outflow() -> None:
    found = report(kinds()).kinds
    assert [one.name for one in found] == ["Equities", "Corporates", "Agencies", "Treasuries"]
    assert found[0] == KindMonth("Equities", 11.0, 36.0, 198.0, 21.0, 31.0)
    assert found[3] == KindMonth("Treasuries", 14.0, 45.0, 234.0, 24.0, 34.0)
    assert report(kinds(without="agcy")).kinds == ()


@pytest.mark.parametrize(
    ("net_bn", "said"),
    [
        ((1.0, 1.0, 1.0), "none sold"),
        ((0.0, 0.0, 0.0), "none sold"),
        ((-1.0, 1.0, 1.0), "equities sold, Treasuries not"),
        ((-1.0, -2.0, 1.0), "corporates and equities sold, Treasuries not"),
        ((-2.0, 1.0, -1.0), "equities sold most"),
        ((-1.0, 1.0, -2.0), "Treasuries sold most"),
        ((1.0, 1.0, -2.0), "Treasuries alone sold"),
    ],
)
def test_which_type_was_sold_most(net_bn: tuple[float, ...], said: str) -> None:
    named = dict(zip(("equities", "corporates", "Treasuries"), net_bn, strict=True))
    assert order_words(named) == said
