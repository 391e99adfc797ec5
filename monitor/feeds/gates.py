"""The bounds that a history suggests for the numbers to come, each with the reason in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

# Of fewer numbers the range says little.
ENOUGH: Final = 20
TIMES: Final = 2.0
STEP_TIMES: Final = 3.0
# A calm history must not hold back the first day that matters: a step is never bounded closer, and
# a yield not within so many points of where it was.
LEAST_STEP: Final = {"index": 5.0, "pct": 0.5, "bp": 50.0}
LEAST_BEYOND: Final = {"pct": 2.0, "bp": 200.0}
# After so many business days a file is old, and says nothing of how late its numbers come.
MOST_LAG: Final = {"session": 5, "week": 15, "month": 60}


@dataclass(frozen=True)
class Gates:
    """Between which levels the numbers are plausible, and the largest step from one to the next: in
    percent of an index, else in the unit. `said` says from what each is proposed."""

    plausible: tuple[float, float] | None
    max_step: float | None
    said: str


def proposed_gates(numbers: pd.Series[float], unit: str) -> Gates:
    """Half the lowest and twice the highest level of the history where a level below zero makes no
    sense, else its range on either side; and three times its largest step."""
    known = numbers.dropna().sort_index()
    if len(known) < ENOUGH:
        return Gates(None, None, f"none: {len(known)} numbers are too few to propose them")
    low, high = float(known.min()), float(known.max())
    if low > 0 and unit not in ("pct", "bp"):
        bounds = (low / TIMES, high * TIMES)
    else:
        beyond = max((high - low) or abs(high) or 1.0, LEAST_BEYOND.get(unit, 0.0))
        bounds = (low - beyond, high + beyond)
    plausible = (_rounded(bounds[0], math.floor), _rounded(bounds[1], math.ceil))
    said = f"level {plausible[0]:g} to {plausible[1]:g} (was {low:g} to {high:g})"
    if unit == "index" and low <= 0:
        return Gates(plausible, None, f"{said}; no step: percent of a number below zero")
    step = known.diff().abs()
    step = 100.0 * step / known.shift() if unit == "index" else step
    largest = float(step.max())
    if not largest > 0:
        return Gates(plausible, None, f"{said}; no step: all numbers are the same")
    most = _rounded(max(STEP_TIMES * largest, LEAST_STEP.get(unit, 0.0)), math.ceil)
    shown = "%" if unit == "index" else f" {unit}"
    day = pd.DatetimeIndex([step.idxmax()])[0].date()
    said += f"; step up to {most:g}{shown} (largest {largest:.3g}{shown}, {day})"
    return Gates(plausible, most, said)


def proposed_lag(frequency: str, newest: date, today: date) -> int:
    """How many business days after its date a number may come: as late as the newest, so that no
    history is known too early; none for a file that has ended."""
    days = int(np.busday_count(newest, today))
    if frequency == "session":
        days = max(days - 1, 0)  # today's may still come
    return days if days <= MOST_LAG[frequency] else 0


def _rounded(value: float, towards: Callable[[float], int]) -> float:
    """A number of two digits, away from what was."""
    if value == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return float(f"{towards(value / unit) * unit:.6g}")
