"""How stocks move with what is held against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from rules.markets.change import change_bp, log_return_pct
from rules.markets.market import Market
from rules.model import Panel, type_float

WINDOWS_SESSIONS: Final = (63, 126, 252)
# The share of a window's moves that must be undisputed.
LEAST_SHARE: Final = 0.9


@dataclass(frozen=True)
class Hedge:
    """What is held against stocks: its series, its name, and the name of the pair."""

    series_id: str
    name: str
    short: str


HEDGES: Final = {
    "stock_bond": Hedge("ust10y", "Treasuries", "stock-bond"),
    "stock_dollar": Hedge("dxy", "the dollar", "stock-dollar"),
}


def correlations(market: Market, hedge: Hedge) -> type_float:
    """Pearson's correlation of daily returns over 63, 126 and 252 moves, a column each; NaN until
    nine tenths of a window's moves are known and undisputed."""
    moves = daily_moves(market, hedge)
    return np.column_stack([correlation(moves, window) for window in WINDOWS_SESSIONS])


def moves_and_correlations(
    panel: Panel, market: Market, hedge: Hedge
) -> tuple[type_float, type_float]:
    """`daily_moves` and `correlations` of a panel's sessions, found once for every level."""
    return panel.once(
        ("correlations", hedge), lambda: (daily_moves(market, hedge), correlations(market, hedge))
    )


def daily_moves(market: Market, hedge: Hedge) -> type_float:
    """Returns of stocks and of the hedge, a row a session; NaN where one of them is disputed."""
    level = market.level[hedge.series_id]
    held = -change_bp(level) if hedge.series_id == "ust10y" else log_return_pct(level)
    moves = np.column_stack((log_return_pct(market.level["spx"]), held))
    moves[market.disputed_move] = np.nan
    return moves


def correlation(moves: type_float, window: int, least_share: float = LEAST_SHARE) -> type_float:
    """Pearson's, over the last `window` moves; NaN until that share of them is known."""
    stocks, held = pd.Series(moves[:, 0]), pd.Series(moves[:, 1])
    least = int(np.ceil(least_share * window))
    found = stocks.rolling(window, min_periods=least).corr(held).to_numpy()
    # A move that never varies has no correlation; rounding may take one beyond its bounds.
    return np.clip(np.where(np.isinf(found), np.nan, found), -1.0, 1.0)
