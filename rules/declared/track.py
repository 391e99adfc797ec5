"""One series on the periods that a declared rule is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from rules.markets.change import months_before, values_on
from rules.markets.market import Leg, Market
from rules.model import type_bool, type_float, type_time

# A slower series gives its last number until it is so old, by its own frequency.
OLDEST: Final[Mapping[str, np.timedelta64]] = {
    "session": np.timedelta64(10, "D"),
    "week": np.timedelta64(35, "D"),
    "month": np.timedelta64(125, "D"),
}
NEVER_OLD: Final = np.timedelta64(400, "D")


@dataclass(frozen=True)
class Track:
    """A series, a row a period on which the rule has all the series that come as often.

    `day` and `level` of those periods; `leg` its own numbers with those between them; `disputed`
    the rows of which two sources do not agree on a number, and `disputed_move` those of which they
    do not agree on a number or on the one before it.
    """

    frequency: str
    day: type_time
    level: type_float
    leg: Leg
    disputed: type_bool
    disputed_move: type_bool

    @classmethod
    def of(cls, market: Market, series_id: str, frequency: str) -> Track:
        """A series of some sessions, weeks or months."""
        level, leg = market.level[series_id], market.leg[series_id]
        disputed, move = market.disputed, market.disputed_move
        return cls(frequency, market.session, level, leg, disputed, move)

    def before(self, periods: int) -> type_float:
        """The number so many periods earlier: of the market's own close before for one session, of
        so many sessions of the rule for more, of the same weekday or month's end for a week or a
        month. NaN where there is none, or where it is disputed."""
        if self.frequency == "week":
            wanted = self.day - np.timedelta64(7 * periods, "D")
            return values_on(self.day, self.undisputed, wanted)
        if self.frequency == "month":
            return values_on(self.day, self.undisputed, months_before(self.day, periods))
        if periods == 1:
            return self._own_before
        found = np.full(len(self.level), np.nan)
        found[periods:] = self.undisputed[:-periods]
        return found

    def is_unbroken(self, periods: int) -> type_bool:
        """Whether the last so many rows are as many weeks or months, with none missing between;
        sessions have no gaps."""
        found = np.zeros(len(self.day), dtype=bool)
        if len(self.day) < periods:
            return found
        first = self.day[: len(self.day) - periods + 1]
        last = self.day[periods - 1 :]
        if self.frequency == "week":
            found[periods - 1 :] = last - first == np.timedelta64(7 * (periods - 1), "D")
        elif self.frequency == "month":
            months = last.astype("datetime64[M]") - first.astype("datetime64[M]")
            found[periods - 1 :] = months == np.timedelta64(periods - 1, "M")
        else:
            found[periods - 1 :] = True
        return found

    @property
    def move(self) -> type_float:
        """The change from one period to the next: a difference of a yield, else in log percent."""
        before = self.before(1)
        if self.leg.is_yield:
            return self.level - before
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(100.0 * np.log(self.level / before))

    @cached_property
    def _own_before(self) -> type_float:
        close = np.concatenate(([np.nan], self.leg.close))
        return np.where(self.disputed_move, np.nan, close[self.leg.at])

    @cached_property
    def undisputed(self) -> type_float:
        """The numbers; NaN where two sources do not agree."""
        return np.where(self.disputed, np.nan, self.level)
