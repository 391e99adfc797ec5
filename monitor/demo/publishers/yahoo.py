"""Yahoo: bars as chart JSON; the last bar runs until 17:00 New York; browsers only."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote

import pandas as pd

from monitor.demo.facts import values_out_by
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.calendars import NEW_YORK, at_local

OPEN_AT = time(0, 0)
CLOSE_AT = time(17, 0)


class Chart:
    """`range=5d` and `period1`/`period2`. While a session runs its bar carries the last close: the
    figures know no prices within a day, and nobody may take that bar for a close."""

    def __init__(self, symbol: str, column: str):
        self._symbol, self._column = symbol, column

    def reply(self, asked: Asked) -> Reply:
        """The bars asked for."""
        if asked.path != f"/v8/finance/chart/{quote(self._symbol)}":
            return NOT_FOUND
        if "Mozilla" not in asked.user_agent:
            return Reply(429, b"Too Many Requests\n", "text/plain")
        begun, _ = values_out_by(self._column, OPEN_AT, asked.at)
        bars = _chosen(begun, asked)
        last = begun.index[-1]
        close_at = at_local(last.date(), CLOSE_AT)
        traded_at = min(asked.at, close_at - timedelta(seconds=1))
        stamps = [int(at_local(day.date(), OPEN_AT).timestamp()) for day in bars.index]
        values = [float(value) for value in bars]
        if len(bars) and bars.index[-1] == last:
            stamps[-1] = int(traded_at.timestamp())
            if asked.at < close_at:
                values[-1] = float(begun.iloc[-2])
        chart = _chart(self._symbol, stamps, values, traded_at)
        return Reply(200, json.dumps(chart).encode(), "application/json")


class Standin(Chart):
    """DXY."""

    def __init__(self) -> None:
        super().__init__("DX-Y.NYB", "dxy")


def _chosen(begun: pd.Series, asked: Asked) -> pd.Series:
    if "period1" not in asked.query:
        return begun.iloc[-5:]
    first = datetime.fromtimestamp(int(asked.query["period1"]), UTC).astimezone(NEW_YORK)
    last = datetime.fromtimestamp(int(asked.query["period2"]), UTC).astimezone(NEW_YORK)
    return begun[f"{first:%Y-%m-%d}" : f"{last:%Y-%m-%d}"]


def _chart(
    symbol: str, stamps: list[int], values: list[float], traded_at: datetime
) -> dict[str, object]:
    prices = {
        name: [round(value, 3) for value in values] for name in ("open", "high", "low", "close")
    }
    meta = {
        "currency": "USD",
        "symbol": symbol,
        "exchangeTimezoneName": "America/New_York",
        "regularMarketTime": int(traded_at.timestamp()),
        "regularMarketPrice": values[-1] if values else None,
        "chartPreviousClose": values[0] if values else None,
        "dataGranularity": "1d",
    }
    prices["volume"] = [0 for _ in values]
    result = {"meta": meta, "timestamp": stamps, "indicators": {"quote": [prices]}}
    return {"chart": {"result": [result], "error": None}}
