"""Transactions before 2023-02, by counterparty."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from monitor.demo.publishers.tic_form_s import Standin
from monitor.demo.request_reply import Asked
from monitor.errors import BodyRejected
from monitor.sources.tic_form_s import TicFormS
from tests.support import body, utc

AT = utc("2025-02-19 12:00")
HEADER = "name\tcode\tmonth\t" + "\t".join(f"[{number}]" for number in range(1, 13))
RULE = "\t".join([" ----------"] * 15)


def line(name: str, code: str, month: str, bought: str, sold: str) -> str:
    others = "\t".join("7" * 5)
    return f"{name}\t{code}\t{month}\t{bought}\t{others}\t{sold}\t{others}"


JAPAN = (
    line("Japan", "42609", "2023-01", '"81,480"', '"80,000"'),
    line("Japan", "42609", "2022-12", "900", "1000"),
)
TOTAL = (line("Grand Total", "99996", "2023-01", '"2,013,010"', '"1,962,067"'),)


def parsed(*lines: str, header: str = HEADER) -> dict[str, list[float]]:
    whole = ["\tAll amounts in millions of dollars.", header, RULE, *lines]
    table = TicFormS().parse(body("\r\n".join(whole) + "\r\n"), AT)
    return {str(name): table[name].tolist() for name in table}


def test_gross_purchases_and_sales_of_treasuries_are_kept_apart() -> None:
    table = parsed(*JAPAN, *TOTAL)
    assert table["form_s.42609.treas_purchases"] == [900.0, 81480.0]
    assert table["form_s.42609.treas_sales"] == [1000.0, 80000.0]
    assert set(table) == {
        f"form_s.{code}.treas_{side}"
        for code in ("42609", "99996")
        for side in ("purchases", "sales")
    }


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (JAPAN, r"Grand Total 99996 last, got Japan 42609 \(cut off"),
        ((*JAPAN, "Grand Total\t99996\t2023-01\t7"), "15 cells in every line"),
        ((*reversed(JAPAN), *TOTAL), "newest first inside an area"),
        ((JAPAN[0], JAPAN[0], *TOTAL), "each area and month once"),
        ((line("Japan", "4260", "2023-01", "1", "1"), *TOTAL), "a five-digit code"),
        ((line("Grand Total", "99996", "2023-01", "900", '"99,000"'),), "purchases over sales"),
        ((line("Japan", "42609", "2023-01", "many", "1"), *TOTAL), "got 'many'"),
    ],
)
def test_what_is_not_as_the_publisher_wrote_it_is_refused(
    lines: tuple[str, ...], said: str
) -> None:
    with pytest.raises(BodyRejected, match=said):
        parsed(*lines)


def total(code: str, name: str, bought: str, sold: str) -> str:
    return line(name, code, "2023-01", bought, sold)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        # Purchases and sales exchanged, another column, another unit, another year.
        ((total("99996", "Grand Total", '"1,962,067"', '"2,013,010"'),), "a grand total of"),
        ((total("99996", "Grand Total", '"2,203,544"', '"2,231,065"'),), "a grand total of"),
        ((total("99996", "Grand Total", '"20,130,100"', '"19,620,670"'),), "a grand total of"),
        ((line("Grand Total", "99996", "2022-01", '"2,013,010"', '"1,962,067"'),), "2023-01 as"),
        # Areas that do not make their total.
        ((total("69995", "All Countries", '"2,010,000"', '"1,962,000"'),
          total("79995", "Total IROs", '"3,000"', "67"), *TOTAL), "the areas to make Grand Total"),
        ((total("42609", "Japan", '"814,800"', '"80,000"'),
          total("49999", "Total Asia", '"190,000"', '"190,000"'), *TOTAL), "to make Total Asia"),
        ((line("Japan", "42609", "2023-01", '"81,480"', '"80,000"'),
          line("Japan", "42609", "2022-12", "0", '"80,000"'),
          line("Japan", "42609", "2022-11", '"71,480"', '"80,000"'), *TOTAL),
         "area 42609 to buy and sell in every month, got 0 in 2022-12"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_refused(lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        parsed(*lines)


def test_swapped_columns_and_another_unit_are_refused() -> None:
    swapped = HEADER.replace("[1]", "[x]").replace("[7]", "[1]").replace("[x]", "[7]")
    with pytest.raises(BodyRejected, match="a header row"):
        parsed(*JAPAN, *TOTAL, header=swapped)
    with pytest.raises(BodyRejected, match="millions of dollars, got thousands of dollars"):
        parsed(*JAPAN, *TOTAL, header="\tin thousands of dollars\r\n" + HEADER)


def test_it_is_asked_for_until_it_is_stored() -> None:
    assert len(TicFormS().requests(None, AT)) == 1
    assert len(TicFormS().requests(date(2023, 1, 31), AT)) == 0


def test_a_year_that_is_not_as_the_file_was_left_is_doubted() -> None:
    source = TicFormS()
    left = source.parse(
        body(Standin().reply(Asked("/Publish/s1_globl.txt", {}, "", AT)).body.decode()), AT
    )
    assert list(source.doubts(left)) == []
    changed = left.copy()
    changed["form_s.42609.treas_sales"] += 1.0 * (changed.index == pd.Timestamp("2021-06-30"))
    (doubt,) = source.doubts(changed)
    assert doubt.settles
    assert "others in 2021" in str(doubt)
    (doubt,) = source.doubts(left.drop(columns=["form_s.41408.treas_purchases"]))
    assert "others in 2023" in str(doubt)
    (doubt,) = source.doubts(left[left.index != pd.Timestamp("2022-03-31")])
    assert "others in 2022" in str(doubt)
