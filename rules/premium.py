"""Rises of the 10-year term premium: numbers, and the message about one, for any window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.aftermath import analogues, published
from rules.change import change_bp, known_over
from rules.history_stats import Frequency
from rules.market import MARKET
from rules.model import (
    AlertText,
    Analogue,
    Evidence,
    Panel,
    Severity,
    to_date,
    type_float,
    type_time,
)
from rules.plot import Plot, series_plot
from rules.premium_text import (
    OTHER_MODEL,
    PREMIUM,
    agreement,
    earlier_changes,
    other_evidence,
    other_model,
    rank_evidence,
    rank_sentence,
    share_sentence,
)
from rules.wording import day, number, plural, signed

CAVEAT: Final = (
    "A model's estimate, not an official one, compared inside one vintage only; it was first "
    "published in May 2014, so that ranks among earlier days are hindsight. A higher premium means "
    "more pay for holding duration; it does not say that foreigners sold. Models differ: the 1 % "
    "largest changes over five sessions begin at 29 bp in ACM and at 15 bp in Kim-Wright."
)
FALSIFIER: Final = (
    "Kim-Wright, which comes each Tuesday, if it does not rise with ACM; the next estimate of ACM, "
    "which changes these sessions; and TIC, if foreigners bought on balance."
)
YIELD: Final = "acm_y10y"
SUBJECT: Final = "acm_10y"


class ReadsPremium:
    """A rule judged by the ACM 10-year term premium, with the rest for the words."""

    # The model is published two to three business days later; a long weekend may come between.
    prompt_within: ClassVar[timedelta] = timedelta(days=7)
    awaits: ClassVar[tuple[str, ...]] = ("acm", "kim_wright", "tic")

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The premium."""
        return ((PREMIUM,),)

    @property
    def series(self) -> tuple[str, ...]:
        """ACM term premium and fitted yield, Kim-Wright's premium, all 10-year and in percent; and
        closes for what followed."""
        return (PREMIUM, YIELD, OTHER_MODEL, *MARKET)

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The premium."""
        return (PREMIUM,)


@dataclass(frozen=True)
class Rises:
    """Changes of the premium inside the panel's vintage: a row a session, in `rise_bp` a column a
    window of `lags` sessions; `known` when the last number of the longest window was known."""

    day: type_time
    level: type_float
    rise_bp: type_float
    known: type_time
    lags: tuple[int, ...]

    @classmethod
    def of(cls, panel: Panel, lags: tuple[int, ...]) -> Self:
        """Those of the panel."""
        days, level, known = panel.numbers(PREMIUM)
        rise = np.column_stack([change_bp(level, lag) for lag in lags])
        return cls(days, level, rise, known_over(known, max(lags)), lags)

    @property
    def reach(self) -> int:
        """The first row whose longest window lies inside the vintage; the number of rows where
        there is none."""
        known = np.flatnonzero(~np.isnan(self.rise_bp).any(axis=1))
        return int(known[0]) if len(known) else len(self.day)

    def before(self, panel: Panel) -> Self:
        """Those of the sessions before this vintage reaches, inside the longest one: between two
        estimates only the last sessions of a vintage are stored. When they were known is not."""
        premium = panel.longest.get(PREMIUM, panel.frame[PREMIUM].iloc[:0]).dropna()
        level = premium.to_numpy().astype(np.float64)
        day = premium.index.to_numpy().astype("datetime64[D]")
        rise = np.column_stack([change_bp(level, lag) for lag in self.lags])
        earlier = day < self.day[self.reach]
        never = np.full(int(earlier.sum()), "NaT", dtype="datetime64[s]")
        return type(self)(day[earlier], level[earlier], rise[earlier], never, self.lags)

    def after(self, earlier: Self) -> Self:
        """These, from where they reach, after some `earlier` ones."""
        mine = slice(self.reach, None)
        return type(self)(
            np.concatenate((earlier.day, self.day[mine])),
            np.concatenate((earlier.level, self.level[mine])),
            np.concatenate((earlier.rise_bp, self.rise_bp[mine])),
            np.concatenate((earlier.known, self.known[mine])),
            self.lags,
        )


@dataclass(frozen=True)
class Rise:
    """The one rise that a message leads with: its row and its window's column; `since` the day
    before which an earlier one is not the same rise."""

    rises: Rises
    row: int
    column: int
    since: np.datetime64

    @property
    def period(self) -> date:
        """The session it ends on."""
        return to_date(self.rises.day[self.row])

    @property
    def lag(self) -> int:
        """Its sessions."""
        return self.rises.lags[self.column]

    @property
    def size_bp(self) -> float:
        """Its size."""
        return float(self.rises.rise_bp[self.row, self.column])

    def alike(self, panel: Panel, before: npt.NDArray[np.intp]) -> tuple[Analogue, ...]:
        """The rises of the same window that ended on some earlier rows, and what followed."""
        days = self.rises.day[before]
        # Out on the second morning: the close before that is the last one.
        out = published(panel, (PREMIUM,), days, 1)
        sizes = self.rises.rise_bp[before, self.column]
        return analogues(panel, self.rises.known[self.row], days, sizes, "bp", out)


def too_short(rises: Rises, row: int) -> AlertText:
    """Why a row has no answer."""
    return AlertText(
        headline=f"{day(to_date(rises.day[row]))}: fewer than "
        f"{plural(max(rises.lags), 'earlier session')} in this vintage of the ACM model, so the "
        "rise cannot be judged."
    )


def told(
    panel: Panel,
    rise: Rise,
    sizes_bp: type_float,
    against: Severity,
    others: tuple[Frequency, str, npt.NDArray[np.intp]] | None = None,
) -> AlertText:
    """The message about a rise, its windows against the sizes of one severity. `others`: how often
    there was one, what it is called, and the rows on which earlier ones like it ended; without
    them, as for a quiet row, the headline and the numbers alone."""
    rises, row = rise.rises, rise.row
    period, known_by = rise.period, rises.known[row]
    level = float(rises.level[row])
    yield_bp = _yield_bp(panel, rise)
    headline = (
        f"The ACM 10-year term premium moved {signed(rise.size_bp, 1)} bp in "
        f"{plural(rise.lag, 'session')} to {day(period)}, to {number(level, 2)} %."
    )
    evidence = _evidence(panel, rise, sizes_bp, yield_bp)
    if others is None:
        return AlertText(headline, evidence=evidence)
    often, what, before = others
    earlier = earlier_changes(panel, period, rise.lag)
    other = other_model(panel, known_by, period, rise.lag)
    unusual = (
        rank_sentence(earlier, rise.lag, rise.size_bp, period, rise.since),
        share_sentence(rise.size_bp, yield_bp),
        agreement(other, period, rise.size_bp),
        f"{often.said(what)}.",
    )
    return AlertText(
        headline,
        " ".join(one for one in unusual if one),
        CAVEAT,
        (
            *evidence,
            *rank_evidence(earlier, period, rise.lag, rise.size_bp, yield_bp),
            *other_evidence(panel, other, rise.lag),
            *often.evidence(f"{what[0].upper()}{what[1:]}s", period),
        ),
        falsifier=FALSIFIER,
        analogues=rise.alike(panel, before),
        against=against,
    )


def premium_plots(panel: Panel, over: int) -> tuple[Plot, ...]:
    """Both models, over so many sessions."""
    return tuple(series_plot(panel, name, over=over) for name in (PREMIUM, OTHER_MODEL))


def _yield_bp(panel: Panel, rise: Rise) -> float:
    """The fitted yield's change over the same sessions; NaN where it came later than the premium
    and so was not known when this was told."""
    rises, row = rise.rises, rise.row
    fitted = panel.frame[YIELD].where(panel.known_at[YIELD] <= rises.known[row])
    fitted = fitted.reindex(pd.DatetimeIndex(rises.day))
    return float(change_bp(fitted.to_numpy(), rise.lag)[row])


def _evidence(
    panel: Panel, rise: Rise, sizes_bp: type_float, yield_bp: float
) -> tuple[Evidence, ...]:
    period = rise.period
    source = panel.source(PREMIUM, period)
    return (
        *_changes(rise, sizes_bp, source),
        Evidence(
            "ACM 10-year term premium", float(rise.rises.level[rise.row]), "pct", period, source
        ),
        Evidence(
            f"ACM fitted 10-year yield, change over {plural(rise.lag, 'session')}",
            yield_bp,
            "bp",
            period,
            source,
        ),
    )


def _changes(rise: Rise, sizes_bp: Sequence[float] | type_float, source: str) -> list[Evidence]:
    return [
        Evidence(
            f"ACM 10-year term premium, change over {plural(lag, 'session')}",
            float(change),
            "bp",
            rise.period,
            source,
            float(size),
        )
        for lag, change, size in zip(
            rise.rises.lags, rise.rises.rise_bp[rise.row], sizes_bp, strict=True
        )
    ]
