"""How one number went with another: signs, correlation, error, over the periods of both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

import numpy as np
import pandas as pd

from rules.model import to_date

FEWEST: Final = 3  # two points are always on a line
NORMAL_95: Final = 1.96


@dataclass(frozen=True)
class Score:
    """Over `count` periods from `first` to `last`: how many had the same sign, and would have had
    it by a guess that is always one sign, the better of the two; the correlation with its 95%
    interval (Fisher's), and the mean absolute error where both have one unit; None where too few
    are known.
    """

    count: int
    same_sign: int
    one_sign: int
    correlation: float | None
    correlation_low: float | None
    correlation_high: float | None
    mean_error: float | None
    first: date | None
    last: date | None

    @classmethod
    def of(cls, early: pd.Series[float], later: pd.Series[float], *, one_unit: bool) -> Self:
        """The score of an early number against a later one, by their common periods."""
        both = pd.concat([early, later], axis=1, join="inner", keys=["early", "later"]).dropna()
        if both.empty:
            return cls(0, 0, 0, None, None, None, None, None, None)
        one, other = both["early"].to_numpy(), both["later"].to_numpy()
        varies = len(both) >= FEWEST and np.ptp(one) > 0 and np.ptp(other) > 0
        r = float(np.corrcoef(one, other)[0, 1]) if varies else None
        low, high = _interval(r, len(both))
        days, signs = both.index.to_numpy(), np.sign(other)
        return cls(
            count=len(both),
            same_sign=int((np.sign(one) == signs).sum()),
            one_sign=int(max((signs == 1).sum(), (signs == -1).sum())),
            correlation=r,
            correlation_low=low,
            correlation_high=high,
            mean_error=float(np.abs(one - other).mean()) if one_unit else None,
            first=to_date(days.min()),
            last=to_date(days.max()),
        )

    @property
    def same_sign_pct(self) -> float:
        """The share of periods with the same sign; of none, nothing."""
        return 100.0 * self.same_sign / self.count if self.count else 0.0

    @property
    def one_sign_pct(self) -> float:
        """The share of periods in which a guess of one sign was right; of none, nothing."""
        return 100.0 * self.one_sign / self.count if self.count else 0.0


def _interval(correlation: float | None, count: int) -> tuple[float | None, float | None]:
    if correlation is None or count <= FEWEST or abs(correlation) >= 1.0:
        return None, None
    middle, half = math.atanh(correlation), NORMAL_95 / math.sqrt(count - 3)
    return math.tanh(middle - half), math.tanh(middle + half)
