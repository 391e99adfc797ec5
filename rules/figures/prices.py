"""Figures 1 to 3: what prices did."""

from __future__ import annotations

from typing import Final

import numpy as np

from rules.figure import Figure, Line, days_of, line_of, newest_day, said_today, since_when
from rules.figures.article import PRINTED, Count, article_counts
from rules.markets.correlation import HEDGES, WINDOWS_SESSIONS, correlations
from rules.markets.market import MARKET, joint_falls, sessions_of
from rules.markets.sampled import sample
from rules.model import Panel, type_bool, type_time
from rules.wording import day, number, signed

# A year's first session is by then, and its last not before.
FIRST_SESSION: Final = (1, 5)
LAST_SESSION: Final = (12, 28)
PREMIA: Final = {"acm_tp10y": "ACM (New York Fed)", "kw_tp10y": "Kim-Wright (Fed Board)"}


def correlation_figure(panel: Panel) -> Figure:
    """How Treasuries and the dollar moved with stocks."""
    lines, said = [], []
    for hedge in HEDGES.values():
        market = sessions_of(panel, ("spx", hedge.series_id))
        found = correlations(market, hedge)
        # Over 63 sessions fifty years of two lines are a thicket; the words give all three.
        is_known = ~np.isnan(found)
        longest = max(np.flatnonzero(is_known.any(axis=0)), default=len(WINDOWS_SESSIONS) - 1)
        shown = is_known[:, longest]
        label = f"{hedge.short}, {WINDOWS_SESSIONS[longest]} sessions"
        lines.append(Line(label, market.session[shown], found[shown, longest]))
        if len(found) and is_known[-1, 0]:
            values = ", ".join("n.a." if np.isnan(one) else signed(one, 2) for one in found[-1])
            said.append(f"{hedge.short} {values} on {day(market.session[-1].item())}")
    return Figure(
        1,
        "Stock-bond and stock-dollar correlations",
        "lines",
        "correlation",
        tuple(lines),
        "Stock-bond and stock-dollar correlations picked up through the hiking cycle of 2022.",
        said_today(
            said,
            "63 sessions of the S&P 500 with the 10-year yield or DXY",
            "over 63, 126 and 252 sessions: ",
        ),
        "Cboe, US Treasury, ICE DXY; log returns, the bond's being minus the change of yield",
    )


def selloff_figure(panel: Panel) -> Figure:
    """Joint selloffs by year, and the counts of three samplings by two conventions."""
    market = sessions_of(panel, MARKET)
    plain = plain_counts(panel)
    by_article = article_counts(panel)
    fell = joint_falls(market)[1:]
    years = market.session[1:].astype("datetime64[Y]")
    kept, place = np.unique(years, return_inverse=True)
    counts = np.bincount(place, weights=fell) if len(fell) else np.array([])
    rows = tuple(
        (
            name,
            _counted(PRINTED[name]),
            _counted(by_article[name]),
            _counted(plain[name]),
        )
        for name in PRINTED
    )
    partial = tuple(_is_partial(year, market.session) for year in kept)
    last = market.session[-1].item() if len(kept) else None
    until = f" to {last.day} {last:%b}" if last is not None and partial[-1] else ""
    this_year = f"{int(counts[-1])} in {kept[-1]}{until}" if len(counts) else ""
    return Figure(
        2,
        "Joint selloffs of the S&P 500, Treasuries and the dollar",
        "bars",
        "sessions a year",
        (
            Line(
                "sessions on which all three fell",
                kept.astype("datetime64[D]"),
                counts.astype(np.float64),
            ),
        ),
        "680 of 13,632 days (5%), 109 of 2,725 weeks (4%) and 36 of 626 months (5.8%) from "
        "1973-01-31 to 2025-04-30.",
        said_today(
            [this_year] if this_year else [],
            "two sessions of the S&P 500, the 10-year yield and DXY",
            "sessions on which all three fell: ",
        ),
        "Cboe, US Treasury (10-year; 5-year for the article's convention), ICE DXY",
        (("sampling", "the article", "its convention here", "plain count"), *rows),
        "The plain count takes a rise of the 10-year yield for the Treasury leg, each leg from its "
        "own market's close before, after 1973-01-31. Of the conventions tried the article's "
        "numbers are fitted best, to a few percent, by a 5-year total return known at ends of "
        "months until 1992-07, so that few days before can count, and with interest, which turns "
        "small falls of price into gains. Tenor and date are two choices for three numbers: "
        "a 10-year of the same date gives 689, 128 and 42, a 5-year of 1994-01 647, 112 and 38.",
        partial,
    )


def _is_partial(year: np.datetime64, sessions: type_time) -> bool:
    """Whether the sessions stored do not cover a calendar year."""
    own = sessions[sessions.astype("datetime64[Y]") == year]
    first, last = (day.item() for day in (own[0], own[-1]))
    return (first.month, first.day) > FIRST_SESSION or (last.month, last.day) < LAST_SESSION


def plain_counts(panel: Panel) -> dict[str, Count]:
    """Joint selloffs by the rules' own definition in the article's span."""
    market = sessions_of(panel, MARKET)
    found = {"daily": _within(market.session[1:], joint_falls(market)[1:])}
    for name, unit in (("weekly", "W"), ("monthly", "M")):
        sampled = sample(market, unit, 63)
        down = (sampled.move * [-1.0, 1.0, -1.0] > 0).all(axis=1)
        found[name] = _within(sampled.period, np.asarray(down))
    return found


def _within(period: type_time, fell: type_bool) -> Count:
    inside = (period > np.datetime64("1973-01-31")) & (period <= np.datetime64("2025-04-30"))
    return Count(int(fell[inside].sum()), int(inside.sum()))


def premium_figure(panel: Panel) -> Figure:
    """Both models' 10-year term premium."""
    lines, said = [], []
    for series_id, name in PREMIA.items():
        known = panel.frame[series_id].dropna()
        lines.append(line_of(name, known))
        if len(known) > 5:
            month_before = known.iloc[-22] if len(known) > 21 else known.iloc[0]
            moved = 100.0 * (known.iloc[-1] - month_before)
            said.append(
                f"{name} {number(known.iloc[-1], 2)}% on {newest_day(known)}, "
                f"{signed(moved)}bp in 21 sessions{since_when(days_of(known))}"
            )
    return Figure(
        3,
        "The term premium is back",
        "lines",
        "10-year term premium, %",
        tuple(lines),
        "The term premium is back.",
        said_today(said, "six sessions of a term premium"),
        "New York Fed ACM and Fed Board Kim-Wright, models' estimates; one vintage each",
    )


def _counted(count: Count) -> str:
    if not count.periods:
        return "not known"
    return f"{count.joint:,} of {count.periods:,} ({number(count.pct, 1)}%)"
