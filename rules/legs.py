"""The three legs of a session: S&P 500, Treasuries and the dollar, final and provisional."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

import numpy as np
import pandas as pd

from rules.change import change_bp, log_return_pct, return_pct, trailing_sd
from rules.model import Panel, to_date, type_float

LEGS: Final = {"spx": "S&P 500", "ust": "Treasuries (10-year)", "usd": "dollar"}

COLUMNS: Final = ["spx_pct", "ust_bp", "usd_pct", "spx_sd", "ust_sd", "usd_sd", "known", "basis"]


class Basis(enum.StrEnum):
    """What the dollar leg was judged with."""

    DXY = "dxy"
    SAME_DAY_FIX = "same-day ECB fix"
    TWO_FIX_SPAN = "two-fix ECB span"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Session:
    """One row of `judged_sessions` with the types its columns have."""

    period: date
    known: pd.Timestamp
    basis: Basis
    spx_pct: float
    ust_bp: float
    usd_pct: float
    falls_sd: Mapping[str, float]
    weakest: float
    weakest_leg: str
    fell: bool
    maybe: bool

    @classmethod
    def of(cls, table: pd.DataFrame, row: int) -> Self:
        """The session in a row."""
        line = table.iloc[row]
        return cls(
            period=to_date(table.index.to_numpy()[row]),
            known=line["known"],
            basis=Basis(line["basis"]),
            spx_pct=float(line["spx_pct"]),
            ust_bp=float(line["ust_bp"]),
            usd_pct=float(line["usd_pct"]),
            falls_sd={leg: float(line[f"{leg}_sd"]) for leg in LEGS},
            weakest=float(line["weakest"]),
            weakest_leg=str(line["weakest_leg"]),
            fell=bool(line["fell"]),
            maybe=bool(line["maybe"]),
        )


def judged_sessions(panel: Panel, window: int) -> pd.DataFrame:
    """One row a session and version, ordered by session and then by when it was known.

    Index: the session. Columns: `spx_pct`, `usd_pct` simple returns in percent, `ust_bp` yield
    change; `spx_sd`, `ust_sd`, `usd_sd` the fall of each leg in its own trailing standard
    deviations (NaN until `window` moves are known); `weakest` the smallest and `weakest_leg` its
    name; `known` when the last input was known; `basis` a Basis; `fell` all three down; `maybe` two
    legs down and no dollar at all.

    A version is kept only if it was known before the better one: with everything on time there is
    one row a session, judged with DXY.
    """
    final = _with_dxy(panel, window)
    table = pd.concat([final, *_without_dxy(panel, window, final["known"])])
    order = np.lexsort((table["known"].to_numpy(), table.index.to_numpy()))
    table = table.iloc[order]
    scaled = table[["spx_sd", "ust_sd", "usd_sd"]].to_numpy(dtype=float)
    two_fell = (table["spx_pct"] < 0) & (table["ust_bp"] > 0)
    weakest = scaled.argmin(axis=1) if len(table) else np.array([], dtype=int)
    return table.assign(
        weakest=scaled.min(axis=1) if len(table) else np.array([], dtype=float),
        weakest_leg=np.array(list(LEGS), dtype=object)[weakest],
        fell=two_fell & (table["usd_pct"] < 0),
        maybe=two_fell & (table["basis"] == Basis.NOTHING),
    )


def _with_dxy(panel: Panel, window: int) -> pd.DataFrame:
    names = ["spx", "ust10y", "dxy"]
    level = panel.frame[names].dropna()
    known = _known_through(panel.known_at.loc[level.index, names], window)
    usd = log_return_pct(level["dxy"])
    return _equity_and_bond(level, window).assign(
        usd_pct=return_pct(level["dxy"]),
        usd_sd=-usd / trailing_sd(usd, window),
        known=known,
        basis=Basis.DXY,
    )[COLUMNS][1:]


def _without_dxy(panel: Panel, window: int, final_known: pd.Series) -> list[pd.DataFrame]:
    """The versions judged before a DXY close was known: nothing, same-day fix, two-fix span."""
    names = ["spx", "ust10y"]
    level = panel.frame[names].dropna()
    pair_known = _known_through(panel.known_at.loc[level.index, names], window)[1:]
    replaced = final_known.reindex(pair_known.index)
    waited = replaced.isna() | (pair_known < replaced)
    pair_known, replaced = pair_known[waited], replaced[waited]
    if pair_known.empty:
        return []
    pair = _equity_and_bond(level, window).loc[pair_known.index]
    versions: list[pd.DataFrame] = []
    # From the best to the first: each is kept only where it was known before its better.
    for basis in (Basis.TWO_FIX_SPAN, Basis.SAME_DAY_FIX):
        usd = _basket_move(
            panel, pd.DatetimeIndex(pair.index), window, spans=basis is Basis.TWO_FIX_SPAN
        )
        known = usd["known"].where(usd["known"] > pair_known, pair_known)
        known = known.where(usd["known"].notna())
        useful = known.notna() & (replaced.isna() | (known < replaced))
        versions.append(
            pair.assign(usd_pct=usd["pct"], usd_sd=usd["sd"], known=known, basis=basis)[useful]
        )
        replaced = replaced.where(~useful, known)
    useful = replaced.isna() | (pair_known < replaced)
    versions.append(
        pair.assign(usd_pct=np.nan, usd_sd=np.nan, known=pair_known, basis=Basis.NOTHING)[useful]
    )
    return [version[COLUMNS] for version in versions]


def _equity_and_bond(level: pd.DataFrame, window: int) -> pd.DataFrame:
    spx = log_return_pct(level["spx"])
    ust = change_bp(level["ust10y"])
    return pd.DataFrame(
        {
            "spx_pct": return_pct(level["spx"]),
            "ust_bp": ust,
            "spx_sd": -spx / trailing_sd(spx, window),
            "ust_sd": ust / trailing_sd(ust, window),
        },
        index=level.index,
    )


def _basket_move(
    panel: Panel, sessions: pd.DatetimeIndex, window: int, *, spans: bool
) -> pd.DataFrame:
    """The basket's simple move in percent, its fall in sd and when it was known, a row a session.

    `spans` False: from the fix before to the fix of the day; True: from the fix before to the fix
    after. NaN and NaT where a fix is missing, as on TARGET holidays for the same-day fix.
    """
    level = panel.frame["usd_basket"].dropna()
    out = pd.DataFrame(
        {"pct": np.nan, "sd": np.nan, "known": np.array("NaT", dtype="datetime64[s]")},
        index=sessions,
    )
    if level.empty:
        return out
    fixes = level.index.to_numpy()
    at_or_after = np.searchsorted(fixes, sessions.to_numpy(), side="left")
    on_fix = fixes[np.minimum(at_or_after, len(fixes) - 1)] == sessions.to_numpy()
    before = at_or_after - 1
    end = np.where(on_fix, at_or_after + 1, at_or_after) if spans else at_or_after
    usable = (before >= 0) & (end < len(fixes)) & (on_fix | spans)
    start, stop = before[usable], end[usable]
    price = level.to_numpy()
    log = np.log(price) * 100.0
    move = log[stop] - log[start]
    usual = np.where(
        stop - start == 1,
        _span_sd(log, 1, window)[start],
        _span_sd(log, 2, window)[start],
    )
    known = panel.known_at["usd_basket"].reindex(level.index).to_numpy()
    out.loc[usable, "pct"] = (price[stop] / price[start] - 1.0) * 100.0
    out.loc[usable, "sd"] = -move / usual
    out.loc[usable, "known"] = np.maximum(known[stop], known[start])
    return out


def _span_sd(log_pct: type_float, fixes: int, window: int) -> type_float:
    """The standard deviation of the last `window` moves over `fixes` fixes that end at each fix."""
    return pd.Series(log_pct).diff(fixes).rolling(window).std().to_numpy()


def _known_through(known_at: pd.DataFrame, window: int) -> pd.Series:
    """When the last of the inputs of each row's window was known."""
    seconds = known_at.max(axis=1).astype("datetime64[s]").astype("int64")
    latest = seconds.rolling(window + 2, min_periods=1).max().astype("int64")
    return latest.astype("datetime64[s]")
