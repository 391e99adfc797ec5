"""What a joint selloff is told with: its place among the others, its parts, what followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from rules.case import Case
from rules.context.aftermath import analogues
from rules.context.history_stats import DAYS_A_YEAR, Rank, Recent
from rules.context.shipped_selloffs import FIRST, LAST, shipped_selloffs
from rules.definition import Context
from rules.markets.legs import LEGS, DollarSource, Session, Sessions
from rules.markets.market import NAMES, UNITS
from rules.model import Analogue, Evidence, Panel, type_float
from rules.shared.dollar_leg import dollar_leg
from rules.shared.selloff_sizes import SelloffSizes
from rules.terms import Severity
from rules.wording import day, number, ordinal, plural, visible, weekday

STORED = "stored sessions"
YARDSTICK = ["fell", "weakest", "code", "known"]
FALLS = ("S&P 500", "10-year", "Dollar")


def last_alike(panel: Panel, joint: pd.DataFrame) -> tuple[Analogue, ...]:
    """The last joint selloffs of the same severity or worse, and what followed."""
    this, earlier = joint.iloc[-1], joint.iloc[:-1]
    alike = earlier[earlier["code"] >= this["code"]]
    return analogues(
        panel,
        this["known"].to_datetime64(),
        alike.index.to_numpy().astype("datetime64[D]"),
        alike["weakest"].to_numpy(),
        "sd",
    )


def since_said(session: Session, leg: str) -> str:
    """` since Wed 10 Nov` where a leg's close before is more than one session back."""
    since = session.since[leg]
    return "" if since is None else f" since {weekday(since)}"


def selloff_headline(
    when: str,
    moves: tuple[float, float, float],
    notes: Sequence[str],
    dollar: str,
    *,
    fell: bool,
    fired: bool,
) -> str:
    """What the three legs did; that they fell together only of what is large enough to be told.
    `notes`: what must be said of each, `dollar` what that leg was judged with."""
    spx, ust, usd = moves
    return (
        f"Stocks, the 10-year and the dollar {what_they_did(fell=fell, fired=fired)} {when}: "
        f"S&P 500 {visible(spx, 1)}%{notes[0]}, 10-year yield {visible(ust, 0)}bp{notes[1]}, "
        f"{dollar} {visible(usd, 1)}%{notes[2]}."
    )


def what_they_did(*, fell: bool, fired: bool) -> str:
    """`fell together`, or that they did not, or by too little."""
    if fired:
        return "fell together"
    return "all fell, too little for a notice," if fell else "did not all fall"


def size_lines(
    case: Case[Any],
    session: Session,
    labels: Sequence[str],
    sources: Sequence[str],
    sizes: SelloffSizes,
    against: Severity,
    window: int,
    names: Sequence[str] = FALLS,
) -> tuple[Evidence, ...]:
    """The moves and the falls of a session against the sizes of a severity: a critical one has a
    size for each move, and none for each fall."""
    limit, is_critical = sizes.weakest.of(against), against is Severity.CRITICAL
    of_moves = sizes.moves if is_critical else (None, None, None)
    each, scale = None if is_critical else limit, f"{window}-day"
    return (
        *move_lines(case, labels, session.moves, sources, of_moves),
        *fall_lines(case, session.falls, sources, scale, each, limit, names),
    )


def move_lines(
    case: Case[Any],
    labels: Sequence[str],
    moves: Sequence[float],
    sources: Sequence[str],
    sizes: Sequence[float | None] = (None, None, None),
) -> tuple[Evidence, ...]:
    """The moves of the S&P 500, the yield and the dollar, each against a size if it has one."""
    rows = zip(labels, moves, UNITS.values(), sources, sizes, strict=True)
    return tuple(case.line(*row) for row in rows)


def leg_labels(session: Session) -> list[str]:
    """The name of each leg, with since when it moved."""
    names = (NAMES["spx"], NAMES["ust10y"], dollar_leg(session).label)
    return [f"{name}{since_said(session, leg)}" for name, leg in zip(names, LEGS, strict=True)]


def leg_sources(case: Case[Any], session: Session) -> list[str]:
    """Where each leg is from."""
    return [case.source(name) for name in ("spx", "ust10y", dollar_leg(session).series_id)]


def fall_lines(
    case: Case[Any],
    falls_sd: Sequence[float] | type_float,
    sources: Sequence[str],
    scale: str,
    each: float | None,
    weakest: float,
    names: Sequence[str] = FALLS,
) -> tuple[Evidence, ...]:
    """Each fall in its usual moves, and the smallest of them, against the sizes of a severity."""
    least = int(np.argmin(falls_sd))
    return (
        *(
            case.line(f"{leg}, fall in σ ({scale})", fall, "sd", source, each)
            for leg, fall, source in zip(names, falls_sd, sources, strict=True)
        ),
        case.line("Smallest of the three", falls_sd[least], "sd", sources[least], weakest),
    )


def share_lines(
    case: Case[Any],
    falls_sd: Sequence[float] | type_float,
    sources: Sequence[str],
    names: Sequence[str] = FALLS,
) -> tuple[Evidence, ...]:
    """How much of the three falls together each leg is."""
    total = float(sum(falls_sd))
    return tuple(
        case.line(f"{leg}, share of the fall", 100.0 * float(fall) / total, "pct", source)
        for leg, fall, source in zip(names, falls_sd, sources, strict=True)
    )


def selloff_context(case: Case[Sessions], session: Session, window: int) -> Context:
    """How unusual a joint selloff is, its parts, and the last like it."""
    sample = sessions_known(case.on, case.row)
    joint = sample[sample["fell"]]
    return Context(
        how_unusual(session, sample, window),
        (
            *share_lines(case, session.falls, leg_sources(case, session)),
            *selloff_counts(session, sample),
            *place_among(session, joint),
        ),
        last_alike(case.panel, joint),
    )


def place_among(session: Session, joint: pd.DataFrame) -> tuple[Evidence, ...]:
    """Where the weakest leg stands among those of all joint selloffs."""
    if np.isnan(session.weakest):
        return ()
    days = joint.index.to_numpy().astype("datetime64[D]")
    place = Rank.of(joint["weakest"].to_numpy(), days, len(joint) - 1, low=False, sample=STORED)
    return place.evidence("Smallest move among joint selloffs", session.period)


def sessions_known(sessions: Sessions, row: int) -> pd.DataFrame:
    """The sessions up to this one as they were judged when it was known: its yardstick, with the
    columns that are counted in, by session."""
    known, days = sessions["known"], sessions["session"]
    is_judged = (sessions["basis"] != DollarSource.NOTHING) & pd.isna(sessions["dispute"])
    rows = np.flatnonzero((known <= known[row]) & (days <= days[row]) & is_judged)
    is_last = np.diff(days[rows], append=np.datetime64("NaT")) != np.timedelta64(0)
    counted = rows[is_last]
    return pd.DataFrame(
        {name: sessions[name][counted] for name in YARDSTICK},
        index=pd.DatetimeIndex(days[counted]),
    )


def how_unusual(session: Session, sample: pd.DataFrame, window: int) -> str:
    """The sentences about its size and how often all three fell, in two samples; with fewer than
    ten years stored, by what is shipped."""
    if np.isnan(session.weakest):
        return "Too few earlier sessions are stored to rank it."
    joint = sample[sample["fell"]]
    this_year = int(((_days(joint).year == session.period.year) & (joint["code"] > 0)).sum())
    recent = _recent(sample)
    return (
        f"Smallest of the three moves: {LEGS[session.weakest_leg]}, {number(session.weakest, 2)}σ "
        f"({window}-day). As large or larger: "
        f"{_shipped_rate(session, sample) if recent is None else _rates(session, sample, recent)}"
        f" {ordinal(this_year)} of notice size or more in {session.period.year}."
    )


def _rates(session: Session, sample: pd.DataFrame, recent: Recent) -> str:
    sized = sample[sample["weakest"].notna()]
    as_large = _days(sized[sized["fell"] & (sized["weakest"] >= session.weakest)])
    lately = as_large[as_large >= recent.begins]
    last = f", last on {day(as_large[-2].date())}" if len(as_large) > 1 else ", none before it"
    newer = sample[_days(sample) >= recent.begins]
    return (
        f"{plural(len(as_large), 'session')} since {day(_days(sized)[0].date())} "
        f"({_a_year(len(as_large), sized)} a year), {len(lately):,} {recent.name} "
        f"({_a_year(len(lately), newer)} a year){last}. All three fell, by any size, on "
        f"{number(_share(sample), 1)}% of {plural(len(sample), 'session')}, on "
        f"{number(_share(newer), 1)}% {recent.name}."
    )


def _shipped_rate(session: Session, sample: pd.DataFrame) -> str:
    """The rate of what is shipped, which reaches beyond the session where that is an old one."""
    listed = [when for when, size in shipped_selloffs() if size >= round(session.weakest, 2)]
    before = [when for when in listed if when < session.period]
    years = (LAST - FIRST).days / DAYS_A_YEAR
    last = f", last before it on {day(before[-1])}" if before else ""
    return (
        f"{plural(len(listed), 'session')} ({number(len(listed) / years, 2)} a year) in the "
        f"shipped sample, {FIRST.year} to {LAST:%B %Y}{last}; the database holds only "
        f"{number(_years(sample), 1)} years."
    )


def selloff_counts(session: Session, sample: pd.DataFrame) -> tuple[Evidence, ...]:
    """The numbers behind them."""
    joint = sample[sample["fell"]]
    notices = _days(joint[joint["code"] > 0])
    in_year = notices.year == session.period.year
    in_month = in_year & (notices.month == session.period.month)
    found = [
        _count("Of notice size or more this month", float(in_month.sum()), session, sample),
        _count("Of notice size or more this year", float(in_year.sum()), session, sample),
        _count("Sessions in the sample", float(len(sample)), session, sample),
    ]
    recent = _recent(sample)
    samples = {} if recent is None else {"": sample, f" {recent.name}": _since(sample, recent)}
    for name, one in samples.items():
        sized = one[one["weakest"].notna()]
        as_large = float((sized["fell"] & (sized["weakest"] >= session.weakest)).sum())
        found += [
            _count(f"All three down, a year{name}", one["fell"].sum() / _years(one), session, one),
            _count(f"As large or larger{name}", as_large, session, sized),
            _count(f"As large or larger, a year{name}", as_large / _years(sized), session, sized),
        ]
    if recent is None:
        found.append(_shipped_count(session))
    share = replace(found[0], label="All three down, share of sessions", unit="pct")
    return (*found, replace(share, value=_share(sample)))


def _shipped_count(session: Session) -> Evidence:
    listed = sum(size >= round(session.weakest, 2) for _, size in shipped_selloffs())
    rate = listed / ((LAST - FIRST).days / DAYS_A_YEAR)
    source = f"shipped sample: {FIRST} to {LAST}"
    return Evidence("As large or larger, a year, shipped", rate, "count", session.period, source)


def _recent(sample: pd.DataFrame) -> Recent | None:
    days = _days(sample).to_numpy()
    return Recent.of(days[0], days[-1])


def _since(sample: pd.DataFrame, recent: Recent) -> pd.DataFrame:
    return pd.DataFrame(sample[_days(sample) >= recent.begins])


def _days(sample: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(sample.index)


def _years(sample: pd.DataFrame) -> float:
    days = _days(sample)
    return max((days[-1] - days[0]).days, 1) / DAYS_A_YEAR


def _a_year(count: int, sample: pd.DataFrame) -> str:
    rate = count / _years(sample)
    return number(rate, 1 if rate >= 1 else 2)


def _share(sample: pd.DataFrame) -> float:
    return 100.0 * float(sample["fell"].mean())


def _count(label: str, value: float, session: Session, sample: pd.DataFrame) -> Evidence:
    source = f"stored sessions since {_days(sample)[0].date()}"
    return Evidence(label, float(value), "count", session.period, source)
