"""Cboe: the whole VIX history as CSV, a new row at 18:00 New York."""

from __future__ import annotations

from datetime import time

import pandas as pd

from monitor.demo.facts import values_out_by
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply

OUT_AT = time(18, 0)


class Standin:
    """`DATE,OPEN,HIGH,LOW,CLOSE`, oldest first; the figures have closes only, which stand for all
    four prices, as they do in the oldest rows of the real file."""

    def reply(self, asked: Asked) -> Reply:
        """The file as far as it is published."""
        if asked.path != "/api/global/us_indices/daily_prices/VIX_History.csv":
            return NOT_FOUND
        closes, modified = values_out_by("vix", OUT_AT, asked.at)
        dated = zip(pd.DatetimeIndex(closes.index).strftime("%m/%d/%Y"), closes, strict=True)
        rows = [",".join([day, *[f"{close:.6f}"] * 4]) for day, close in dated]
        lines = ["DATE,OPEN,HIGH,LOW,CLOSE", *rows]
        return Reply(200, ("\n".join(lines) + "\n").encode(), "text/csv", modified)
