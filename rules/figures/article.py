"""The article's own count of joint selloffs, reproduced: its convention is not the rules'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.model import Panel, type_float

# "Are Foreign Investors Really 'Dumping' US Treasury Bonds?", State Street Global Advisors, 2025.
FIRST_DAY: Final = pd.Timestamp("1973-01-31")
LAST_DAY: Final = pd.Timestamp("2025-04-30")
# Until then, by the convention that fits best, the article's Treasury index is known at ends of
# months only.
DAILY_FROM: Final = pd.Timestamp("1992-07-01")
SERIES: Final = ("spx", "ust5y", "dxy")
TENOR_YEARS: Final = 5.0
COUPONS_A_YEAR: Final = 2.0
DAYS_A_YEAR: Final = 365.25


@dataclass(frozen=True)
class Count:
    """Joint selloffs among the periods of a sampling."""

    joint: int
    periods: int

    @property
    def pct(self) -> float:
        """The share of periods, in percent; NaN without any."""
        return 100.0 * self.joint / self.periods if self.periods else float("nan")


# As printed: daily, weekly, monthly.
PRINTED: Final = {
    "daily": Count(680, 13_632),
    "weekly": Count(109, 2_725),
    "monthly": Count(36, 626),
}


def article_counts(
    panel: Panel, first: pd.Timestamp = FIRST_DAY, last: pd.Timestamp = LAST_DAY
) -> dict[str, Count]:
    """Joint selloffs by the article's convention, `daily`, `weekly` and `monthly`, in a span.

    All weekdays, a closed day keeping the level of the one before. The Treasury leg is a total
    return of five-year notes held at constant maturity, known at ends of months until 1992-07 and
    daily after; stocks and the dollar are closes.
    """
    days = pd.bdate_range(first, last)
    levels = pd.DataFrame(
        {
            "spx": _on(panel.frame["spx"].dropna(), days),
            "ust": _monthly_at_first(total_return(panel.frame["ust5y"].dropna()), days),
            "dxy": _on(panel.frame["dxy"].dropna(), days),
        },
        index=days,
    )
    weeks = (days.to_numpy().astype("datetime64[D]").astype(np.int64) + 3) // 7
    months = days.to_numpy().astype("datetime64[M]").astype(np.int64)
    return {
        "daily": _count(levels),
        "weekly": _count(levels[_last_of(weeks)]),
        "monthly": _count(levels[_last_of(months)]),
    }


def total_return(yield_pct: pd.Series[float]) -> pd.Series[float]:
    """An index of the total return of a five-year par note rolled each session, from its yields.

    A note bought at par yesterday has yesterday's yield for a coupon, is worth today what today's
    yield says, and has earned its yield over the days between.
    """
    rate = (yield_pct / 100.0).to_numpy().astype(np.float64)
    before = np.concatenate((rate[:1], rate[:-1]))
    stamps = pd.DatetimeIndex(yield_pct.index).to_numpy().astype("datetime64[D]")
    years = np.diff(stamps, prepend=stamps[:1]).astype(np.int64) / DAYS_A_YEAR
    grown = (1.0 + rate / COUPONS_A_YEAR) ** (COUPONS_A_YEAR * years)
    return pd.Series(np.cumprod(_par_note(rate, before) * grown), index=yield_pct.index)


def _par_note(rate: type_float, coupon: type_float) -> type_float:
    """The price of a note of the full tenor with a coupon, at a yield; 1 where they are equal."""
    coupons = TENOR_YEARS * COUPONS_A_YEAR
    discount = (1.0 + rate / COUPONS_A_YEAR) ** -coupons
    return np.asarray(coupon / rate * (1.0 - discount) + discount)


def _on(known: pd.Series[float], days: pd.DatetimeIndex) -> type_float:
    """The last level known on each day; NaN before the first."""
    if known.empty:
        return np.full(len(days), np.nan)
    place = np.searchsorted(known.index.to_numpy(), days.to_numpy(), side="right") - 1
    return np.where(place >= 0, known.to_numpy()[np.maximum(place, 0)], np.nan)


def _monthly_at_first(index: pd.Series[float], days: pd.DatetimeIndex) -> type_float:
    """The index on each day; before it is daily, the level of the last month's end."""
    daily = _on(index, days)
    months = days.to_numpy().astype("datetime64[M]").astype(np.int64)
    at_ends = pd.Series(np.where(_last_of(months), daily, np.nan)).ffill().to_numpy()
    return np.where(days >= DAILY_FROM, daily, at_ends)


def _last_of(group: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    return np.asarray(np.diff(group, append=group[-1] + 1) != 0)


def _count(levels: pd.DataFrame) -> Count:
    moves = levels.diff().dropna()
    return Count(int((moves < 0).all(axis=1).sum()), len(moves))
