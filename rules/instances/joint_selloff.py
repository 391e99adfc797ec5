"""A joint selloff of other markets: an equity index, a yield and a dollar index by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final

import numpy as np
from annotated_types import Interval

from rules.case import Case
from rules.definition import FLOWS, Context
from rules.evaluation import Evaluations
from rules.judged_over import JudgedOver
from rules.markets.curve import CURVE, REAL, SHORT, CurveMove
from rules.markets.legs import LEGS, Session, Sessions, closing_sessions
from rules.markets.market import MARKET, desk_name
from rules.model import Evidence, Panel
from rules.shared.own_rule import OwnRule
from rules.shared.selloff_sizes import SelloffSizes
from rules.shared.selloff_text import share_lines, since_said, size_lines, what_they_did
from rules.terms import Kind
from rules.wording import (
    day,
    moves_line,
    not_published,
    number,
    visible,
)

Sd = Annotated[float, Interval(gt=0, le=10)]
# What the month's TIC transactions can answer for.
TREASURIES: Final = (*SHORT, REAL)
# The units that a series of each setting may have.
LEVELS: Final = ("index", "ratio")
UNITS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "equity": LEVELS,
    "bond": ("pct",),
    "dollar": LEVELS,
}


@dataclass(frozen=True, kw_only=True)
class JointSelloffInstance(OwnRule[Sessions]):
    """A dated event: `equity` fell, the yield `bond` rose and `dollar` fell on one session.

    As the rule `joint_selloff`, on the closes of these three alone: sessions are the dates on which
    all have one, and nothing stands in for the dollar. notice, warning and critical by the weakest
    leg in its own usual moves; critical too where all three are beyond the `critical_*` sizes, of
    the size of the S&P 500, the 10-year and DXY unless set.
    """

    instance_of: ClassVar[str] = "joint_selloff"
    kind = Kind.EVENT
    context_series = (*MARKET, *CURVE)

    equity: str = "spx"
    bond: str = "ust10y"
    dollar: str = "dxy"
    window_sessions: Annotated[int, Interval(ge=20, le=504)] = 63
    notice_weakest_leg_sd: Annotated[float, Interval(ge=0, le=10)] = 0.25
    warning_weakest_leg_sd: Sd = 0.5
    critical_weakest_leg_sd: Sd = 1.0
    critical_equity_fall_pct: Annotated[float, Interval(gt=0, le=30)] = 1.0
    critical_bond_rise_bp: Annotated[float, Interval(gt=0, le=200)] = 5.0
    critical_dollar_fall_pct: Annotated[float, Interval(gt=0, le=20)] = 0.5
    caveat: str = "Price action only: it does not show who sold."

    @property
    def legs(self) -> tuple[str, str, str]:
        """The three series."""
        return self.equity, self.bond, self.dollar

    @property
    def legs_by_setting(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Each setting that names a series, the name, and the units it may have."""
        for setting, units in UNITS_OF.items():
            yield setting, getattr(self, setting), units

    def about(self, titles: Mapping[str, str]) -> str:
        """What it is, in sentences; `titles` of the series."""
        equity, bond, dollar = (desk_name(name, titles) for name in self.legs)
        notice, warning, critical = (f"{size:g}σ" for size in self._size.weakest)
        moves = (
            f"−{self.critical_equity_fall_pct:g}% / +{self.critical_bond_rise_bp:g}bp / "
            f"−{self.critical_dollar_fall_pct:g}%"
        )
        return (
            f"A dated event of the desk's own: on one session {equity} falls, {bond} rises and "
            f"{dollar} falls, each by {notice} or more ({self.window_sessions} sessions). Warning "
            f"at {warning}; critical at {critical}, or at {moves} together."
        )

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong between its settings: the setting, what, and the remedy."""
        if self.equity == self.dollar:
            yield "dollar", f"{self.dollar!r} is the equity leg too", "name another series"

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """Each of the three."""
        return tuple((name,) for name in self.legs)

    @property
    def awaits(self) -> tuple[str, ...]:
        """TIC and custody, where it is about Treasuries."""
        return FLOWS if self._is_of_treasuries else ()

    @property
    def settled_over(self) -> JudgedOver:
        """The month's transactions answer it, where it is about Treasuries."""
        return JudgedOver.SESSION if self._is_of_treasuries else JudgedOver.NOT_SETTLED

    @property
    def _is_of_treasuries(self) -> bool:
        return self.bond in TREASURIES

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a session; unknown where a close is disputed, or where all fell before there
        was enough to scale them by."""
        sessions = closing_sessions(panel, self.window_sessions, self.legs)
        graded = self._size.graded(sessions)
        period, known = sessions["session"], sessions["known"].astype("datetime64[s]")
        return (self._answers(panel, self.rule_id, sessions, period, known, graded),)

    @property
    def _size(self) -> SelloffSizes:
        equity, dollar = -self.critical_equity_fall_pct, -self.critical_dollar_fall_pct
        moves = (equity, self.critical_bond_rise_bp, dollar)
        return SelloffSizes(self._sizes("weakest_leg_sd"), moves)

    def _names(self, case: Case[Sessions]) -> list[str]:
        titles = {name: one.title for name, one in case.panel.series.items()}
        # What stands in brackets, such as the hour of a fix, is in the source of the number.
        return [desk_name(name, titles).partition(" (")[0] for name in self.legs]

    def _moves(self, case: Case[Sessions], names: list[str]) -> list[str]:
        """Each leg's name and move, and since when where that is not the session before."""
        session = Session.of(case.on, case.row)
        units = zip((1, 0, 1), ("%", "bp", "%"), strict=True)
        said = zip(names, session.moves, units, LEGS, strict=True)
        return [
            f"{name} {visible(move, digits)}{unit}{since_said(session, leg)}"
            for name, move, (digits, unit), leg in said
        ]

    def _why_unknown(self, case: Case[Sessions]) -> str:
        session = Session.of(case.on, case.row)
        if session.dispute is not None:
            return case.no_data(session.dispute.said)
        return case.no_data(
            f"all three fell, but fewer than {self.window_sessions} earlier moves are stored; "
            "`havenwatch backfill` loads them"
        )

    def _headline(self, case: Case[Sessions]) -> str:
        session, names = Session.of(case.on, case.row), self._names(case)
        said = what_they_did(fell=session.fell, fired=case.code > Evaluations.QUIET)
        moves = ", ".join(self._moves(case, names))
        return f"Stocks, bonds and {names[2]} {said} on {day(case.period)}: {moves}."

    def _glance(self, case: Case[Sessions]) -> str:
        return moves_line(*self._moves(case, self._names(case)))

    def _caveat(self, case: Case[Sessions]) -> str:
        return (
            f"{self.caveat} {not_published(case.period)}" if self._is_of_treasuries else self.caveat
        )

    def _numbers(self, case: Case[Sessions]) -> tuple[Evidence, ...]:
        session, names = Session.of(case.on, case.row), self._names(case)
        since = [since_said(session, leg) for leg in LEGS]
        labels = [f"{name}{said}" for name, said in zip(names, since, strict=True)]
        sources = [case.source(name) for name in self.legs]
        against, window, bonds = self._against(case), self.window_sessions, _bonds(names)
        return size_lines(case, session, labels, sources, self._size, against, window, bonds)

    def _context(self, case: Case[Sessions]) -> Context:
        found = self._ranked(case)
        curve = CurveMove.of_day(case.panel, case.period, case.known_by)
        if curve is None or not self._is_of_treasuries:
            return found
        return found.beside(curve, case.panel, case.period)

    def _ranked(self, case: Case[Sessions]) -> Context:
        """Its place among the others; of one that is large in moves, before there was enough to
        scale them by, none."""
        often = case.frequency()
        often_said = often.said("joint selloff", self.noun)
        if np.isnan(case.measure):
            few = f"Too few earlier sessions are stored to rank it. {often_said}."
            return Context(few, case.behind({"Joint selloffs": often}))
        session, bonds = Session.of(case.on, case.row), _bonds(self._names(case))
        fired = case.answers.severity > Evaluations.QUIET
        sources = [case.source(name) for name in self.legs]
        place = case.rank(np.where(fired, case.answers.measure, np.nan), "; ".join(sources))
        weakest = bonds[list(LEGS).index(session.weakest_leg)]
        return Context(
            f"Smallest of the three moves: {weakest}, {number(case.measure, 2)}σ "
            f"({self.window_sessions}-day): {place.said('largest')}. {often_said}.",
            (
                *share_lines(case, session.falls, sources, bonds),
                *case.behind({"Smallest of the three": place, "Joint selloffs": often}),
            ),
            case.analogues(case.answers.measure, "sd"),
        )


def _bonds(names: Sequence[str]) -> list[str]:
    """The names of what fell: of a yield that rose, its bonds."""
    return [name.removesuffix(" yield") for name in names]
