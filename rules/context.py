"""How unusual a number is, how often its rule fired, and what followed: context for any alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from rules.judged import Judged
from rules.market import MARKET, sessions_of
from rules.model import Analogue, Evidence, Panel, to_date, type_bool, type_float, type_time
from rules.wording import day, number, ordinal, plural

ANALOGUES: Final = 5
AFTER_SESSIONS: Final = (1, 5, 21)
DAYS_A_YEAR: Final = 365.25


@dataclass(frozen=True)
class Place:
    """Where a number stands among those of the same kind up to it.

    `z` in standard deviations of the earlier ones from their mean; `percentile` the share of the
    earlier ones that are less extreme, in percent; `rank` its place from the most extreme, 1 being
    the most; `count` the size of the sample, itself included; `first` the sample's first period.
    """

    z: float
    percentile: float
    rank: int
    count: int
    first: date

    @classmethod
    def of(cls, values: type_float, periods: type_time, row: int, *, low: bool) -> Self:
        """The place of row `row` among the rows up to it; `low`: the lowest is the most extreme.
        NaN rows are no part of the sample; row `row` must not be one."""
        mine = np.flatnonzero(~np.isnan(values[: row + 1]))
        sign = -1.0 if low else 1.0
        size = sign * values[mine]
        earlier, this = size[:-1], size[-1]
        spread = float(earlier.std(ddof=1)) if len(earlier) > 1 else np.nan
        return cls(
            z=sign * float(this - earlier.mean()) / spread if spread > 0 else np.nan,
            percentile=100.0 * float((earlier < this).mean()) if len(earlier) else np.nan,
            rank=int((earlier >= this).sum()) + 1,
            count=len(mine),
            first=to_date(periods[mine[0]]),
        )

    def evidence(self, what: str, period: date, source: str) -> tuple[Evidence, ...]:
        """Its four numbers, with the sample named."""
        sample = f"{source}; sample since {self.first}"
        return (
            Evidence(f"{what}, z-score", self.z, "sd", period, sample),
            Evidence(f"{what}, percentile", self.percentile, "pct", period, sample),
            Evidence(f"{what}, rank", float(self.rank), "count", period, sample),
            Evidence(f"{what}, sample", float(self.count), "count", period, sample),
        )

    def said(self, what: str) -> str:
        """`4th largest rise of 5,712 since Fri 1 Jan 1999`."""
        place = "" if self.rank == 1 else f"{ordinal(self.rank)} "
        return f"{place}{what} of {number(self.count)} since {day(self.first)}"


@dataclass(frozen=True)
class Frequency:
    """How often a rule fired up to a period: in its month and year, and a year on average."""

    this_month: int
    this_year: int
    a_year: float
    first: date
    last: date | None

    @classmethod
    def of(cls, fired: type_time, period: np.datetime64, since: np.datetime64) -> Self:
        """Of the periods at which it fired, this one included; `since` is the first judged."""
        until = fired[fired <= period]
        months, years = until.astype("datetime64[M]"), until.astype("datetime64[Y]")
        days = float((period - since) / np.timedelta64(1, "D"))
        earlier = until[until < period]
        return cls(
            this_month=int((months == period.astype("datetime64[M]")).sum()),
            this_year=int((years == period.astype("datetime64[Y]")).sum()),
            a_year=len(until) / max(days / DAYS_A_YEAR, 1.0),
            first=to_date(since),
            last=to_date(earlier[-1]) if len(earlier) else None,
        )

    def evidence(self, what: str, period: date) -> tuple[Evidence, ...]:
        """Its three numbers, with the sample named."""
        source = f"this rule's own answers since {self.first}"
        return (
            Evidence(f"{what} this month", float(self.this_month), "count", period, source),
            Evidence(f"{what} this year", float(self.this_year), "count", period, source),
            Evidence(f"{what} a year", self.a_year, "count", period, source),
        )

    def said(self, what: str) -> str:
        """`2 this month and 5 this year, against 2.8 a year since Wed 1 Jan 2003; last on ...`."""
        last = f"last on {day(self.last)}" if self.last else "none before it"
        return (
            f"{plural(self.this_month, what)} this month and {self.this_year} this year, against "
            f"{number(self.a_year, 1)} a year since {day(self.first)}; {last}"
        )


def openings(severity: npt.NDArray[np.int8], keeps_open: type_bool) -> npt.NDArray[np.intp]:
    """The rows at which a condition opens: the first that fires since one that closed it."""
    closes = (severity == Judged.QUIET) & ~keeps_open
    fires = np.flatnonzero(severity > Judged.QUIET)
    episode = np.cumsum(closes)[fires]
    return np.asarray(fires[np.diff(episode, prepend=-1) != 0])


def analogues(
    panel: Panel,
    known_by: np.datetime64,
    periods: type_time,
    values: type_float,
    unit: str,
) -> tuple[Analogue, ...]:
    """The last five of some earlier periods, the newest first, each with what the S&P 500 (%), the
    10-year yield (bp) and DXY (%) did 1, 5 and 21 sessions after; None where that is not over.

    Only closes known by an instant are used, so nothing of it was unknown to who was told.
    """
    market = sessions_of(panel, MARKET, known_by)
    found: list[Analogue] = []
    for period, value in list(zip(periods, values, strict=True))[: -ANALOGUES - 1 : -1]:
        start = int(np.searchsorted(market.session, period, side="right")) - 1
        ends = [start + after for after in AFTER_SESSIONS]
        over = [start >= 0 and end < len(market.session) for end in ends]
        spx, ust, dxy = (
            [
                (level[start], level[end]) if there else None
                for end, there in zip(ends, over, strict=True)
            ]
            for level in (market.level[name] for name in MARKET)
        )
        found.append(
            Analogue(
                period_end=to_date(period),
                value=None if np.isnan(value) else float(value),
                unit=unit,
                spx_pct=tuple(_pct(pair) for pair in spx),
                ust10y_bp=tuple(
                    None if pair is None else round((pair[1] - pair[0]) * 100.0, 1) for pair in ust
                ),
                dxy_pct=tuple(_pct(pair) for pair in dxy),
            )
        )
    return tuple(found)


def _pairs(level: type_float, start: int, ends: Sequence[int]) -> list[tuple[float, float] | None]:
    """The level at the start and at each end; None where one of the two is not known."""
    return [
        (float(level[start]), float(level[end])) if start >= 0 and end < len(level) else None
        for end in ends
    ]


def _pct(pair: tuple[float, float] | None) -> float | None:
    return None if pair is None else round((pair[1] / pair[0] - 1.0) * 100.0, 2)
