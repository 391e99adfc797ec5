"""Japan's Ministry of Finance: monthly flows by type of investor at 08:50 in Tokyo on the sixth
office day after the month. The amounts are made up: for tests only."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from random import Random

import pandas as pd

from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.calendars import TOKYO, local_date
from monitor.sources.mof_investors import LABELS, MONTHS, MofInvestors

FIRST, LAST = date(2023, 1, 31), date(2025, 6, 30)
WIDTH = 54
KINDS = ("Acquisition", "Disposition", "Net")
# Type by type what stands above the first of its columns, and in which of two rows.
ABOVE = (
    "（a+b+c+ｄ)", " Public Sector", "", "", "Deposit-taking Corporations (b)", "", "",
    "Other Sectors （d)", "", "", "銀行等（信託勘定）", "信託銀行（信託勘定）",
)  # fmt: skip
BELOW = (
    "", "", "Central Bank (a)", "General Government (ｃ)", "", "Banks（Banking Accounts)",
    "Trust Banks(Banking Accounts）", "", "Other Financial Corporations",
    "Banks and Trust banks（Trust Accounts）", "Banks（Trust Accounts）",
    "Trust Banks（Trust Accounts）", "Financial Instruments Firms", "Life Insurance Companies",
    "Non-Life Insurance Companies", "Investment Trust Management Companies", "Others",
)  # fmt: skip
HEADER = ["", "", "", *(17 * KINDS)]
SUBJECT = (
    "Purchases and Sales of Foreign Securities by Residents by Types of Investors"
    "(Long-term debt securities)"
)


class Standin:
    """Names of investors in two rows above the first of three columns, months that are not out yet
    empty, and sums of years below."""

    def __init__(self, last: date = LAST) -> None:
        self._last = last

    def reply(self, asked: Asked) -> Reply:
        """The file as far as it is published."""
        if asked.path != MofInvestors.path:
            return NOT_FOUND
        ends = pd.date_range(FIRST, self._last, freq="ME")
        out = MofInvestors().assumed_known_at(ends)
        months = sum(moment <= asked.at for moment in out)
        made: datetime = out[months - 1].to_pydatetime()
        rows = [
            [f"{end:%Y-%m}", *(f"{one:,}" for one in cells(end.date()))] for end in ends[:months]
        ]
        return Reply(200, document(HEADER, rows, local_date(made, TOKYO)), "text/csv", made)


def document(kinds: list[str], rows: list[list[str]], updated: date) -> bytes:
    """The file with some months below its head, each row a month like `2025-03` and its cells."""
    head = [
        [SUBJECT, *[""] * 17, f"Final Update  {updated:%B} {updated.day}, {updated.year}"],
        ["（Unit: 100 mil Yen）"],
        ["", "", "", "各部門計", "", "", "公的部門"],
        ["", "", "", *(cell for name in ABOVE for cell in (name, "", ""))],
        ["", "", "", *(cell for name in BELOW for cell in (name, "", ""))],
        ["", "", "", *(17 * ("取得", "処分", "ネット"))],
        kinds,
    ]
    foot = [
        ["2005年(1月～12月）  2005CY", "", "", "1,203,064", "1,044,542"],
        ["2005年4月～2006年3月  2005FY", "", "", "1,183,802", "1,049,951"],
        [],
        ["（備考）", "①", "四捨五入のため、合計に合わないことがある。"],
        ["  (Note 1)", "Totals may not add due to rounding."],
    ]
    text = io.StringIO()
    whole = [*head, *labelled(rows), *foot]
    csv.writer(text).writerows([*row, *[""] * (WIDTH - len(row))] for row in whole)
    return text.getvalue().encode("cp932")


def labelled(rows: list[list[str]]) -> list[list[str]]:
    """Rows with a month like `2025-03` in the three cells that the publisher has for it, and the
    rest of the last year without numbers."""
    found: list[list[str]] = []
    year = number = 0
    for month, *numbers in rows:
        try:
            day = datetime.strptime(month, "%Y-%m")  # noqa: DTZ007
        except ValueError:
            found.append(["", "", month, *numbers])
            continue
        label = "" if day.year == year else f"{day.year}"
        year, number = day.year, day.month
        found.append([label, *_month(number), *numbers])
    unpublished = range(number + 1, 13) if number else ()
    blank = [""] * (WIDTH - LABELS)
    return [*found, *(["", *_month(later), *blank] for later in unpublished)]


def _month(number: int) -> tuple[str, str]:
    return f"{number}月", MONTHS[number - 1]


def cells(end: date) -> list[int]:
    """Amounts of one month, made from its day: of each type acquisition, disposition and net."""
    chance = Random(end.toordinal())
    government, banks, trust_banks, of_banks, of_trust_banks, *rest = (
        _of(chance, scale)
        for scale in (80, 40_000, 9_000, 30, 50_000, 200_000, 9_000, 40, 15_000, 600)
    )
    nothing, (firms, life, non_life, funds, others) = [0, 0, 0], rest
    trust_accounts = _sum(of_banks, of_trust_banks)
    financial = _sum(trust_accounts, firms, life, non_life, funds)
    deposit_takers, other_sectors = _sum(banks, trust_banks), _sum(financial, others)
    types = (
        _sum(government, deposit_takers, other_sectors), government, nothing, government,
        deposit_takers, banks, trust_banks, other_sectors, financial, trust_accounts, of_banks,
        of_trust_banks, firms, life, non_life, funds, others,
    )  # fmt: skip
    return [cell for one in types for cell in one]


def _of(chance: Random, scale: int) -> list[int]:
    acquired, disposed = (round(chance.uniform(0.95, 1.05) * scale) for _ in range(2))
    return [acquired, disposed, acquired - disposed]


def _sum(*parts: list[int]) -> list[int]:
    return [sum(kind) for kind in zip(*parts, strict=True)]
