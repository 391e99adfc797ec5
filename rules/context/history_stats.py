"""How unusual a number is and how often its rule fired: context for any alert.

Every place and every rate is given in two samples: all that is stored, and since 1999 (or the last
ten years). Until 1998 stocks and bonds moved otherwise, and the whole alone makes a modern day look
ordinary. Where fewer than ten years are stored the words say so, and give the shipped rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from rules.context.base_rates import BaseRate
from rules.evaluation import Evaluations
from rules.model import Evidence, to_date, type_bool, type_float, type_time
from rules.wording import day, last_in, month, number, ordinal

DAYS_A_YEAR: Final = 365.25
MODERN: Final = np.datetime64("1999-01-01")
TEN_YEARS: Final = np.timedelta64(3652, "D")
# From here on a share of the sample says more than a rank.
MOST_RANKED: Final = 100


@dataclass(frozen=True)
class Recent:
    """The second sample: where it begins, and how it is named."""

    begins: np.datetime64
    name: str

    @classmethod
    def of(cls, first: np.datetime64, period: np.datetime64) -> Self | None:
        """Since 1999 where the numbers reach back so far and that is ten years or more ago, else
        the last ten years; None where fewer than ten years are stored."""
        ten_years_ago = period.astype("datetime64[D]") - TEN_YEARS
        if first <= MODERN <= ten_years_ago:
            return cls(MODERN, "since 1999")
        return cls(ten_years_ago, "in the last ten years") if first <= ten_years_ago else None


@dataclass(frozen=True)
class Rank:
    """Where a number stands in one sample: numbers of one measure from one source, up to it.

    `sample` names the measure and the source; `z` in standard deviations of the earlier ones from
    their mean; `percentile` the share of the earlier ones that are less extreme, in percent; `rank`
    its place from the most extreme, 1 being the most; `count` the size of the sample, itself
    included; `first` the sample's first period and `since` that in words; `recent` its place in the
    second sample, None where fewer than ten years are stored.
    """

    sample: str
    z: float
    percentile: float
    rank: int
    count: int
    first: date
    since: str
    recent: Rank | None = None

    @classmethod
    def of(
        cls, values: type_float, periods: type_time, row: int, *, low: bool, sample: str
    ) -> Rank:
        """The place of row `row` among the rows up to it; `low`: the lowest is the most extreme.
        NaN rows are no part of the sample, so that a caller leaves out what is of another measure
        or source; row `row` must not be one."""
        mine = np.flatnonzero(~np.isnan(values[: row + 1]))
        size, days = (-1.0 if low else 1.0) * values[mine], periods[mine]
        recent = Recent.of(days[0], days[-1])
        second = None
        if recent is not None:
            inside = days >= recent.begins
            second = cls._in(size[inside], days[inside], low, sample, recent.name)
        return cls._in(size, days, low, sample, f"since {_named(days)}", second)

    @classmethod
    def _in(
        cls,
        size: type_float,
        days: type_time,
        low: bool,
        sample: str,
        since: str,
        recent: Rank | None = None,
    ) -> Rank:
        earlier, this = size[:-1], size[-1]
        spread = float(earlier.std(ddof=1)) if len(earlier) > 1 else np.nan
        z = float(this - earlier.mean()) / spread if spread > 0 else np.nan
        return cls(
            sample=sample,
            z=-z if low else z,
            percentile=100.0 * float((earlier < this).mean()) if len(earlier) else np.nan,
            rank=int((earlier >= this).sum()) + 1,
            count=len(size),
            first=to_date(days[0]),
            since=since,
            recent=recent,
        )

    def evidence(self, what: str, period: date) -> tuple[Evidence, ...]:
        """Its numbers in both samples, with the sample named."""
        sample = f"{self.sample}; sample since {self.first}"
        found = [
            Evidence(f"{what}, z-score", self.z, "sd", period, sample),
            Evidence(f"{what}, percentile", self.percentile, "pct", period, sample),
            Evidence(f"{what}, rank", float(self.rank), "count", period, sample),
            Evidence(f"{what}, sample", float(self.count), "count", period, sample),
        ]
        if self.recent is not None:
            sample = f"{self.sample}; sample {self.recent.since}"
            place = float(self.recent.percentile), float(self.recent.rank), float(self.recent.count)
            found += [
                Evidence(f"{what}, {name} {self.recent.since}", value, unit, period, sample)
                for name, value, unit in zip(
                    ("percentile", "rank", "sample"), place, ("pct", "count", "count"), strict=True
                )
            ]
        return tuple(found)

    def said(self, what: str) -> str:
        """`41st-largest of 1,278 since Wed 31 Jan 1973, 14th of 430 since 1999`."""
        whole = f"{self._ranked(what)} {self.since}"
        if self.recent is None:
            return f"{whole} (under ten years of data)"
        return f"{whole}, {self.recent._ranked()} {self.recent.since}"

    def _ranked(self, what: str = "") -> str:
        if self.rank > MOST_RANKED:
            share = 100.0 * self.rank / self.count
            said = f"top {number(share, 0 if share >= 10 else 1)}% of {number(self.count)}"
            return f"{said} ({what})" if what else said
        if not what:
            return f"{ordinal(self.rank)} of {number(self.count)}"
        place = "" if self.rank == 1 else f"{ordinal(self.rank)}-"
        return f"{place}{what} of {number(self.count)}"


@dataclass(frozen=True)
class Frequency:
    """How often a rule fired up to a period: in its month and year, and a year on average.

    `a_year` since `first`; `recent_a_year` in the second sample, which `recent` names; both None
    where fewer than ten years are stored. `last` is the time before this one, which is never the
    alert's own opening. `base` is the shipped rate.
    """

    this_month: int
    this_year: int
    first: date
    last: date | None
    years: float
    a_year: float | None = None
    recent_a_year: float | None = None
    recent: str = ""
    base: BaseRate | None = None

    @classmethod
    def of(
        cls,
        fired: type_time,
        period: np.datetime64,
        since: np.datetime64,
        base: BaseRate | None = None,
    ) -> Self:
        """Of the periods at which it fired, or opened, in order; the last of them up to `period` is
        that of the alert itself. `since` is the first period judged."""
        until = fired[fired <= period]
        months, years = until.astype("datetime64[M]"), until.astype("datetime64[Y]")
        recent = Recent.of(since, period)
        stored = _years(since, period)
        return cls(
            this_month=int((months == period.astype("datetime64[M]")).sum()),
            this_year=int((years == period.astype("datetime64[Y]")).sum()),
            first=to_date(since),
            last=to_date(until[-2]) if len(until) > 1 else None,
            years=stored,
            a_year=None if recent is None else len(until) / stored,
            recent_a_year=None
            if recent is None
            else int((until >= recent.begins).sum()) / _years(recent.begins, period),
            recent="" if recent is None else recent.name,
            base=base,
        )

    def evidence(self, what: str, period: date) -> tuple[Evidence, ...]:
        """Its numbers in both samples, with the sample named; the shipped rate where fewer than ten
        years are stored."""
        source = f"this rule's own answers since {self.first}"
        found = [
            Evidence(f"{what} this month", float(self.this_month), "count", period, source),
            Evidence(f"{what} this year", float(self.this_year), "count", period, source),
        ]
        if self.a_year is not None:
            recent = f"this rule's own answers {self.recent}"
            found += [
                Evidence(f"{what} a year", self.a_year, "count", period, source),
                Evidence(
                    f"{what} a year {self.recent}", self.recent_a_year, "count", period, recent
                ),
            ]
            return tuple(found)
        found.append(Evidence("Data to count in", self.years, "years", period, source))
        if self.base is not None:
            shipped = f"shipped sample: {self.base.since} to {self.base.until}"
            found.append(
                Evidence(f"{what} a year, shipped", self.base.notice, "count", period, shipped)
            )
        return tuple(found)

    def said(self, what: str, noun: str = "session") -> str:
        """`5th time this year, 2nd this month (average 2.8 a year since 1999, 5.9 since Wed 1 Jan
        1975); last on ...`. `noun`: what a period is called."""
        last = last_in(noun, self.last) if self.last else "none before it"
        place = "First" if self.this_year == 1 else ordinal(self.this_year)
        lately = f", {ordinal(self.this_month)} this month" if self.this_month > 1 else ""
        return f"{place} {what} this year{lately} ({self._rate()}); {last}"

    def _rate(self) -> str:
        if self.a_year is not None and self.recent_a_year is not None:
            by_chance = self.base.by_chance if self.base is not None else None
            chance = "" if by_chance is None else f"; by chance alone {number(by_chance, 2)}"
            recent = number(self.recent_a_year, 1 if self.recent_a_year >= 1 else 2)
            return (
                f"average {recent} a year {self.recent}, {number(self.a_year, 1)} since "
                f"{day(self.first)}{chance}"
            )
        young = f"only {number(self.years, 1)} years of data can be evaluated"
        if self.base is None:
            return f"{young}, too few for an average"
        return f"{self.base.said}; {young}"


def openings(severity: npt.NDArray[np.int8], keeps_open: type_bool) -> npt.NDArray[np.intp]:
    """The rows at which a condition opens: the first that fires since one that closed it."""
    closes = (severity == Evaluations.QUIET) & ~keeps_open
    fires = np.flatnonzero(severity > Evaluations.QUIET)
    episode = np.cumsum(closes)[fires]
    return np.asarray(fires[np.diff(episode, prepend=-1) != 0])


def apply_cooldown(
    severity: npt.NDArray[np.int8], keeps_open: type_bool, rows: int
) -> npt.NDArray[np.int8]:
    """The severities with those made QUIET that would open a condition again within `rows` rows of
    its close, at no worse a severity than it had before."""
    found = severity.copy()
    closes = np.flatnonzero((severity == Evaluations.QUIET) & ~keeps_open)
    fires = np.flatnonzero(severity > Evaluations.QUIET)
    # By row in lists: episodes are short, and one in numpy costs ten times as much as in Python.
    code, ends = severity[fires].tolist(), [*closes.tolist(), len(severity)]
    end_of = np.searchsorted(closes, fires).tolist()
    closed, worst, quiet = -rows - 1, 0, list[int]()
    episode, is_open, worst_now = -1, False, 0
    for row, severity_now, place in zip(fires.tolist(), code, end_of, strict=True):
        if place != episode:
            if is_open:
                closed, worst = ends[episode], worst_now
            episode, is_open, worst_now = place, False, 0
        # The first that may open does, and all after it belong to it.
        is_open = is_open or row - closed > rows or severity_now > worst
        if is_open:
            worst_now = max(worst_now, severity_now)
        else:
            quiet.append(row)
    found[quiet] = Evaluations.QUIET
    return found


def first_of_each(
    rows: npt.NDArray[np.intp], opened: npt.NDArray[np.intp], until: npt.NDArray[np.intp]
) -> npt.NDArray[np.intp]:
    """The first of some rows in each episode, by the rows at which they opened; rows from `until`
    on, at which the one that lasts opened, are left out."""
    rows = rows[rows < until[0]] if len(until) else rows
    episode = np.searchsorted(opened, rows, side="right") - 1
    _, first = np.unique(episode[episode >= 0], return_index=True)
    return np.asarray(rows[episode >= 0][first])


def _years(since: np.datetime64, until: np.datetime64) -> float:
    return float((until.astype("datetime64[D]") - since) / np.timedelta64(1, "D")) / DAYS_A_YEAR


def _named(days: type_time) -> str:
    """The first of some periods: its month where all are ends of months, else its day."""
    ends = days.astype("datetime64[D]") + 1 == days.astype("datetime64[M]") + 1
    first = to_date(days[0])
    return month(first) if bool(ends.all()) else day(first)
