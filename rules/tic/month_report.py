"""A month of TIC as a desk reads it: who bought and sold Treasuries, through where, beside what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from rules.tic.areas import (
    BELGIUM,
    CENTRES,
    CHINA,
    COUNTRIES,
    GRAND_TOTAL,
    JAPAN,
    OFFICIAL,
    PRIVATE,
    REPLACED,
    area_name,
)
from rules.tic.month_table import MonthTable, added, month_end_of, month_number
from rules.tic.series_ids import LONG, VALUATION, kind_series, tic_series

# So many of the largest buyers and sellers are named.
NAMED: Final = 10
# Whoever holds more is watched as context, in USD bn.
WATCHED_FROM_BN: Final = 50.0
# A month is called an area's largest among so many of its own months at least.
RANKED_OF: Final = 24
SLT, FORM_S = "SLT", "Form S"
# The types of slt_table1 in the order in which an outflow would begin.
KINDS: Final = {
    "eqty": "Equities",
    "corp": "Corporates",
    "agcy": "Agencies",
    "treas": "Treasuries",
}


@dataclass(frozen=True)
class SaleRank:
    """Where a month's long-term net stands among an area's own months of slt_table3: 1 is the
    largest sale, `count` the largest purchase."""

    rank: int
    count: int
    first: date

    def record(self, long_bn: float) -> str:
        """`sale` of the largest, `purchase` likewise, else empty: the least of many sales is no
        purchase."""
        if self.rank == 1 and long_bn < 0:
            return "sale"
        return "purchase" if self.rank == self.count and long_bn > 0 else ""


@dataclass(frozen=True)
class AreaMonth:
    """One area's month, or that of several together, in USD bn; None = not known or n.a.

    `long` net long-term, `bills` the change of the bill position, `total` both; `long_3` and
    `long_12` over three and twelve months, `net_3` and `net_12` with bills where those are known.
    `held` at the month's end, `change` of it in the month, of which `total` are transactions,
    `valuation` that of long-term Treasuries and `other` the rest. `pct`: net with bills over one,
    three and twelve months in percent of the holdings at the window's start.
    """

    code: str
    name: str
    long: float | None = None
    bills: float | None = None
    total: float | None = None
    long_3: float | None = None
    long_12: float | None = None
    net_3: float | None = None
    net_12: float | None = None
    held: float | None = None
    change: float | None = None
    valuation: float | None = None
    other: float | None = None
    pct: tuple[float | None, float | None, float | None] = (None, None, None)
    place: SaleRank | None = None


ADDED: Final = (
    "long", "bills", "total", "long_3", "long_12", "net_3", "net_12", "held", "change",
    "valuation", "other",
)  # fmt: skip


@dataclass(frozen=True)
class KindMonth:
    """What foreigners bought and sold of one type of long-term security, USD bn: all of them in the
    month and over three and twelve, officials and private holders in the month."""

    name: str
    all: float | None
    all_3: float | None
    all_12: float | None
    official: float | None
    private: float | None


@dataclass(frozen=True)
class MonthReport:
    """A month of TIC. `basis` is SLT or Form S; `areas` every country with a long-term net, the
    largest sale first; `watched` the holders above $50bn, the largest first; `kinds` is empty where
    slt_table1 is not known."""

    month: date
    basis: str
    all: AreaMonth
    official: AreaMonth
    private: AreaMonth
    areas: tuple[AreaMonth, ...]
    centres: tuple[AreaMonth, ...]
    centres_together: AreaMonth
    china: AreaMonth
    belgium: AreaMonth
    china_belgium: AreaMonth
    watched: tuple[AreaMonth, ...]
    kinds: tuple[KindMonth, ...]

    @property
    def sellers(self) -> tuple[AreaMonth, ...]:
        """The ten that sold most long-term Treasuries."""
        return tuple(one for one in self.areas[:NAMED] if (one.long or 0.0) < 0)

    @property
    def buyers(self) -> tuple[AreaMonth, ...]:
        """The ten that bought most, the largest first."""
        return tuple(one for one in self.areas[: -NAMED - 1 : -1] if (one.long or 0.0) > 0)

    @property
    def records(self) -> tuple[tuple[AreaMonth, str], ...]:
        """The watched holders of which the month is the largest sale or purchase of their own."""
        ranked = [one for one in self.watched if one.place and one.place.count >= RANKED_OF]
        found = [(one, one.place.record(one.long or 0.0)) for one in ranked if one.place]
        return tuple((one, what) for one, what in found if what)


def month_report(table: MonthTable, month: date) -> MonthReport | None:
    """The report of a month; None where neither its transactions nor its holdings are known."""
    number = month_number(month)
    whole = _area(table, GRAND_TOTAL, number)
    if whole.long is None and whole.held is None:
        return None
    every = [_area(table, code, number) for code in _countries(table, number)]
    known = sorted((one for one in every if one.long is not None), key=lambda one: one.long or 0.0)
    large = [one for one in every if (one.held or 0.0) >= WATCHED_FROM_BN]
    centres = tuple(_area(table, code, number) for code in CENTRES)
    china, belgium = (_area(table, code, number) for code in (CHINA, BELGIUM))
    return MonthReport(
        month=month_end_of(number),
        basis=FORM_S if table.is_form_s(GRAND_TOTAL, number) else SLT,
        all=whole,
        official=_area(table, OFFICIAL, number),
        private=_area(table, PRIVATE, number),
        areas=tuple(known),
        centres=centres,
        centres_together=together("six", "Six centres together", centres),
        china=china,
        belgium=belgium,
        china_belgium=together("china_belgium", "China + Belgium", (china, belgium)),
        watched=tuple(sorted(large, key=lambda one: -(one.held or 0.0))),
        kinds=_kinds(table, number),
    )


def area_months(table: MonthTable, code: str, last: date, months: int) -> tuple[AreaMonth, ...]:
    """The months of one area to `last`, the newest first; those of which nothing is known are left
    out. The name of each is its month's."""
    numbers = [month_number(last) - back for back in range(months)]
    found = [
        replace(_area(table, code, number), name=f"{month_end_of(number):%b %Y}")
        for number in numbers
    ]
    return tuple(one for one in found if one.long is not None or one.held is not None)


def together(code: str, name: str, areas: Sequence[AreaMonth]) -> AreaMonth:
    """Several areas as one: each number is known where all of theirs are."""
    sums: dict[str, Any] = {part: added([getattr(one, part) for one in areas]) for part in ADDED}
    return replace(AreaMonth(code=code, name=name), **sums)


def split_areas(report: MonthReport) -> tuple[AreaMonth, ...]:
    """Those whose change in holdings is taken apart: all, Japan, China, and the other five largest
    holders."""
    largest = [one for one in report.watched if one.code not in (JAPAN, CHINA)][:5]
    named = [one for one in report.watched if one.code in (JAPAN, CHINA)]
    return (report.all, report.official, report.private, *named, *largest)


def _area(table: MonthTable, code: str, month: int) -> AreaMonth:
    held, before = table.held(code, month), table.held(code, month - 1)
    change = None if held is None or before is None else held - before
    total, valuation = table.total(code, month), table.value(tic_series(code, VALUATION), month)
    parts = None if total is None or valuation is None else total + valuation
    year = range(month, month - 12, -1)
    by_month = ([measure(code, one) for one in year] for measure in (table.long, table.net))
    longs, nets = ([added(of[:months]) for months in (1, 3, 12)] for of in by_month)
    return AreaMonth(
        code=code,
        name=area_name(code),
        long=longs[0],
        bills=table.bills(code, month),
        total=total,
        long_3=longs[1],
        long_12=longs[2],
        net_3=nets[1],
        net_12=nets[2],
        held=held,
        change=change,
        valuation=valuation,
        other=None if change is None or parts is None else change - parts,
        pct=(
            _pct(nets[0], before),
            _pct(nets[1], table.held(code, month - 3)),
            _pct(nets[2], table.held(code, month - 12)),
        ),
        place=_place(table, code, month),
    )


def _pct(total: float | None, held: float | None) -> float | None:
    return None if total is None or not held else 100.0 * total / held


def _place(table: MonthTable, code: str, month: int) -> SaleRank | None:
    own = table.cells.get(tic_series(code, LONG), {})
    if month not in own:
        return None
    past = {number: value for number, value in own.items() if number <= month}
    rank = sum(value < own[month] for value in past.values()) + 1
    return SaleRank(rank, len(past), month_end_of(min(past)))


def _countries(table: MonthTable, month: int) -> list[str]:
    """Every country, but for rows of Form S that are the sum of others."""
    replaced = {
        whole
        for whole, parts in REPLACED.items()
        if any(table.long(part, month) is not None for part in parts)
    }
    return [code for code in COUNTRIES if code not in replaced]


def _kinds(table: MonthTable, month: int) -> tuple[KindMonth, ...]:
    def net(kind: str) -> Callable[[str, int], float | None]:
        return lambda code, at: table.value(kind_series(code, kind), at)

    def over(kind: str, code: str, months: int) -> float | None:
        return table.over(net(kind), code, month, months)

    found = tuple(
        KindMonth(
            name=name,
            all=over(kind, GRAND_TOTAL, 1),
            all_3=over(kind, GRAND_TOTAL, 3),
            all_12=over(kind, GRAND_TOTAL, 12),
            official=over(kind, OFFICIAL, 1),
            private=over(kind, PRIVATE, 1),
        )
        for kind, name in KINDS.items()
    )
    return found if all(one.all is not None for one in found) else ()
