"""The article's six figures from the product's own numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rules.figure import Figure
from rules.figures.article import SERIES
from rules.figures.holdings import (
    ASSETS,
    FED,
    HOLDERS,
    asset_figure,
    holder_figure,
    ownership_figure,
)
from rules.figures.prices import PREMIA, correlation_figure, premium_figure, selloff_figure
from rules.markets.market import MARKET
from rules.model import Panel
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import read_for
from rules.tic.share import HOLDINGS, LONG_HOLDINGS, OUTSTANDING


def figures(panel: Panel) -> tuple[Figure, ...]:
    """All six, each as far as the numbers known reach; one without any says so."""
    drawn: Sequence[Callable[[Panel], Figure]] = (
        correlation_figure,
        selloff_figure,
        premium_figure,
        ownership_figure,
        asset_figure,
        holder_figure,
    )
    return tuple(draw(panel) for draw in drawn)


def read_series() -> tuple[str, ...]:
    """The ids of all series that `figures` reads."""
    assets = [f"tic_lt.{GRAND_TOTAL}.for_lt_{kind}_pos" for kind in ASSETS]
    countries = [name for code, long in HOLDERS.values() for name in (*read_for(code), long)]
    mine = (*SERIES, *MARKET, *PREMIA, HOLDINGS, LONG_HOLDINGS, OUTSTANDING, FED)
    return tuple(dict.fromkeys((*mine, *assets, *countries)))
