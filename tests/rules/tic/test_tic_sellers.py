"""Who sold in a month: officials or private holders, as far as TIC tells."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from rules.model import Panel
from rules.tic.areas import OFFICIAL, PRIVATE
from rules.tic.sellers import who_words
from rules.tic.series_ids import transactions_of
from tests.support import history_of, utc

APRIL = date(2025, 4, 30)
IDS = (*transactions_of(OFFICIAL), *transactions_of(PRIVATE))


def panel(**net_bn: float) -> Panel:
    codes = {"officials": OFFICIAL, "private": PRIVATE}
    return history_of(
        [
            (f"tic.{codes[who]}.for_lt_treas_net", APRIL, utc("2025-06-18 20:00"), 1, 1000.0 * bn)
            for who, bn in net_bn.items()
        ],
        IDS,
    ).as_of(utc("2025-07-01 00:00"))


@pytest.mark.parametrize(
    ("net_bn", "said"),
    [
        ({"officials": -20.0, "private": 35.0},
         "Long-term, officials −$20.0bn, private holders +$35.0bn."),
        ({"officials": -20.0}, "Long-term, officials −$20.0bn; total less officials +$32.5bn."),
        ({"private": 35.0}, "Long-term, private holders +$35.0bn; total less private −$22.5bn."),
        ({}, "TIC does not tell officials from private holders for this month."),
    ],
)  # fmt: skip
def test_what_is_missing_is_the_total_less_the_other(net_bn: dict[str, float], said: str) -> None:
    assert who_words(panel(**net_bn), pd.Timestamp(APRIL), 12_500.0) == said
