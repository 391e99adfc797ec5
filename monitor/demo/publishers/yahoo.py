"""Yahoo: DXY bars as chart JSON; the last bar runs until 17:00 New York; browsers only."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pandas as pd

from monitor.calendars import NEW_YORK, at_local
from monitor.demo.facts import published
from monitor.demo.server import NOT_FOUND, Asked, Reply

OPEN_AT = time(0, 0)
CLOSE_AT = time(17, 0)


class Standin:
    """`range=5d` and `period1`/`period2`. While a session runs its bar carries the last close: the
    figures know no prices within a day, and nobody may take that bar for a close."""

    def reply(self, asked: Asked) -> Reply:
        """The bars asked for."""
        if asked.path != "/v8/finance/chart/DX-Y.NYB":
            return NOT_FOUND
        if "Mozilla" not in asked.user_agent:
            return Reply(429, b"Too Many Requests\n", "text/plain")
        begun, _ = published("dxy", OPEN_AT, asked.at)
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
        return Reply(
            200, json.dumps(_chart(stamps, values, traded_at)).encode(), "application/json"
        )


def _chosen(begun: pd.Series, asked: Asked) -> pd.Series:
    if "period1" not in asked.query:
        return begun.iloc[-5:]
    first = datetime.fromtimestamp(int(asked.query["period1"]), UTC).astimezone(NEW_YORK)
    last = datetime.fromtimestamp(int(asked.query["period2"]), UTC).astimezone(NEW_YORK)
    return begun[f"{first:%Y-%m-%d}" : f"{last:%Y-%m-%d}"]


def _chart(stamps: list[int], values: list[float], traded_at: datetime) -> dict[str, object]:
    quote = {
        name: [round(value, 2) for value in values] for name in ("open", "high", "low", "close")
    }
    meta = {
        "currency": "USD",
        "symbol": "DX-Y.NYB",
        "exchangeTimezoneName": "America/New_York",
        "regularMarketTime": int(traded_at.timestamp()),
        "regularMarketPrice": values[-1] if values else None,
        "chartPreviousClose": values[0] if values else None,
        "dataGranularity": "1d",
    }
    quote["volume"] = [0 for _ in values]
    result = {"meta": meta, "timestamp": stamps, "indicators": {"quote": [quote]}}
    return {"chart": {"result": [result], "error": None}}
