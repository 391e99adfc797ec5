"""What a joint selloff is told with: its place among the others, its parts, what followed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from rules.aftermath import analogues
from rules.context import Place
from rules.legs import LEGS, Basis, Session
from rules.model import Analogue, Evidence, Panel
from rules.wording import day, not_published, number, ordinal, plural

BASKET_LABEL = "USD basket (6 ccy, ECB fix 14:15 CET)"
DXY_LABEL = "ICE DXY"
STORED = "stored sessions"


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


def place_among(session: Session, joint: pd.DataFrame) -> tuple[Evidence, ...]:
    """Where the weakest leg stands among those of all joint selloffs."""
    if np.isnan(session.weakest):
        return ()
    days = joint.index.to_numpy().astype("datetime64[D]")
    place = Place.of(joint["weakest"].to_numpy(), days, len(joint) - 1, low=False, sample=STORED)
    return place.evidence("Weakest leg among joint selloffs", session.period)


def leg_shares(panel: Panel, session: Session) -> tuple[Evidence, ...]:
    """How much of the three falls together each leg is."""
    total = sum(session.falls_sd.values())
    series_ids = dict(zip(LEGS, ("spx", "ust10y", dollar_leg(session)[1]), strict=True))
    return tuple(
        Evidence(
            f"{name[0].upper()}{name[1:]}, share of the fall",
            100.0 * session.falls_sd[leg] / total,
            "pct",
            session.period,
            panel.source(series_ids[leg], session.period),
        )
        for leg, name in LEGS.items()
    )


def dollar_leg(session: Session) -> tuple[str, str]:
    """The label and the series of what the dollar leg was judged with."""
    return (DXY_LABEL, "dxy") if session.basis is Basis.DXY else (BASKET_LABEL, "usd_basket")


def selloff_caveat(session: Session) -> str:
    """What it does not mean, and with what it was judged."""
    said = f"Price action only: it does not show who sold. {not_published(session.period)}"
    if session.basis is Basis.SAME_DAY_FIX:
        return (
            f"Provisional: no DXY close, judged with the {BASKET_LABEL}, set before the US "
            f"session; its sign agrees with DXY on 65 % of days. {said}"
        )
    if session.basis is Basis.TWO_FIX_SPAN:
        return (
            f"Provisional: no DXY close, judged with the {BASKET_LABEL} from the fix before to "
            f"the fix after; its sign agrees with DXY on 74 % of days. {said}"
        )
    return said


def sessions_known(table: pd.DataFrame, row: int) -> pd.DataFrame:
    """The sessions up to this one as they were judged when it was known: its yardstick."""
    known_then = table[
        (table["known"] <= table["known"].iloc[row])
        & (table.index <= table.index[row])
        & (table["basis"] != Basis.NOTHING)
        & table["dispute"].isna()
    ]
    return pd.DataFrame(known_then[~known_then.index.duplicated(keep="last")])


def _days(sample: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(sample.index)


def _years(sample: pd.DataFrame) -> float:
    days = _days(sample)
    return max((days[-1] - days[0]).days, 1) / 365.25


def how_unusual(session: Session, sample: pd.DataFrame) -> str:
    """The sentences about its size and how often all three fell."""
    if np.isnan(session.weakest):
        return "Too few earlier sessions are stored to say how unusual its size is."
    joint = sample[sample["fell"]]
    sized = sample[sample["weakest"].notna()]
    as_large = joint[joint["weakest"] >= session.weakest]
    earlier = _days(as_large)[:-1]
    last = f", last on {day(earlier[-1].date())}" if len(earlier) else ", none before it"
    this_year = int((_days(joint).year == session.period.year).sum())
    return (
        f"Weakest leg: {LEGS[session.weakest_leg]}, {number(session.weakest, 2)} of its usual "
        f"daily move. As large or larger: {plural(len(as_large), 'session')} since "
        f"{day(_days(sized)[0].date())} ({number(len(as_large) / _years(sized), 1)} a "
        f"year){last}. All three fell on {number(100 * len(joint) / len(sample), 1)} % of "
        f"{plural(len(sample), 'session')}; this is the {ordinal(this_year)} time in "
        f"{session.period.year}."
    )


def selloff_counts(session: Session, sample: pd.DataFrame) -> tuple[Evidence, ...]:
    """The numbers behind them."""
    joint = sample[sample["fell"]]
    sized = sample[sample["weakest"].notna()]
    in_year = _days(joint).year == session.period.year
    in_month = in_year & (_days(joint).month == session.period.month)
    as_large = float((joint["weakest"] >= session.weakest).sum())
    found = [
        _count("Joint selloffs this month", float(in_month.sum()), session, sample),
        _count("Joint selloffs this year", float(in_year.sum()), session, sample),
        _count("Joint selloffs a year", len(joint) / _years(sample), session, sample),
        _count("Sessions in the sample", float(len(sample)), session, sample),
    ]
    if len(sized):
        found += [
            _count("As large or larger", as_large, session, sized),
            _count("As large or larger, a year", as_large / _years(sized), session, sized),
        ]
    share = 100.0 * len(joint) / len(sample)
    return (*found, replace(found[0], label="Share of sessions", value=share, unit="pct"))


def _count(label: str, value: float, session: Session, sample: pd.DataFrame) -> Evidence:
    source = f"stored sessions since {_days(sample)[0].date()}"
    return Evidence(label, value, "count", session.period, source)
