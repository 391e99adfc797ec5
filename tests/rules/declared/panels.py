"""Panels of series as their publishers describe them, some by session, some by week or month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import numpy as np

from rules.declared.rule import ConditionsRule
from rules.model import Panel, Series
from rules.point_in_time.panel import History
from tests.support import new_york

# A Monday; the periods are weekdays, Wednesdays or ends of months up to it.
LAST: Final = date(2025, 6, 30)
AT: Final = new_york("2025-07-04 12:00")
COUNT: Final = 90
# Title, unit and frequency.
DESCRIBED: Final[Mapping[str, tuple[str, str, str]]] = {
    "spx": ("S&P 500 close", "index", "session"),
    "dxy": ("ICE dollar index", "index", "session"),
    "vix": ("VIX close", "index", "session"),
    "ust2y": ("2-year Treasury yield", "pct", "session"),
    "ust10y": ("10-year Treasury yield", "pct", "session"),
    "custody_treasuries": ("Treasuries in custody", "usd_mn", "week"),
    "tic.42609.for_treas_net": ("Japan, net purchases", "usd_mn", "month"),
}


def periods(frequency: str) -> list[date]:
    """The last 90 of a frequency, oldest first."""
    if frequency == "month":
        ends = np.datetime64("2025-07", "M") - np.arange(COUNT)
        return sorted((one.astype("datetime64[D]") - 1).item() for one in ends)
    if frequency == "week":
        return sorted(date(2025, 6, 25) - timedelta(days=7 * n) for n in range(COUNT))
    days = (LAST - timedelta(days=n) for n in range(2 * COUNT))
    return sorted([one for one in days if one.weekday() < 5][:COUNT])


def numbers(end: tuple[float, ...]) -> list[float]:
    """A number a period: up and down by a thousandth about the first of `end`, which comes last."""
    usual = [end[0] * (1 + 0.001 * (n % 3 - 1)) for n in range(COUNT - len(end))]
    return [*usual, *end]


def panel_of(rule: ConditionsRule, ends: Mapping[str, tuple[float, ...]]) -> Panel:
    """What is known at AT of the series of a rule, each known on the evening of its period."""
    names = [name for name in rule.series if name in ends]
    days = {name: periods(DESCRIBED[name][2]) for name in names}
    known = [new_york(f"{day} 18:30").replace(tzinfo=None) for name in names for day in days[name]]
    return History.of(
        rule.series,
        {
            name: Series(name, title, unit, every, f"publisher of {name}")
            for name, (title, unit, every) in DESCRIBED.items()
            if name in rule.series
        },
        column=np.repeat([rule.series.index(name) for name in names], COUNT),
        period_end=np.array([day for name in names for day in days[name]], dtype="datetime64[D]"),
        known_at=np.array(known, dtype="datetime64[s]"),
        vintage=np.ones(COUNT * len(names), dtype=np.int64),
        value=np.array([value for name in names for value in numbers(ends[name])]),
    ).as_of(AT)


JAPAN: Final = "tic.42609.for_treas_net"
