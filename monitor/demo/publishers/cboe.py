"""Cboe: the whole S&P 500 history as CSV, a new row at 18:00 New York."""

from __future__ import annotations

from datetime import time
from functools import lru_cache

import pandas as pd

from monitor.demo.facts import sessions, values_out_by
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply

OUT_AT = time(18, 0)


class Standin:
    """`DATE,SPX`, oldest first."""

    def reply(self, asked: Asked) -> Reply:
        """The file as far as it is published."""
        if asked.path != "/api/global/us_indices/daily_prices/SPX_History.csv":
            return NOT_FOUND
        closes, modified = values_out_by("spx", OUT_AT, asked.at)
        return Reply(200, _file(len(closes)), "text/csv", modified)


@lru_cache(maxsize=4)
def _file(count: int) -> bytes:
    closes = sessions()["spx"].dropna().iloc[:count]
    dated = zip(pd.DatetimeIndex(closes.index).strftime("%m/%d/%Y"), closes, strict=True)
    lines = ["DATE,SPX", *(f"{day},{close:.6f}" for day, close in dated)]
    return ("\n".join(lines) + "\n").encode()
