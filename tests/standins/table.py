"""A desk's licensed feed: a CSV of DXY closes that a vendor writes at 17:10 New York."""

from __future__ import annotations

from datetime import time

import pandas as pd

from monitor.demo.facts import values_out_by
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply

OUT_AT = time(17, 10)


class Standin:
    """`Date;PX_LAST;TICKER`, newest first, days as 08.04.2025."""

    def reply(self, asked: Asked) -> Reply:
        """The file as far as it is published."""
        if asked.path != "/dxy.csv":
            return NOT_FOUND
        closes, modified = values_out_by("dxy", OUT_AT, asked.at)
        dated = zip(pd.DatetimeIndex(closes.index).strftime("%d.%m.%Y"), closes, strict=True)
        rows = [f"{day};{close:.3f};DXY" for day, close in dated]
        lines = ["Date;PX_LAST;TICKER", *reversed(rows)]
        return Reply(200, ("\n".join(lines) + "\n").encode(), "text/csv", modified)
