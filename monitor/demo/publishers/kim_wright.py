"""Federal Reserve Board: the Kim-Wright file, on Tuesdays at 15:00 to the Friday before."""

from __future__ import annotations

from datetime import date, time, timedelta

import pandas as pd

from monitor.demo.facts import sessions
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.calendars import at_local, local_date

OUT_AT = time(15, 0)
TUESDAY, FRIDAY_BEFORE = 1, timedelta(days=4)
PREAMBLE = (
    '"Three-Factor Nominal Term Structure Model"',
    "",
    '"Staff working paper 2005-33, by Don H. Kim and Jonathan H. Wright"',
    '"The estimates are not official ones"',
    "",
    "Note: A stand-in for a demonstration",
    "",
    "",
    "",
)


class Standin:
    """Nine lines of text behind a byte-order mark, then the table, `NA` for missing."""

    def reply(self, asked: Asked) -> Reply:
        """The file as far as it is published."""
        if asked.path != "/data/yield-curve-tables/feds200533.csv":
            return NOT_FOUND
        tuesday = local_date(asked.at)
        while tuesday.weekday() != TUESDAY or at_local(tuesday, OUT_AT) > asked.at:
            tuesday -= timedelta(days=1)
        return Reply(200, _file(tuesday - FRIDAY_BEFORE), "text/csv", at_local(tuesday, OUT_AT))


def _file(last: date) -> bytes:
    premium = sessions()["kw_tp10y"].dropna().loc[: pd.Timestamp(last)]
    dated = zip(pd.DatetimeIndex(premium.index).strftime("%Y-%m-%d"), premium, strict=True)
    rows = [f"{day},NA,{value}" for day, value in dated]
    lines = [*PREAMBLE, "Date,THREEFF1.B,THREEFYTP1000.B", *rows]
    return b"\xef\xbb\xbf" + ("\r\n".join(lines) + "\r\n").encode()
