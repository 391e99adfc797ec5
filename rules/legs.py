"""The three legs of a session: S&P 500, Treasuries and the dollar, final and provisional."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.change import change_bp, log_return_pct, return_pct, rolling_sd, trailing_sd
from rules.model import Dispute, Panel, to_date, type_float, type_time

LEGS: Final = {"spx": "S&P 500", "ust": "Treasuries (10-year)", "usd": "dollar"}

NEVER: Final = np.datetime64("9999-12-31", "s")

# Columns of one length, a row a session.
Version = dict[str, npt.NDArray[Any]]


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
    dispute: Dispute | None

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
            dispute=line["dispute"],
        )


def judged_sessions(panel: Panel, window: int) -> pd.DataFrame:
    """One row a session and version, ordered by session and then by when it was known.

    Index: the session. Columns: `spx_pct`, `usd_pct` simple returns in percent, `ust_bp` yield
    change; `spx_sd`, `ust_sd`, `usd_sd` the fall of each leg in its own trailing standard
    deviations (NaN until `window` moves are known); `weakest` the smallest and `weakest_leg` its
    name; `known` when the last input was known; `basis` a Basis; `fell` all three down; `maybe` two
    legs down and no dollar at all; `dispute` a Dispute about a number of the session or of the one
    before, None where there is none.

    A version is kept only if it was known before the better one: with everything on time there is
    one row a session, judged with DXY.
    """
    final = _with_dxy(panel, window)
    versions = [final, *_without_dxy(panel, window, final)]
    columns = {name: np.concatenate([one[name] for one in versions]) for name in final}
    order = np.lexsort((columns["known"], columns["session"]))
    columns = {name: values[order] for name, values in columns.items()}
    scaled = np.column_stack([columns[f"{leg}_sd"] for leg in LEGS])
    two_fell = (columns["spx_pct"] < 0) & (columns["ust_bp"] > 0)
    columns["dispute"] = _disputes(panel, columns)
    del columns["before"]
    index = pd.DatetimeIndex(columns.pop("session"))
    return pd.DataFrame(
        {
            **columns,
            "weakest": scaled.min(axis=1),
            "weakest_leg": np.array(list(LEGS), dtype=object)[_smallest(scaled)],
            "fell": two_fell & (columns["usd_pct"] < 0),
            "maybe": two_fell & (columns["basis"] == Basis.NOTHING),
        },
        index=index,
    )


def _with_dxy(panel: Panel, window: int) -> Version:
    names = ["spx", "ust10y", "dxy"]
    version, rows = _equity_and_bond(panel, names, window)
    dxy = panel.frame["dxy"].to_numpy()[rows]
    usd = log_return_pct(dxy)
    return {
        **{name: values[1:] for name, values in version.items()},
        "usd_pct": return_pct(dxy)[1:],
        "usd_sd": (-usd / trailing_sd(usd, window))[1:],
        "basis": np.full(max(len(rows) - 1, 0), Basis.DXY, dtype=object),
    }


def _without_dxy(panel: Panel, window: int, final: Version) -> list[Version]:
    """The versions judged before a DXY close was known: nothing, same-day fix, two-fix span."""
    pair, _ = _equity_and_bond(panel, ["spx", "ust10y"], window)
    pair = {name: values[1:] for name, values in pair.items()}
    replaced = np.full(len(pair["session"]), NEVER)
    # Every session with DXY is one of stocks and bonds too.
    replaced[np.searchsorted(pair["session"], final["session"])] = final["known"]
    waited = pair["known"] < replaced
    if not waited.any():
        return []
    pair, replaced = {name: values[waited] for name, values in pair.items()}, replaced[waited]
    versions: list[Version] = []
    # From the best to the first: each is kept only where it was known before its better.
    for basis in (Basis.TWO_FIX_SPAN, Basis.SAME_DAY_FIX, Basis.NOTHING):
        usd = _basket_move(panel, pair["session"], window, basis)
        known = np.maximum(pair["known"], usd["known"])
        useful = known < replaced  # never where a fix is missing: NaT compares false
        version = {**pair, "usd_pct": usd["pct"], "usd_sd": usd["sd"], "known": known}
        version["basis"] = np.full(len(known), basis, dtype=object)
        versions.append({name: values[useful] for name, values in version.items()})
        replaced = np.where(useful, known, replaced)
    return versions


def _equity_and_bond(
    panel: Panel, names: list[str], window: int
) -> tuple[Version, npt.NDArray[np.intp]]:
    """The first two legs on the dates on which all of `names` have a value, and those rows."""
    rows = np.flatnonzero(panel.frame[names].notna().to_numpy().all(axis=1))
    spx = panel.frame["spx"].to_numpy()[rows]
    ust = change_bp(panel.frame["ust10y"].to_numpy()[rows])
    log = log_return_pct(spx)
    sessions = panel.frame.index.to_numpy()[rows].astype("datetime64[D]")
    return {
        "session": sessions,
        "before": np.concatenate(([np.datetime64("NaT", "D")], sessions))[: len(rows)],
        "known": _known_through(panel.known_at[names].to_numpy()[rows], window),
        "spx_pct": return_pct(spx),
        "ust_bp": ust,
        "spx_sd": -log / trailing_sd(log, window),
        "ust_sd": ust / trailing_sd(ust, window),
    }, rows


def _basket_move(panel: Panel, sessions: type_time, window: int, basis: Basis) -> Version:
    """The basket's simple move in percent, its fall in sd and when it was known, a row a session.

    The same-day fix: from the fix before to the fix of the day. The span: from the fix before to
    the fix after. NaN and NaT where a fix is missing, as on TARGET holidays for the same-day fix.
    """
    out: Version = {"pct": np.full(len(sessions), np.nan), "sd": np.full(len(sessions), np.nan)}
    if basis is Basis.NOTHING:
        return {**out, "known": np.full(len(sessions), np.datetime64("0001-01-01", "s"))}
    out["known"] = np.full(len(sessions), np.datetime64("NaT"), dtype="datetime64[s]")
    has_fix = panel.frame["usd_basket"].notna().to_numpy()
    fixes = panel.frame.index.to_numpy()[has_fix].astype("datetime64[D]")
    if not len(fixes):
        return out
    at_or_after = np.searchsorted(fixes, sessions, side="left")
    on_fix = fixes[np.minimum(at_or_after, len(fixes) - 1)] == sessions
    spans = basis is Basis.TWO_FIX_SPAN
    before = at_or_after - 1
    end = np.where(on_fix, at_or_after + 1, at_or_after) if spans else at_or_after
    usable = (before >= 0) & (end < len(fixes)) & (on_fix | spans)
    start, stop = before[usable], end[usable]
    price = panel.frame["usd_basket"].to_numpy()[has_fix]
    known = panel.known_at["usd_basket"].to_numpy()[has_fix]
    out["pct"][usable] = (price[stop] / price[start] - 1.0) * 100.0
    out["sd"][usable] = -_scaled_span(price, start, stop, window)
    out["known"][usable] = np.maximum(known[stop], known[start])
    return out


def _scaled_span(
    price: type_float, start: npt.NDArray[np.intp], stop: npt.NDArray[np.intp], window: int
) -> type_float:
    """The log move from fix `start` to fix `stop`, one or two fixes later, in standard deviations
    of the last `window` moves as long that ended by `start`."""
    moves = [log_return_pct(price, fixes) for fixes in (1, 2)]
    one, two = (move[stop] / rolling_sd(move, window)[start] for move in moves)
    return np.where(stop - start == 1, one, two)


def _known_through(known_at: type_time, window: int) -> type_time:
    """When the last of the inputs of each row's window was known."""
    if not len(known_at):
        return np.array([], dtype="datetime64[s]")
    seconds = known_at.max(axis=1).astype("datetime64[s]").astype("int64")
    latest = pd.Series(seconds).rolling(window + 2, min_periods=1).max()
    return latest.to_numpy().astype("int64").astype("datetime64[s]")


def _disputes(panel: Panel, columns: Version) -> npt.NDArray[np.object_]:
    """The dispute that each row cannot be judged for. `known` is moved to when it was known, and
    where it has been settled, to when the row could be judged again."""
    found = np.full(len(columns["session"]), None, dtype=object)
    for (series_id, period), at in panel.settled.items():
        mine = _touched(columns, series_id, np.datetime64(period))
        columns["known"] = np.where(mine, np.maximum(columns["known"], at), columns["known"])
    for (series_id, period), one in panel.disputes.items():
        mine = _touched(columns, series_id, np.datetime64(period))
        found[mine] = one
        columns["known"] = np.where(mine, np.maximum(columns["known"], one.since), columns["known"])
    return found


def _touched(columns: Version, series_id: str, period: np.datetime64) -> npt.NDArray[np.bool_]:
    """The rows judged with a series' number of a period: its session and the one after."""
    mine = (columns["session"] == period) | (columns["before"] == period)
    return np.asarray(mine & (columns["basis"] == Basis.DXY) if series_id == "dxy" else mine)


def _smallest(scaled: type_float) -> npt.NDArray[np.intp]:
    """The column of the smallest value of each row; the first where one is not a number."""
    return np.asarray(scaled.argmin(axis=1)) if len(scaled) else np.array([], dtype=np.intp)
