"""Figures by which each indicator of the verdict reads as a test wants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pandas as pd

from rules.model import Panel
from rules.record.early import AUCTIONS
from rules.verdict.rule import VerdictRule
from rules.verdict.verdict import SERIES
from tests.support import Row, history_of, utc

AT = utc("2025-06-20 22:00")


RULE = VerdictRule()


ALL = "tic.99996"


def rows(series_id: str, days: Iterable[date], values: Iterable[float]) -> list[Row]:
    return [
        (series_id, day, utc(f"{day} 12:00"), 1, float(value))
        for day, value in zip(days, values, strict=False)
    ]


def weekdays(count: int, last: str = "2025-06-20") -> list[date]:
    return [stamp.date() for stamp in pd.bdate_range(end=last, periods=count)]


def panel(found: list[Row], at: datetime = AT) -> Panel:
    return history_of(found, SERIES).as_of(at)


def market(selloffs: int, dollar_rose: bool = False) -> list[Row]:
    """100 sessions of small moves either way, of which the last so many are large joint falls, or
    with a dollar that rose haven failures."""
    days, last = weekdays(100), 99 - selloffs
    fell = [max(0, i - last) for i in range(100)]
    spx = [100.0 + 0.2 * (i % 2) - 3.0 * down for i, down in enumerate(fell)]
    ust = [4.0 + 0.01 * (i % 2) + 0.2 * down for i, down in enumerate(fell)]
    dxy = [100.0 + 0.1 * (i % 2) + (down if dollar_rose else -down) for i, down in enumerate(fell)]
    return [*rows("spx", days, spx), *rows("dxy", days, dxy), *rows("ust10y", days, ust)]


HELD_BN = 9000.0


def flows(*net_bn: float) -> list[Row]:
    """Net with bills of the months to April 2025, all of it long-term, over holdings of 9 trn."""
    months = [
        stamp.date() for stamp in pd.date_range(end="2025-04-30", periods=len(net_bn), freq="ME")
    ]
    net = [1000.0 * one for one in net_bn]
    before = [months[0].replace(day=1) - timedelta(days=1), *months]
    return [
        *rows(f"{ALL}.for_treas_net", months, net),
        *rows(f"{ALL}.for_lt_treas_net", months, net),
        *rows(f"{ALL}.for_st_treas_net", months, [0.0] * len(months)),
        *rows(f"{ALL}.for_treas_pos", before, [1000.0 * HELD_BN] * len(before)),
    ]


def custody(change_bn: float) -> list[Row]:
    weeks = [date(2025, 6, 18) - timedelta(weeks=13 - i) for i in range(14)]
    return rows("custody_treasuries", weeks, [3e6 + 1e3 * change_bn * (i == 13) for i in range(14)])


def premium(rise_bp: float) -> list[Row]:
    levels = [0.5] * 22 + [0.5 + rise_bp / 100.0]
    return rows("acm_tp10y", weekdays(23, "2025-06-18"), levels)


def auction(term: int, share: float) -> list[Row]:
    days = [date(2025, 6, 10) - timedelta(days=30 * (12 - i)) for i in range(13)]
    return rows(AUCTIONS[term], days, [*[68.0, 70.0] * 6, share])


def share(change_pp: float) -> list[Row]:
    days = [date(2024, 4, 30), date(2025, 4, 30)]
    held = rows("tic.99996.for_treas_pos", days, [3e6, 3e6 + 1e5 * change_pp])
    return [*held, *rows("debt_held_public", days, [1e7, 1e7])]
