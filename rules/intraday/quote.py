"""The latest value of a market while it trades. A quote is no observation: it is in no history, no
verdict and no base rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

# What is quoted, and the furthest a session has moved it and may: the S&P 500 is halted at -20%.
FURTHEST: Final = {"spx": 21.0, "ust10y": 120.0, "dxy": 6.0}
# How far a feed's own close before may be from the official one: TNX and the par yield differ by
# 11 bp at most. Beyond it the feed has yesterday's session, another symbol or another unit.
CLOSE_WITHIN: Final = {"spx": 1.0, "ust10y": 15.0, "dxy": 1.0}
YIELDS: Final = frozenset({"ust10y"})


@dataclass(frozen=True)
class Quote:
    """`value` of a market at the instant `at`, by a feed: an index level, or a yield in percent;
    `previous_close` the feed's own, None where it gives none. `feed` is the name of its block,
    `label` what a person reads."""

    series_id: str
    at: datetime
    value: float
    previous_close: float | None
    feed: str
    label: str = ""


def moved(series_id: str, before: float, now: float) -> float:
    """The move of a market: basis points of a yield, else percent."""
    return 100.0 * (now - before) if series_id in YIELDS else 100.0 * (now / before - 1.0)


def level_so_far(quote: Quote, close: float) -> float | None:
    """The official close before, moved as far as the quote has moved from the feed's own close
    before, so that TNX is never compared with a par yield; None where the quote cannot be true."""
    before = close if quote.previous_close is None else quote.previous_close
    if before <= 0 or quote.value <= 0:
        return None
    if abs(moved(quote.series_id, close, before)) > CLOSE_WITHIN[quote.series_id]:
        return None
    if abs(moved(quote.series_id, before, quote.value)) > FURTHEST[quote.series_id]:
        return None
    if quote.series_id in YIELDS:
        return close + quote.value - before
    return close * quote.value / before
