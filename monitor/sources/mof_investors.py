"""Who in Japan buys foreign long-term debt, by type of investor and month, from its Ministry of
Finance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.formats.mof_csv import (
    ACQUIRED,
    DISPOSED,
    KINDS,
    NET,
    PER_BN,
    PREFIX,
    ROUNDING,
    Cells,
    MofFile,
    amounts,
    check_columns,
    check_ended,
    check_gross,
    check_sum,
    check_unit,
    kinds_at,
    rows_of_numbers,
    sheet,
    spread,
    updated_on,
)
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import JAPAN_OFFICES, MONTH_ENDS, TOKYO, month_end
from monitor.ingest.http import Body
from rules.model import Series, type_float

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Year, month in Japanese and month in English stand before the numbers.
LABELS: Final = 3
# `2005年(1月~12月) 2005CY`, `2005年4月~2006年3月 2005FY`.
SUM_OF_A_YEAR: Final = re.compile(r"\d{4}.*\d{4}[CF]Y", re.ASCII)
ONE_DAY: Final = timedelta(days=1)
OUT_AT: Final = time(8, 50)
# Assumed: the file of July 2026 names 10 August, the sixth day of that month on which offices open.
OFFICE_DAYS_LATER: Final = 6

# Shares and short-term debt have files of the same form.
SUBJECT: Final = ("foreign securities by residents", "(long-term debt securities)")
# What the publisher calls each type of investor.
(
    ALL, PUBLIC, CENTRAL_BANK, GOVERNMENT, DEPOSIT_TAKERS, BANKS, TRUST_BANKS, OTHER_SECTORS,
    FINANCIAL, TRUST_ACCOUNTS, OF_BANKS, OF_TRUST_BANKS, SECURITIES_FIRMS, LIFE, NON_LIFE, FUNDS,
    OTHERS,
) = INVESTORS = (
    "(a+b+c+d)", "public sector", "central bank", "general government",
    "deposit-taking corporations", "banks (banking accounts)", "trust banks (banking accounts)",
    "other sectors", "other financial corporations", "banks and trust banks (trust accounts)",
    "banks (trust accounts)", "trust banks (trust accounts)", "financial instruments firms",
    "life insurance companies", "non-life insurance companies",
    "investment trust management companies", "others",
)  # fmt: skip
COLUMNS: Final = tuple((investor, kind) for investor in INVESTORS for kind in KINDS)
# What each is made of, and by how much that has missed it in 259 months, in units.
PARTS: Final[Mapping[str, tuple[tuple[str, ...], float]]] = {
    ALL: ((PUBLIC, DEPOSIT_TAKERS, OTHER_SECTORS), ROUNDING),
    PUBLIC: ((CENTRAL_BANK, GOVERNMENT), ROUNDING),
    DEPOSIT_TAKERS: ((BANKS, TRUST_BANKS), ROUNDING),
    OTHER_SECTORS: ((FINANCIAL, OTHERS), 2.0),
    FINANCIAL: ((TRUST_ACCOUNTS, SECURITIES_FIRMS, LIFE, NON_LIFE, FUNDS), 2.0),
    TRUST_ACCOUNTS: ((OF_BANKS, OF_TRUST_BANKS), ROUNDING),
}
# By how much net has missed acquisition less disposition: more than 1 in 17 months to 2013-10.
NET_WITHIN: Final = {FINANCIAL: 4.0}
# Separate only since then.
FIRST_APART: Final = date(2014, 1, 31)
APART: Final = (CENTRAL_BANK, GOVERNMENT, OF_BANKS, OF_TRUST_BANKS)
# Of each series the column, what it is, and the largest number and change of 259 months from
# 2005-01 to 2026-07, rounded up, JPY bn. All but the first add up to the first.
FLOWS: Final[Mapping[str, tuple[str, str, float, float]]] = {
    "all_investors": (ALL, "all investors", 7_400.0, 8_900.0),
    "public_sector": (PUBLIC, "public sector", 230.0, 250.0),
    "banks": (DEPOSIT_TAKERS, "banks' own accounts", 5_700.0, 8_200.0),
    "trust_accounts": (TRUST_ACCOUNTS, "trust accounts", 3_200.0, 2_500.0),
    "securities_firms": (SECURITIES_FIRMS, "securities firms", 1_600.0, 1_700.0),
    "life_insurers": (LIFE, "life insurers", 2_300.0, 1_400.0),
    "nonlife_insurers": (NON_LIFE, "non-life insurers", 150.0, 270.0),
    "investment_trusts": (FUNDS, "investment trusts", 830.0, 850.0),
    "others": (OTHERS, "other investors", 990.0, 370.0),
}
# So many times the largest: a wrong unit is ten times or more.
BEYOND: Final = 3.0
MONTHLY_PREFIX: Final = f"{PREFIX}long_debt_net."


@dataclass(frozen=True, kw_only=True)
class MofInvestors(MofFile):
    """Acquisition, disposition and net of 17 types of investors and their sums: a row a month,
    oldest first, units of 100 million yen, `-` missing; the months of the year that are not out yet
    are empty, and sums of years stand below. Investors above a size report: all foreign long-term
    debt, not only Treasuries. Until September 2007 securities firms and investment trusts are
    categories of another law."""

    path: ClassVar[str] = (
        "/policy/international_policy/reference/itn_transactions_in_securities/monthb3.csv"
    )
    source_type: ClassVar[str] = "mof_investors"
    calendar: ClassVar[str] = MONTH_ENDS
    refuse_after_days: ClassVar[int] = 80
    first_day: ClassVar[date] = date(2005, 1, 31)

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `mof.long_debt_net.*`, JPY bn, plus for net purchases; index the month's end."""
        rows = sheet(body)
        last = kinds_at(rows, body.url)
        head = rows[: last + 1]
        _check_subject(head, body.url)
        check_unit(head, body.url)
        places = _places(head, body.url)
        found = rows_of_numbers(rows[last + 1 :], len(rows[last]), body.url, "month", _month)
        months = _published(_months_alone(found, body.url), body.url)
        ends = _ends(months, body.url)
        check_ended(ends[-1], updated_on(head, body.url), "month", body.url)
        names = [f"{end:%Y-%m}" for end in ends]
        of = {
            column: amounts([row[place] for row in months], " ".join(column), body.url)
            for column, place in places.items()
        }
        _check_known(of, ends, body.url)
        _check_sums(of, names, body.url)
        return pd.DataFrame(
            {
                f"{MONTHLY_PREFIX}{name}": np.round(of[investor, NET] / PER_BN, 1)
                for name, (investor, *_) in FLOWS.items()
            },
            index=pd.DatetimeIndex(ends),
        )

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(f"{MONTHLY_PREFIX}{name}" for name in FLOWS)

    def describe(self, series_id: str) -> Series:
        """Any of the nine."""
        _, who, largest, step = FLOWS[series_id.removeprefix(MONTHLY_PREFIX)]
        return Series(
            series_id=series_id,
            title=f"Japan, {who}: net purchases of foreign long-term debt",
            unit="jpy_bn",
            frequency="month",
            source="Investors: Japan's Ministry of Finance, International Transactions in "
            "Securities",
            plausible=(-BEYOND * largest, BEYOND * largest),
            max_step=BEYOND * step,
        )

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """08:50 Tokyo on the sixth day of the next month on which Japan's government offices are
        open."""
        return known_by(periods, OUT_AT, OFFICE_DAYS_LATER, TOKYO, JAPAN_OFFICES)

    def next_period(self, newest: date) -> date:
        """The last day of the next month."""
        return month_end(newest + ONE_DAY)


def _check_subject(head: Cells, url: str) -> None:
    """Refuse a file of other securities."""
    titles = [" ".join(cell.lower().split()) for row in head for cell in row]
    if not any(all(part in title for part in SUBJECT) for title in titles):
        got = next((one for one in titles if "securities" in one), "no such title")
        raise BodyRejected(url, expected=" ".join(SUBJECT), got=got)


def _places(head: Cells, url: str) -> dict[tuple[str, str], int]:
    """Where each column is: the name of an investor stands above the first of its columns, in one
    of several rows beside Japanese ones. Raises BodyRejected unless each of COLUMNS is there
    once."""
    kinds = [cell.lower() for cell in head[-1]]
    names = [""] * len(kinds)
    for row in head[:-1]:
        for place, cell in enumerate(row[: len(kinds)]):
            if (name := _plain(cell)) in INVESTORS:
                names[place] = name
    above = spread(names, len(kinds))
    found = [((above[place], kind), place) for place, kind in enumerate(kinds) if kind]
    check_columns([column for column, _ in found], COLUMNS, url)
    return dict(found)


def _plain(name: str) -> str:
    """A name in small letters, without its own letter and with one blank before a bracket."""
    spaced = re.sub(r" ?\(", " (", " ".join(name.lower().split())).strip()
    return re.sub(r" \([abcd]\)$", "", spaced)


def _month(row: list[str]) -> str:
    """The month of a row of numbers, as it is named in English."""
    return row[2] if len(row) >= LABELS and row[2] in MONTHS else ""


def _months_alone(rows: Cells, url: str) -> Cells:
    """The rows above the first sum of a year. Raises BodyRejected where other rows are below."""
    end = next((n for n, row in enumerate(rows) if SUM_OF_A_YEAR.fullmatch(row[0])), len(rows))
    other = next((row for row in rows[end:] if not SUM_OF_A_YEAR.fullmatch(row[0])), None)
    if other is not None:
        got = repr(" ".join(other[:LABELS])[:40])
        raise BodyRejected(url, expected="sums of years below the months", got=got)
    return rows[:end]


def _published(rows: Cells, url: str) -> Cells:
    """The rows that have numbers: all but the last months of the year, which are empty. Raises
    BodyRejected for a gap, and for a row that is empty in part."""
    months = [row for row in rows if any(row[LABELS:])]
    if not months or months != rows[: len(months)]:
        expected = "numbers in every month but the last ones"
        raise BodyRejected(url, expected=expected, got=f"{len(months)} of {len(rows)} with any")
    partly = next((row for row in months if not all(row[LABELS:])), None)
    if partly is not None:
        got = f"empty cells in {' '.join(partly[:LABELS]).strip()!r}"
        raise BodyRejected(url, expected="a number or - in every cell of a month", got=got)
    return months


def _ends(rows: Cells, url: str) -> list[date]:
    """The last days of months that follow each other; January names its year. Raises
    BodyRejected."""
    ends: list[date] = []
    year = ""
    for row in rows:
        year = row[0] or year
        end = _end(year, row, url)
        if ends and end != month_end(ends[-1] + ONE_DAY):
            expected = f"the month after {ends[-1]:%Y-%m}"
            raise BodyRejected(url, expected=expected, got=f"{end:%Y-%m}")
        ends.append(end)
    return ends


def _end(year: str, row: list[str], url: str) -> date:
    try:
        number = MONTHS.index(row[2]) + 1
        if row[1] != f"{number}月":
            raise ValueError(row[1])
        return month_end(date(int(year), number, 1))
    except ValueError:
        expected = "a month like 2026, 7月, Jul"
        raise BodyRejected(url, expected=expected, got=repr(" ".join(row[:3])[:40])) from None


def _check_known(of: Mapping[tuple[str, str], type_float], ends: list[date], url: str) -> None:
    """Refuse a missing number, but of what is separate only since 2014."""
    apart = np.array([end >= FIRST_APART for end in ends])
    for (investor, kind), values in of.items():
        missing = np.flatnonzero(np.isnan(values) & (apart | (investor not in APART)))
        if len(missing):
            expected = f"{kind} of {investor} in every month"
            got = f"none in {ends[int(missing[-1])]:%Y-%m}"
            raise BodyRejected(url, expected=expected, got=got)


def _check_sums(of: Mapping[tuple[str, str], type_float], months: list[str], url: str) -> None:
    """Refuse months in which net is not acquisition less disposition, or parts miss their total."""
    for investor in INVESTORS:
        acquired, disposed = of[investor, ACQUIRED], of[investor, DISPOSED]
        check_gross(acquired, f"acquisition by {investor}", months, url)
        check_gross(disposed, f"disposition by {investor}", months, url)
        what = f"net of {investor} to be acquisition less disposition"
        within = NET_WITHIN.get(investor, ROUNDING)
        check_sum(of[investor, NET], acquired - disposed, what, months, url, within)
    for whole, (parts, within) in PARTS.items():
        for kind in KINDS:
            total = np.sum([of[part, kind] for part in parts], axis=0)
            what = f"{kind} of {whole} to be that of {', '.join(parts)}"
            check_sum(of[whole, kind], total, what, months, url, within)
