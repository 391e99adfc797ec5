"""New York Fed: the ACM workbook, a session's row at 09:00 New York two business days later."""

from __future__ import annotations

import io
from datetime import time
from functools import lru_cache

import pandas as pd
import xlwt

from monitor.demo.facts import sessions, values_out_by
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply

OUT_AT = time(9, 0)
LAG_BUSINESS_DAYS = 2
MATURITIES = range(1, 11)


class Standin:
    """An OLE2 .xls with text dates. The figures know the 10-year premium; the par yield stands for
    the model's fitted yield, the difference for the risk-neutral one, and the rest is blank."""

    def reply(self, asked: Asked) -> Reply:
        """The workbook as far as it is published."""
        path = "/medialibrary/media/research/data_indicators/ACMTermPremium.xls"
        if asked.path != path:
            return NOT_FOUND
        out, modified = values_out_by(
            "acm_tp10y", OUT_AT, asked.at, lag_business_days=LAG_BUSINESS_DAYS
        )
        return Reply(200, _workbook(len(out)), "application/vnd.ms-excel", modified)


@lru_cache(maxsize=4)
def _workbook(rows: int) -> bytes:
    table = sessions().dropna(subset=["acm_tp10y"]).iloc[:rows]
    book = xlwt.Workbook()
    sheet = book.add_sheet("ACM Daily")
    header = [
        "DATE",
        *(f"{kind}{n:02d}" for kind in ("ACMY", "ACMTP", "ACMRNY") for n in MATURITIES),
    ]
    for column, name in enumerate(header):
        sheet.write(0, column, name)
    rows_of = zip(
        pd.DatetimeIndex(table.index).strftime("%d-%b-%Y"),
        table["acm_tp10y"],
        table["ust10y"],
        strict=True,
    )
    for row, (day, premium, fitted) in enumerate(rows_of, start=1):
        sheet.write(row, 0, day)
        sheet.write(row, header.index("ACMY10"), fitted)
        sheet.write(row, header.index("ACMTP10"), premium)
        sheet.write(row, header.index("ACMRNY10"), round(fitted - premium, 6))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
