"""The tables of a month of TIC, narrow enough for a phone: what is wider is detail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alerts.message.sections import Table
from alerts.tic.facts import TicDay
from rules.tic.month_report import AreaMonth, MonthReport, split_areas
from rules.wording import number, signed

# Names that a phone has room for beside three numbers.
SHORT: Final = {
    "All foreigners": "All",
    "Foreign officials": "Official",
    "Private foreigners": "Private",
    "Six centres together": "Six together",
    "United Arab Emirates": "UAE",
    "British Virgin Islands": "BVI",
    "International organizations": "Int. orgs",
    "British West Indies": "Br. West Indies",
    "Netherlands Antilles": "Neth. Antilles",
    "Trinidad and Tobago": "Trinidad",
}
SHORTEST: Final = {
    "United Kingdom": "UK",
    "Cayman Islands": "Cayman",
    "Luxembourg": "Lux",
    "Switzerland": "Swiss",
    "South Korea": "Korea",
    "Saudi Arabia": "Saudi",
}
SPANS: Final = ("month", "3 mo", "12 mo")
MONTHS_REVISED: Final = 6


def tic_tables(day: TicDay) -> list[Table]:
    """In the order in which they are read."""
    report = day.report
    found = [
        _spans("Sold most, long-term net, $bn", report.sellers),
        _spans("Bought most, long-term net, $bn", report.buyers),
        _holders(report),
        _spans(
            "Custodial centres and China, long-term net, $bn",
            (*report.centres, report.centres_together, report.china, report.china_belgium),
        ),
        _kinds(report),
        _split(report),
        _revisions(day),
        _watched(report),
    ]
    return [one for one in found if one.rows]


def amount(value: float | None, digits: int = 1) -> str:
    """`−57.7`, `+42.8`; n.a. where it is not known."""
    return "n.a." if value is None else signed(value, digits)


def _short(name: str) -> str:
    return SHORT.get(name, name)


def _spans(heading: str, areas: Sequence[AreaMonth]) -> Table:
    rows = [
        (_short(one.name), amount(one.long), amount(one.long_3), amount(one.long_12))
        for one in areas
        if one.long is not None
    ]
    return Table(heading, ("", *SPANS), "lrrr", tuple(rows))


def _holders(report: MonthReport) -> Table:
    rows = [
        (_short(one.name), amount(one.long), amount(one.bills), amount(one.total))
        for one in (report.all, report.official, report.private)
        if one.long is not None or one.bills is not None
    ]
    heading = "Official and private, net, $bn"
    return Table(heading, ("", "long-term", "bills", "total"), "lrrr", tuple(rows))


def _kinds(report: MonthReport) -> Table:
    rows = [
        (one.name, amount(one.all), amount(one.official), amount(one.private))
        for one in report.kinds
    ]
    heading = "By type, long-term net, $bn"
    return Table(heading, ("", "all", "officials", "private"), "lrrr", tuple(rows))


def _split(report: MonthReport) -> Table:
    """The change in holdings as transactions, valuation and the rest."""
    rows = [
        (SHORTEST.get(one.name, _short(one.name)), *map(amount, _parts(one)))
        for one in split_areas(report)
        if one.change is not None and one.valuation is not None
    ]
    heading = "Change in holdings = net + valuation + other, $bn"
    return Table(heading, ("", "change", "net", "val.", "other"), "lrrrr", tuple(rows))


def _parts(one: AreaMonth) -> tuple[float | None, ...]:
    return one.change, one.total, one.valuation, one.other


def _revisions(day: TicDay) -> Table:
    """First print against now, of the months of which it is stored."""
    rows = [
        (f"{one.month:%b %Y}", amount(one.first), amount(one.now), amount(one.change))
        for one in day.revisions
        if one.first is not None and one.month < day.report.month
    ]
    heading = "First print against now, all net with bills, $bn"
    return Table(heading, ("", "first", "now", "revised"), "lrrr", tuple(rows[:MONTHS_REVISED]))


def _watched(report: MonthReport) -> Table:
    rows = [
        (
            one.name,
            number(one.held or 0.0, 1),
            amount(one.long),
            amount(one.bills),
            amount(one.long_3),
            amount(one.long_12),
            "" if one.place is None else f"{one.place.rank} of {one.place.count}",
        )
        for one in report.watched
    ]
    heading = "Holders above $50bn, $bn (rank: 1 is the largest net sale of its own months)"
    columns = ("", "held", "long-term", "bills", "3 mo", "12 mo", "rank")
    return Table(heading, columns, "lrrrrrr", tuple(rows), detail=True)
