"""What foreigners sold in a month, by type: equities first, Treasuries last?"""

from __future__ import annotations

from datetime import date

import pytest

from rules.model import Panel
from rules.tic.areas import GRAND_TOTAL, OFFICIAL
from rules.tic.assets_sold import SERIES, assets_note
from tests.support import Row, history_of, utc

APRIL = date(2025, 4, 30)


def panel(*found: Row) -> Panel:
    return history_of(found, SERIES).as_of(utc("2025-07-01 00:00"))


def net(code: str, eqty: float, corp: float, treas: float, month: date = APRIL) -> list[Row]:
    """Long-term net purchases by type, USD bn."""
    kinds = {"eqty": eqty, "corp": corp, "treas": treas}
    return [
        (f"tic_lt.{code}.for_lt_{kind}_net", month, utc("2025-06-18 20:00"), 1, 1000.0 * value)
        for kind, value in kinds.items()
    ]


@pytest.mark.parametrize(
    ("eqty", "corp", "treas", "said"),
    [
        (10.0, 5.0, 20.0, "+$10.0bn equities, +$5.0bn corporates, +$20.0bn Treasuries: none sold"),
        (0.0, 0.0, 0.0, "$0.0bn equities, $0.0bn corporates, $0.0bn Treasuries: none sold"),
        (-10.0, 5.0, 20.0,
         "−$10.0bn equities, +$5.0bn corporates, +$20.0bn Treasuries: equities sold, Treasuries "
         "not"),
        (-10.0, -15.0, 20.0,
         "−$10.0bn equities, −$15.0bn corporates, +$20.0bn Treasuries: corporates and equities "
         "sold, Treasuries not"),
        (-30.0, 5.0, -20.0,
         "−$30.0bn equities, +$5.0bn corporates, −$20.0bn Treasuries: equities sold most"),
        (-10.0, 5.0, -20.0,
         "−$10.0bn equities, +$5.0bn corporates, −$20.0bn Treasuries: Treasuries sold most"),
        (10.0, 5.0, -20.0,
         "+$10.0bn equities, +$5.0bn corporates, −$20.0bn Treasuries: Treasuries alone sold"),
    ],
)  # fmt: skip
def test_what_was_sold_most_is_named(eqty: float, corp: float, treas: float, said: str) -> None:
    assert assets_note(panel(*net(GRAND_TOTAL, eqty, corp, treas))) == (
        f"Equities first, Treasuries last? April 2025, long-term: all foreigners {said}."
    )


def test_officials_are_told_beside_all_of_the_last_month_known() -> None:
    march = date(2025, 3, 31)
    found = [
        *net(GRAND_TOTAL, 10.0, 5.0, 20.0),
        *net(OFFICIAL, -1.0, 5.0, -2.0),
        *net(GRAND_TOTAL, -99.0, -99.0, -99.0, march),
    ]
    assert assets_note(panel(*found)).endswith(
        ": none sold; officials −$1.0bn equities, +$5.0bn corporates, −$2.0bn Treasuries: "
        "Treasuries sold most."
    )


def test_whoever_has_a_part_missing_is_left_out_and_nothing_is_said_of_nothing() -> None:
    whole, part = net(GRAND_TOTAL, 1.0, 1.0, 1.0), net(OFFICIAL, 1.0, 1.0, 1.0)[:2]
    assert "officials" not in assets_note(panel(*whole, *part))
    assert assets_note(panel(*part)) == ""
    assert assets_note(panel()) == ""
