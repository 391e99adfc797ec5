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

from rules.markets.change import log_return_pct, rolling_sd
from rules.markets.market import MARKET, Market, sessions_of
from rules.model import Panel, SourceMismatch, to_date, type_float

LEGS: Final = {"spx": "S&P 500", "ust": "10-year", "usd": "dollar"}
# The column of each leg's move.
MOVES: Final = {"spx": "spx_pct", "ust": "ust_bp", "usd": "usd_pct"}

NEVER: Final = np.datetime64("9999-12-31", "s")

# Columns of one length, a row a session. No DataFrame: making one and taking its columns again took
# half of the time of judging a session by quotes.
Sessions = dict[str, npt.NDArray[Any]]


# What stands in for the dollar index: the basket of the average rates of the day, known the same
# evening, and that of a fix in the morning.
AVERAGE: Final = "boc.usd_basket"
FIX: Final = "usd_basket"


class DollarSource(enum.StrEnum):
    """What the dollar leg was judged with."""

    CLOSE = "close"
    DAY_AVERAGE = "Bank of Canada average"
    SAME_DAY_FIX = "same-day ECB fix"
    TWO_FIX_SPAN = "two-fix ECB span"
    NOTHING = "nothing"


# The series that each substitute but NOTHING is read from.
SERIES_OF: Final[Mapping[DollarSource, str]] = {
    DollarSource.DAY_AVERAGE: AVERAGE,
    DollarSource.SAME_DAY_FIX: FIX,
    DollarSource.TWO_FIX_SPAN: FIX,
}
# The best first.
SUBSTITUTES: Final = (
    DollarSource.DAY_AVERAGE,
    DollarSource.TWO_FIX_SPAN,
    DollarSource.SAME_DAY_FIX,
    DollarSource.NOTHING,
)


@dataclass(frozen=True)
class Session:
    """One row of `judged_sessions` with the types its columns have.

    `since`: the day of the close that a leg's move is taken from, where that is more than one
    session back; else None.
    """

    period: date
    known: pd.Timestamp
    basis: DollarSource
    spx_pct: float
    ust_bp: float
    usd_pct: float
    falls_sd: Mapping[str, float]
    since: Mapping[str, date | None]
    weakest: float
    weakest_leg: str
    fell: bool
    maybe: bool
    dispute: SourceMismatch | None

    @property
    def moves(self) -> tuple[float, float, float]:
        """The S&P 500's in percent, the yield's in basis points, the dollar's in percent."""
        return self.spx_pct, self.ust_bp, self.usd_pct

    @property
    def falls(self) -> list[float]:
        """The falls in standard deviations, in the order of LEGS."""
        return list(self.falls_sd.values())

    @classmethod
    def of(cls, sessions: Sessions, row: int) -> Self:
        """The session in a row."""
        line = {name: values[row] for name, values in sessions.items()}
        return cls(
            period=to_date(line["session"]),
            known=pd.Timestamp(line["known"]),
            basis=DollarSource(line["basis"]),
            spx_pct=float(line["spx_pct"]),
            ust_bp=float(line["ust_bp"]),
            usd_pct=float(line["usd_pct"]),
            falls_sd={leg: float(line[f"{leg}_sd"]) for leg in LEGS},
            since={leg: _longer(line[f"{leg}_span"], line[f"{leg}_since"]) for leg in LEGS},
            weakest=float(line["weakest"]),
            weakest_leg=str(line["weakest_leg"]),
            fell=bool(line["fell"]),
            maybe=bool(line["maybe"]),
            dispute=line["dispute"],
        )


def judged_sessions(panel: Panel, window: int) -> Sessions:
    """One row a session and version, ordered by session and then by when it was known.

    Columns: `session`, `spx_pct`, `usd_pct` simple returns in percent, `ust_bp` yield
    change, each from its own market's close before; `spx_since` and so on the day of that close,
    and `spx_span` how many sessions the move takes in; `spx_sd`, `ust_sd`, `usd_sd` the fall of
    each leg in its own trailing standard deviations times the root of those (NaN until `window`
    moves are known); `weakest` the smallest and `weakest_leg` its name; `known` when the last input
    was known; `basis` a Basis; `fell` all three down; `maybe` two legs down and no dollar at all;
    `dispute` a Dispute about a number of the session or of one it is compared with, else None.

    A version is kept only if it was known before the better one: with everything on time there is
    one row a session, judged with closes. To be read only: rules of other sizes are given the same.
    """
    return panel.of_few("judged sessions", window, lambda: _judged_sessions(panel, window))


def _judged_sessions(panel: Panel, window: int) -> Sessions:
    final = _with_closes(panel, window, MARKET)
    versions = [final, *_without_dxy(panel, window, final)]
    columns = {name: np.concatenate([one[name] for one in versions]) for name in final}
    order = np.lexsort((columns["known"], columns["session"]))
    return _compared(panel, {name: values[order] for name, values in columns.items()}, MARKET)


def closing_sessions(panel: Panel, window: int, names: tuple[str, str, str]) -> Sessions:
    """The same columns of three other series, on the sessions of which all have a close; to be read
    only too."""
    key = (window, names)
    return panel.of_few("closing sessions", key, lambda: _closing_sessions(panel, *key))


def _closing_sessions(panel: Panel, window: int, names: tuple[str, str, str]) -> Sessions:
    return _compared(panel, _with_closes(panel, window, names), names)


def _compared(panel: Panel, columns: Sessions, names: tuple[str, ...]) -> Sessions:
    """The columns with what the three legs make together."""
    scaled = np.column_stack([columns[f"{leg}_sd"] for leg in LEGS])
    two_fell = (columns["spx_pct"] < 0) & (columns["ust_bp"] > 0)
    columns["dispute"] = _disputes(panel, columns, names)
    return {
        **columns,
        "weakest": scaled.min(axis=1),
        "weakest_leg": np.array(list(LEGS), dtype=object)[_smallest(scaled)],
        "fell": two_fell & (columns["usd_pct"] < 0),
        "maybe": two_fell & (columns["basis"] == DollarSource.NOTHING),
    }


def _with_closes(panel: Panel, window: int, names: tuple[str, ...]) -> Sessions:
    version = _legs(sessions_of(panel, names, beside=names[2:]), window)
    return {**version, "basis": np.full(len(version["session"]), DollarSource.CLOSE, dtype=object)}


def _without_dxy(panel: Panel, window: int, final: Sessions) -> list[Sessions]:
    """The versions judged before a DXY close was known: with nothing, the same-day fix, the two-fix
    span, the average of the day."""
    market = sessions_of(panel, MARKET[:2])
    replaced = np.full(len(market.session[1:]), NEVER)
    # Every session with DXY is one of stocks and bonds too.
    replaced[np.searchsorted(market.session[1:], final["session"])] = final["known"]
    waited = market.known_over(window + 1)[1:] < replaced
    if not waited.any():
        return []
    pair = _legs(market, window)
    pair, replaced = {name: values[waited] for name, values in pair.items()}, replaced[waited]
    versions: list[Sessions] = []
    # From the best to the first: each is kept only where it was known before its better.
    for basis in SUBSTITUTES:
        usd = _basket_move(panel, pair, window, basis)
        known = np.maximum(pair["known"], usd["known"])
        useful = known < replaced  # never where a fix is missing: NaT compares false
        version = {**pair, "usd_pct": usd["pct"], "usd_sd": usd["sd"], "known": known}
        version["usd_since"] = np.full(len(known), np.datetime64("NaT", "D"))
        version["usd_span"] = np.ones(len(known), dtype=np.int64)
        version["basis"] = np.full(len(known), basis, dtype=object)
        versions.append({name: values[useful] for name, values in version.items()})
        replaced = np.where(useful, known, replaced)
    return versions


def _legs(market: Market, window: int) -> Sessions:
    """The legs of every session but the first, by the names that `judged_sessions` gives them."""
    version: Sessions = {
        "session": market.session[1:],
        "known": market.known_over(window + 1)[1:],
    }
    for (leg, move), name in zip(MOVES.items(), market.level, strict=False):
        own = market.leg[name]
        version[move] = own.move[1:]
        version[f"{leg}_sd"] = own.fall_sd(window)[1:]
        version[f"{leg}_since"], version[f"{leg}_span"] = own.since[1:], own.span[1:]
    return version


def _longer(span: int, since: np.datetime64) -> date | None:
    return to_date(since) if span > 1 and not np.isnat(since) else None


def _basket_move(panel: Panel, pair: Sessions, window: int, basis: DollarSource) -> Sessions:
    """The basket's simple move in percent, its fall in sd and when it was known, a row a session of
    stocks and bonds.

    The same-day fix: from the fix before to the fix of the day. The span: from the fix before to
    the fix after. NaN and NaT where a fix is missing, as on TARGET holidays for the same-day fix.
    The average of the day: from that of the session before, NaN after a holiday of Canada's alone,
    since the move of two days would say little of the second.
    """
    sessions = pair["session"]
    out: Sessions = {"pct": np.full(len(sessions), np.nan), "sd": np.full(len(sessions), np.nan)}
    if basis is DollarSource.NOTHING:
        return {**out, "known": np.full(len(sessions), np.datetime64("0001-01-01", "s"))}
    out["known"] = np.full(len(sessions), np.datetime64("NaT"), dtype="datetime64[s]")
    fixes, price, known = panel.numbers(SERIES_OF[basis])
    if not len(fixes):
        return out
    at_or_after = np.searchsorted(fixes, sessions)
    on_fix = fixes[np.minimum(at_or_after, len(fixes) - 1)] == sessions
    spans = basis is DollarSource.TWO_FIX_SPAN
    before = at_or_after - 1
    end = np.where(on_fix, at_or_after + 1, at_or_after) if spans else at_or_after
    usable = (before >= 0) & (end < len(fixes)) & (on_fix | spans)
    if basis is DollarSource.DAY_AVERAGE:
        usable &= fixes[before] >= pair["spx_since"]
    start, stop = before[usable], end[usable]
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


def _disputes(panel: Panel, columns: Sessions, names: tuple[str, ...]) -> npt.NDArray[np.object_]:
    """The dispute that each row cannot be judged for. `known` is moved to when it was known, and
    where it has been settled, to when the row could be judged again."""
    found = np.full(len(columns["session"]), None, dtype=object)
    leg_of = dict(zip(names, LEGS, strict=True))
    for (series_id, period), at in panel.settled.items():
        mine = _touched(columns, leg_of.get(series_id), np.datetime64(period))
        columns["known"] = np.where(mine, np.maximum(columns["known"], at), columns["known"])
    for (series_id, period), one in panel.disputes.items():
        mine = _touched(columns, leg_of.get(series_id), np.datetime64(period))
        found[mine] = one
        columns["known"] = np.where(mine, np.maximum(columns["known"], one.since), columns["known"])
    return found


def _touched(columns: Sessions, leg: str | None, period: np.datetime64) -> npt.NDArray[np.bool_]:
    """The rows judged with a leg's number of a period: its session, and the one whose move is taken
    from it."""
    if leg is None:
        return np.zeros(len(columns["session"]), dtype=bool)
    mine = (columns["session"] == period) | (columns[f"{leg}_since"] == period)
    return np.asarray(mine & (columns["basis"] == DollarSource.CLOSE) if leg == "usd" else mine)


def _smallest(scaled: type_float) -> npt.NDArray[np.intp]:
    """The column of the smallest value of each row; the first where one is not a number."""
    return np.asarray(scaled.argmin(axis=1)) if len(scaled) else np.array([], dtype=np.intp)
