"""Rises of the 10-year term premium: numbers, and the message about one, for any window."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Final, Self

import numpy as np

from rules.case import Case
from rules.definition import Context, Definition
from rules.evaluation import Evaluations
from rules.markets.change import change_bp, known_over
from rules.markets.curve import CURVE, CurveMove
from rules.markets.market import MARKET
from rules.model import Evidence, Panel, type_bool, type_float, type_time
from rules.plot import Plot, series_plot
from rules.point_in_time.vintage_rows import Rows
from rules.rarity import rarity
from rules.severity_grading import Graded
from rules.shared.premium_text import (
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
from rules.terms import Kind
from rules.wording import day, moves_line, number, plural, signed_bp

YIELD: Final = "acm_y10y"
SUBJECT: Final = "acm_10y"


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
        """Those of the panel, made once for all rules of the same windows."""
        return panel.once(("rises", lags), lambda: cls._of(panel, lags))

    @classmethod
    def _of(cls, panel: Panel, lags: tuple[int, ...]) -> Self:
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


class PremiumRule(Definition[Rises]):
    """A rule judged by rises of the ACM 10-year term premium over `lags` sessions."""

    lags: ClassVar[tuple[int, ...]]

    # The model is published two to three business days later; a long weekend may come between.
    prompt_within = timedelta(days=7)
    awaits = ("acm", "kim_wright", "tic")
    needed = ((PREMIUM,),)
    sellers = "A model's estimate: it does not show who sold."
    # The fitted yield and Kim-Wright's premium, both 10-year and in percent, and closes.
    context_series = (YIELD, OTHER_MODEL, *MARKET, *CURVE)
    plotted_beside = (OTHER_MODEL,)
    caveat = (
        "A model's estimate, not an official one, compared inside one vintage only; it was first "
        "published in May 2014, so that ranks among earlier days are hindsight. A higher premium "
        "means more pay for holding duration; it does not say that foreigners sold. Models differ: "
        "the 1% largest changes over five sessions begin at 29bp in ACM and at 15bp in "
        "Kim-Wright."
    )
    would_change = (
        "Kim-Wright, which comes each Tuesday, if it does not rise with ACM; the next estimate of "
        "ACM, which changes these sessions; and TIC, if foreigners bought on balance."
    )

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Both models, over the shortest window."""
        return premium_plots(panel, self.lags[0])

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a session of the vintage in the panel."""
        rises = Rises.of(panel, self.lags)
        graded, opens = self._graded(rises)
        found = self._answers(
            panel, SUBJECT, rises, rises.day, rises.known, graded, keeps_open=opens
        )
        return (found,)

    def _graded(self, rises: Rises) -> tuple[Graded, type_bool]:
        """The severities, and where a condition stays open."""
        raise NotImplementedError

    def _leading(self, case: Case[Rises]) -> int:
        """The column of the window that a message leads with."""
        return 0

    def _earlier(self, whole: Case[Rises], leading: int) -> tuple[Rows, np.datetime64]:
        """The rows on which earlier rises like it ended, and the day before which one is not the
        same rise."""
        return whole.alike, whole.stamp

    def _whole(self, case: Case[Rises]) -> Case[Rises]:
        """The row among all sessions: what was before this vintage counts as well. Made once, for
        its rarity and for its words."""
        key = ("whole", self, case.row)
        return case.panel.once(key, lambda: self._made_whole(case))

    def _made_whole(self, case: Case[Rises]) -> Case[Rises]:
        earlier, reach = case.on.before(case.panel), case.on.reach
        graded, opens = self._graded(earlier)
        on = case.on.after(earlier)
        answers = replace(
            case.answers,
            period_end=on.day,
            known_at=on.known,
            severity=np.concatenate((graded.severity, case.answers.severity[reach:])),
            measure=np.concatenate((graded.measure, case.answers.measure[reach:])),
            keeps_open=np.concatenate((opens, case.answers.keeps_open[reach:])),
        )
        return replace(case, answers=answers, on=on, row=case.row + len(earlier.day) - reach)

    def _why_unknown(self, case: Case[Rises]) -> str:
        return (
            f"No data for {day(case.period)}: fewer than "
            f"{plural(max(self.lags), 'earlier session')} in this vintage of the ACM model."
        )

    def _headline(self, case: Case[Rises]) -> str:
        column = self._leading(case)
        lag, until = self.lags[column], day(case.period)
        over = f"on {until}" if lag == 1 else f"in {plural(lag, 'session')} to {until}"
        return (
            f"ACM 10-year term premium {signed_bp(case.on.rise_bp[case.row, column], 1)} {over}, "
            f"now {number(case.on.level[case.row], 2)}%."
        )

    def _glance(self, case: Case[Rises]) -> str:
        """The headline, and what the Treasury curve did over the same sessions."""
        curve = self._curve(case)
        return moves_line(self._headline(case).rstrip("."), "" if curve is None else curve.short)

    def _curve(self, case: Case[Rises]) -> CurveMove | None:
        """None where the 10-year's closes of both ends were not known."""
        lag = self.lags[self._leading(case)]
        since = case.day_of(max(case.row - lag, 0))
        days, level, known = case.panel.numbers("ust10y")
        there = known <= case.known_by
        ends = [level[there & (days == np.datetime64(one))] for one in (since, case.period)]
        if not all(len(end) for end in ends):
            return None
        return case.curve(float(change_bp(np.concatenate(ends))[-1]), lag)

    def _rarity(self, case: Case[Rises]) -> str:
        return rarity(self._whole(case), self.noun)

    def _numbers(self, case: Case[Rises]) -> tuple[Evidence, ...]:
        source, lag = case.source(PREMIUM), self.lags[self._leading(case)]
        sizes, rises = self.sizes[self._against(case) - 1], case.on.rise_bp[case.row]
        name, over = "ACM 10-year term premium", f"change over {plural(lag, 'session')}"
        return (
            *(
                case.line(f"{name}, change over {plural(n, 'session')}", rise, "bp", source, size)
                for n, rise, size in zip(self.lags, rises, sizes.tolist(), strict=True)
            ),
            case.line(name, case.on.level[case.row], "pct", source),
            case.line(f"ACM fitted 10-year yield, {over}", _yield_bp(case, lag), "bp", source),
        )

    def _context(self, case: Case[Rises]) -> Context:
        column, period, whole = self._leading(case), case.period, self._whole(case)
        lag, size_bp = self.lags[column], float(case.on.rise_bp[case.row, column])
        yield_bp = _yield_bp(whole, lag)
        rows, since = self._earlier(whole, column)
        earlier = earlier_changes(case.panel, period, lag)
        other, often = other_model(case.panel, case.known_by, period, lag), whole.frequency()
        is_event = self.kind is Kind.EVENT
        sentences = (
            rank_sentence(earlier, lag, size_bp, period, since),
            share_sentence(size_bp, yield_bp),
            agreement(other, period, size_bp),
            f"{often.said('such session' if is_event else 'time')}.",
        )
        return Context(
            " ".join(one for one in sentences if one),
            (
                *rank_evidence(earlier, period, lag, size_bp, yield_bp),
                *other_evidence(case.panel, other, lag),
                *case.behind({"Such sessions" if is_event else "Openings": often}),
            ),
            # Out on the second morning: the close before that is the last one.
            whole.analogues(whole.on.rise_bp[:, column], "bp", rows, out=((PREMIUM,), 1)),
        )


def premium_plots(panel: Panel, over: int) -> tuple[Plot, ...]:
    """Both models, over so many sessions."""
    return tuple(series_plot(panel, name, over=over) for name in (PREMIUM, OTHER_MODEL))


def _yield_bp(case: Case[Rises], lag: int) -> float:
    """The fitted yield's change over the same sessions; NaN where it came later than the premium
    and so was not known when this was told."""
    days, level, known = case.panel.numbers(YIELD)
    there = known <= case.known_by
    days, level, first = days[there], level[there], case.row - lag
    if first < 0 or not len(days):
        return math.nan
    ends = case.on.day[[first, case.row]]
    place = np.minimum(np.searchsorted(days, ends), len(days) - 1)
    change = change_bp(np.where(days[place] == ends, level[place], np.nan))
    return float(change[-1])
