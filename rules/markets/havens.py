"""What the currencies that people flee to did against the dollar, at the ECB's fix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Self

import numpy as np

from rules.model import Panel, to_date
from rules.wording import day, signed_pct

# Dollars per euro, yen and francs per dollar; 1 where it rises with the currency, else -1.
CURRENCIES: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(
    {"eurusd": ("euro", 1), "usdjpy": ("yen", -1), "usdchf": ("franc", -1)}
)
# A currency that rose by so much is named beside what fell.
NAMED_PCT: Final = 0.5
# A fix of before a long weekend says nothing of a session.
OLDEST: Final = timedelta(days=4)


@dataclass(frozen=True)
class Havens:
    """What each currency rose against the dollar, in percent, from the fix before to that of the
    day `fix`: 14:15 in Frankfurt, before New York opens."""

    rose: Mapping[str, float]
    fix: date

    @classmethod
    def at(cls, panel: Panel, period: date, known_by: np.datetime64) -> Self | None:
        """Those of the newest fix by a day that was known by an instant, at which all three are;
        None where there is none."""
        found: dict[str, float] = {}
        fixes = set()
        for name, (_, sign) in CURRENCIES.items():
            if name not in panel.frame:
                return None
            days, rate, known = panel.numbers(name)
            there = (days <= np.datetime64(period)) & (known <= known_by)
            days, rate = days[there], rate[there]
            if len(days) < 2:
                return None
            fixes.add(to_date(days[-1]))
            found[name] = 100.0 * (float(rate[-1] / rate[-2]) ** sign - 1.0)
        fix = fixes.pop()
        return None if fixes or period - fix > OLDEST else cls(found, fix)

    @property
    def best(self) -> str:
        """`franc +2.9% at the ECB fix`: the one that rose most; empty where none rose by much."""
        name = max(self.rose, key=lambda one: self.rose[one])
        if self.rose[name] < NAMED_PCT:
            return ""
        return f"{CURRENCIES[name][0]} {signed_pct(self.rose[name])} at the ECB fix"

    @property
    def listed(self) -> str:
        """`euro +0.3%, yen −0.7%, franc +0.1%`."""
        return ", ".join(f"{CURRENCIES[one][0]} {signed_pct(by)}" for one, by in self.rose.items())

    @property
    def sentence(self) -> str:
        """`Against the dollar at the ECB fix (14:15 CET, Thu 10 Apr 2025): euro +0.3%, ...`."""
        return f"Against the dollar at the ECB fix (14:15 CET, {day(self.fix)}): {self.listed}."


def haven_beside(panel: Panel, period: date, known_by: np.datetime64) -> str:
    """`franc +2.9% at the ECB fix` of a session's own day, for a line of its moves; empty where
    none rose by much or the fix is of another day."""
    found = Havens.at(panel, period, known_by)
    return found.best if found is not None and found.fix == period else ""
