"""ECB: the history of the reference rates as a zip, a new row at 16:00 Frankfurt."""

from __future__ import annotations

import io
import zipfile
from datetime import time
from functools import lru_cache

import pandas as pd

from monitor.demo.facts import sessions, values_out_by
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.calendars import FRANKFURT

OUT_AT = time(16, 0)
CURRENCIES = ("USD", "JPY", "BGN", "GBP", "SEK", "CHF", "CAD")


class Standin:
    """Newest first, a comma at the end of every line, `N/A` for a currency without a rate."""

    def reply(self, asked: Asked) -> Reply:
        """The zip as far as it is published."""
        if asked.path != "/stats/eurofxref/eurofxref-hist.zip":
            return NOT_FOUND
        out, modified = values_out_by("usd", OUT_AT, asked.at, FRANKFURT)
        return Reply(200, _zipped(len(out)), "application/zip", modified)


@lru_cache(maxsize=4)
def _zipped(rows: int) -> bytes:
    rates = sessions().dropna(subset=["usd"]).iloc[:rows]
    columns = [
        [f"{rate:g}" for rate in rates[name.lower()]] if name.lower() in rates else ["N/A"] * rows
        for name in CURRENCIES
    ]
    dated = zip(pd.DatetimeIndex(rates.index).strftime("%Y-%m-%d"), *columns, strict=True)
    newest_first = reversed([",".join(cells) + "," for cells in dated])
    lines = ["Date," + ",".join(CURRENCIES) + ",", *newest_first]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo("eurofxref-hist.csv", (2025, 1, 1, 0, 0, 0))
        archive.writestr(member, "\n".join(lines) + "\n", zipfile.ZIP_DEFLATED)
    return packed.getvalue()
