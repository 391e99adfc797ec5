"""Yahoo's five-minute bars of the day so far; browsers only."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import quote

import pandas as pd

from monitor.demo.facts import sessions
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.market_hours import MarketSession, session_of

BAR: Final = timedelta(minutes=5)
# The column of each symbol's closes among the figures, its series, and how late its quotes are.
SYMBOLS: Final = {
    "^GSPC": ("spx", "spx", timedelta()),
    "^TNX": ("tnx", "ust10y", timedelta(minutes=15)),
    "DX-Y.NYB": ("dxy", "dxy", timedelta(minutes=10)),
}

Price = Callable[[datetime], float | None]


class Standin:
    """`interval=5m&range=1d` of the three symbols.

    The figures know no prices within a day: between the close before and that of the day they go a
    way of our own, most of it in the first half of the session, with a ripple.
    """

    def reply(self, asked: Asked) -> Reply:
        """The day so far of the symbol asked for."""
        return reply_with(asked, close_before, _path)


def reply_with(
    asked: Asked,
    close_before: Callable[[str, date], float | None],
    path: Callable[[str, MarketSession], Price],
) -> Reply:
    """The answer of a publisher whose prices are `path`'s."""
    symbol = next((s for s in SYMBOLS if asked.path == f"/v8/finance/chart/{quote(s)}"), None)
    if symbol is None or asked.query.get("interval") != "5m":
        return NOT_FOUND
    if "Mozilla" not in asked.user_agent:
        return Reply(429, b"Too Many Requests\n", "text/plain")
    session = session_of(asked.at)
    before = None if session is None else close_before(symbol, session.day)
    if session is None or before is None:
        return Reply(200, _body(symbol, None, []), "application/json")
    _, series_id, late = SYMBOLS[symbol]
    until = min(asked.at - late, session.closed_at(series_id))
    price = path(symbol, session)
    trades = [(at, price(at)) for at in _moments(session.opened_at(series_id), until)]
    return Reply(200, _body(symbol, before, trades), "application/json")


def _moments(opens: datetime, until: datetime) -> Iterator[datetime]:
    """The end of each bar, and the last trade."""
    at = opens + BAR
    while at < until:
        yield at
        at += BAR
    if until > opens:
        yield until


def _body(symbol: str, before: float | None, trades: list[tuple[datetime, float | None]]) -> bytes:
    last = trades[-1] if trades else (None, None)
    meta = {
        "symbol": symbol,
        "exchangeTimezoneName": "America/New_York",
        "regularMarketTime": None if last[0] is None else int(last[0].timestamp()),
        "regularMarketPrice": last[1],
        "previousClose": before,
        "chartPreviousClose": before,
        "dataGranularity": "5m",
    }
    stamps = [int((at - BAR).timestamp()) for at, _ in trades]
    closes = [close for _, close in trades]
    result = {"meta": meta, "timestamp": stamps, "indicators": {"quote": [{"close": closes}]}}
    return json.dumps({"chart": {"result": [result], "error": None}}).encode()


def close_before(symbol: str, day: date) -> float | None:
    """The last close of a symbol before a day; None where the figures have none."""
    closes = sessions()[SYMBOLS[symbol][0]].dropna()
    known = closes[closes.index < pd.Timestamp(day)]
    return float(known.iloc[-1]) if len(known) else None


def _path(symbol: str, session: MarketSession) -> Price:
    closes = sessions()[SYMBOLS[symbol][0]].dropna()
    before = close_before(symbol, session.day)
    close = closes.get(pd.Timestamp(session.day))
    series_id = SYMBOLS[symbol][1]
    opens, closes_at = session.opens_at, session.closed_at(series_id)

    def price(at: datetime) -> float | None:
        if before is None or close is None:
            return None
        share = min(1.0, max(0.0, (at - opens) / (closes_at - opens)))
        gone = math.sin(math.pi / 2 * share) + 0.03 * math.sin(40 * share) * (1 - share)
        return round(float(before + (close - before) * gone), 3)

    return price
