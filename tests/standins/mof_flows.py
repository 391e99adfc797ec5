"""Japan's Ministry of Finance: weekly flows at 08:50 in Tokyo on the fourth office day after the
week. The amounts are made up, as none of these weeks are among the figures: for tests only."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from random import Random

import pandas as pd

from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.calendars import TOKYO, local_date
from monitor.sources.mof_flows import MofFlows

FIRST, LAST = date(2023, 12, 30), date(2025, 6, 28)
WIDTH = 23
KINDS = ("Acquisition", "Disposition", "Net")
GROUPS = (
    "Equity and investment fund shares", "", "", " Long-term debt securities", "", "", "Subtotal",
    "Short-term debt securities", "", "", "Total",
)  # fmt: skip
SIDES = ("1. Portfolio Investment Assets", "2. Portfolio Investment Liabilities")
HEADER = ["", *(2 * (*KINDS, *KINDS, "Net", *KINDS, "Net"))]


class Standin:
    """A head of many rows, full-width periods, numbers with thousands marks and a blank behind."""

    def __init__(self, last: date = LAST) -> None:
        self._last = last

    def reply(self, asked: Asked) -> Reply:
        """The file as far as it is published."""
        if asked.path != MofFlows.path:
            return NOT_FOUND
        ends = pd.date_range(FIRST, self._last, freq="W-SAT")
        out = MofFlows().assumed_known_at(ends)
        weeks = sum(moment <= asked.at for moment in out)
        made: datetime = out[weeks - 1].to_pydatetime()
        rows = [_row(stamp.date()) for stamp in ends[:weeks]]
        return Reply(200, document(HEADER, rows, local_date(made, TOKYO)), "text/csv", made)


def document(kinds: list[str], rows: list[list[str]], updated: date) -> bytes:
    """The file with some rows below its head."""
    head = [
        ["International Transactions in Securities (Weekly)"],
        [*[""] * 19, f"Final Update  {updated:%B}  {updated.day} , {updated.year}"],
        [],
        [*[""] * 19, "Unit: 100 million Yen"],
        ["", SIDES[0], *[""] * 10, SIDES[1]],
        ["期間\nPeriod", "   株式 ・投資ファンド持分"],
        ["", *GROUPS, *GROUPS],
        ["", *(("取得", "処分", "ネット") * 2)],
        kinds,
    ]
    foot = [[], ["（備考）", "四捨五入"], ["   (Note 2)", "Totals may not add due to rounding."]]
    text = io.StringIO()
    csv.writer(text).writerows(
        [*(_padded(one) for one in head), *rows, *(_padded(one) for one in foot)]
    )
    return text.getvalue().encode("cp932")


def period(end: date) -> str:
    """`2025．4．6～4．12`, with the year at its end where that is another one."""
    begin = end - timedelta(days=6)
    year = "" if begin.year == end.year else f"{end.year}．"
    return f"{begin.year}．{begin.month}．{begin.day}～ {year}{end.month}．{end.day}"


def _row(end: date) -> list[str]:
    """Amounts of one week, made from its day."""
    chance = Random(end.toordinal())
    cells: list[int] = []
    for scale in (30_000, 300_000):
        nets = []
        for group in range(3):
            acquired, disposed = (round(chance.gauss(scale, scale / 20)) for _ in range(2))
            nets.append(acquired - disposed)
            cells += [acquired, disposed, nets[-1]]
            cells += [sum(nets)] if group else []
    return [period(end), *(f"{cell:,} " for cell in cells)]


def _padded(row: list[str]) -> list[str]:
    return [*row, *[""] * (WIDTH - len(row))]
