"""US Treasury: a year of par yields as CSV, newest first, a new row at 18:00 New York, at most one
request a second."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from functools import lru_cache

import pandas as pd

from monitor.demo.facts import sessions, values_out_by
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply

OUT_AT = time(18, 0)
PATH = re.compile(
    r"/resource-center/data-chart-center/interest-rates/daily-treasury-rates\.csv/"
    r"(?:(?P<year>\d{4})/all|all/(?P<month>\d{6}))"
)
COLUMNS = (
    "1 Mo", "2 Mo", "3 Mo", "4 Mo", "6 Mo", "1 Yr", "2 Yr", "3 Yr", "5 Yr", "7 Yr", "10 Yr",
    "20 Yr", "30 Yr",
)  # fmt: skip
KNOWN = {"2 Yr": "ust2y", "5 Yr": "ust5y", "10 Yr": "ust10y", "30 Yr": "ust30y"}


class Standin:
    """The figures know four tenors; the others are blank, which the publisher means as missing."""

    def __init__(self) -> None:
        self._last_asked: datetime | None = None

    def reply(self, asked: Asked) -> Reply:
        """The year's or the month's rows published so far."""
        found = PATH.fullmatch(asked.path)
        if found is None or asked.query.get("type") != "daily_treasury_yield_curve":
            return NOT_FOUND
        last, self._last_asked = self._last_asked, asked.at
        if last is not None and timedelta(0) <= asked.at - last < timedelta(seconds=1):
            return Reply(429, b"too many requests\n", "text/plain", retry_after_s=1)
        wanted = found["year"] or f"{found['month'][:4]}-{found['month'][4:]}"
        out, modified = values_out_by("ust10y", OUT_AT, asked.at)
        return Reply(200, _file(out.index[-1], wanted), "text/csv; charset=utf-8", modified)


@lru_cache(maxsize=8)
def _file(last: pd.Timestamp, wanted: str) -> bytes:
    """The rows of a year or a month to the last session that is out."""
    rows = sessions().loc[:last].loc[wanted:wanted]
    # The tenor "1.5 Month" exists since 2025-02-18, in the files of 2025 on.
    columns = list(COLUMNS)
    if wanted >= "2025":
        columns.insert(1, "1.5 Month")
    header = "Date," + ",".join(f'"{column}"' for column in columns)
    dated = rows.dropna(subset=["ust10y"]).iloc[::-1]
    cells = [
        [f"{value:.2f}" for value in dated[KNOWN[column]]] if column in KNOWN else [""] * len(dated)
        for column in columns
    ]
    lines = [header]
    lines += [
        ",".join(row)
        for row in zip(pd.DatetimeIndex(dated.index).strftime("%m/%d/%Y"), *cells, strict=True)
    ]
    return ("\n".join(lines) + "\n").encode()
