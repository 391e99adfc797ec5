"""Quotes that a test moves: each market's move from its close before, as a function of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from monitor.demo.publishers.yahoo_quotes import Price, close_before, reply_with
from monitor.demo.request_reply import Asked, Reply
from monitor.ingest.market_hours import MarketSession

SYMBOLS: Final = {"spx": "^GSPC", "ust10y": "^TNX", "dxy": "DX-Y.NYB"}
Move = Callable[[datetime], float | None]


class ScriptedQuotes:
    """Percent, or basis points of the yield, by series; None is a null quote. Each price differs a
    little from minute to minute, as prices do; `frozen_at` an instant after which nothing moves and
    no quote has a later time."""

    def __init__(self, **moves: Move):
        self.moves = moves
        self.frozen_at: datetime | None = None
        self.dead_from: datetime | None = None
        self.closes_off_pct = 0.0
        self.asked: list[Asked] = []

    def reply(self, asked: Asked) -> Reply:
        """The day so far as scripted."""
        self.asked.append(asked)
        if self.dead_from is not None and asked.at >= self.dead_from:
            return Reply(503, b"no quotes\n", "text/plain")
        if self.frozen_at is not None and asked.at > self.frozen_at:
            asked = Asked(asked.path, asked.query, asked.user_agent, self.frozen_at)
        return reply_with(asked, self._before, self._path)

    def _before(self, symbol: str, day: date) -> float | None:
        close = close_before(symbol, day)
        return None if close is None else close * (1 + self.closes_off_pct / 100)

    def _path(self, symbol: str, session: MarketSession) -> Price:
        series_id = next(name for name, one in SYMBOLS.items() if one == symbol)
        before, move = self._before(symbol, session.day), self.moves[series_id]

        def price(at: datetime) -> float | None:
            found = move(at)
            if found is None or before is None:
                return None
            ripple = 0.001 * (at.minute % 7)
            if series_id == "ust10y":
                return round(before + found / 100 + ripple, 3)
            return round(before * (1 + found / 100) + ripple, 3)

        return price
