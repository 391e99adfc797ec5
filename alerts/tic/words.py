"""The sentences about a month of TIC: the head that is read at a glance, and what it is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from alerts.message.source_notes import with_source_notes
from alerts.message.values import local_time
from alerts.tic.facts import TicDay
from rules.tic.month_report import FORM_S, AreaMonth, MonthReport
from rules.tic.order_of_selling import order_words
from rules.wording import (
    capitalized,
    listed,
    month,
    ordinal,
    plural,
    signed_pct,
    signed_usd_bn,
    usd_bn,
)

# What a head may hold: kicker, title, the lines below it and the footer.
MOST_CHARACTERS: Final = 600
# So many sellers and buyers are named in it, fewer where they do not fit.
NAMED: Final = 3
MISSING_TYPES: Final = "Equities, agencies and corporates (slt_table1)"
CAVEAT: Final = (
    "TIC places a security where its custodian or counterparty is: what Belgium, Luxembourg, the "
    "United Kingdom, the Cayman Islands, Ireland and Switzerland hold belongs to many countries, "
    "and China also holds through Belgium. One month of China down and Belgium up proves nothing "
    "(their monthly flows: correlation +0.07). Each area counts all its residents, official and "
    "private. Transactions, not the change in holdings, say who sold. The next releases revise the "
    "month: the total by $10.6bn on average."
)
OF_FORM_S: Final = (
    "Before February 2023 transactions are Form S: by the country of the counterparty, not of the "
    "holder, so they do not compare with later months; bills before 2020 are not known."
)


def kicker(day: TicDay, zone: ZoneInfo) -> str:
    """`TIC · April 2025 · Wed 18 Jun 2025 16:02 EDT`."""
    return f"TIC · {month(day.report.month)} · {local_time(day.known_at, zone)}"


def footer(day: TicDay, zone: ZoneInfo) -> str:
    """Its key and as of when, then what is to be said of where its numbers are from."""
    return with_source_notes(f"{day.key} as of {local_time(day.at, zone)}", day.sources)


def title(report: MonthReport) -> str:
    """Long-term first, then bills and both; what is known where that is not."""
    whole = report.all
    if whole.long is None:
        return f"{month(report.month)}: no transactions published, holdings {bn(whole.held)}"
    verb = "sold" if whole.long < 0 else "bought"
    by = f" ({FORM_S})" if report.basis == FORM_S else ""
    said = f"Foreigners {verb} net {usd_bn(abs(whole.long))} of long-term Treasuries{by}"
    if whole.bills is None or whole.total is None:
        return f"{said}; bills n.a."
    return f"{said}; bills {signed_usd_bn(whole.bills)}, together {signed_usd_bn(whole.total)}"


def brief(day: TicDay, zone: ZoneInfo) -> tuple[str, ...]:
    """Three lines: how large; who; through where, beside what, and what comes next. As many sellers
    and buyers are named as fit into a head."""
    others = (kicker(day, zone), f"*{title(day.report)}*", footer(day, zone))
    said = sum(len(line) + 1 for line in others)
    for named in range(NAMED, 0, -1):
        lines = tuple(_lines(day, named, zone))
        if said + sum(len(line) + 1 for line in lines) <= MOST_CHARACTERS:
            break
    return lines


def _lines(day: TicDay, named: int, zone: ZoneInfo) -> Iterator[str]:
    report = day.report
    yield from filter(None, (how_large(report), who(report, named)))
    beside = (centres(report), beside_what(day), coming(day, zone))
    yield " ".join(filter(None, beside))


def how_large(report: MonthReport) -> str:
    """The month, the quarter and the year in percent of holdings, and the month's place."""
    spans = [
        f"{name}{signed_pct(pct)}"
        for name, pct in zip(("", "3 months ", "12 months "), report.all.pct, strict=True)
        if pct is not None
    ]
    bills = "With bills " if report.all.total is not None else ""
    said = f"{bills}{', '.join(spans)} of holdings" if spans else ""
    return ". ".join(filter(None, (said, place(report.all, report.basis)))) + "."


def place(area: AreaMonth, basis: str) -> str:
    """`Long-term: largest net sale of 27 months since Feb 2023 (SLT)`; empty where it has none."""
    if area.place is None or area.long is None:
        return ""
    is_sale = area.long < 0
    rank = area.place.rank if is_sale else area.place.count + 1 - area.place.rank
    first = "largest" if rank == 1 else f"{ordinal(rank)}-largest"
    what = "sale" if is_sale else "purchase"
    months = f"{plural(area.place.count, 'month')} since {area.place.first:%b %Y}"
    return f"Long-term: {first} net {what} of {months} ({basis})"


def who(report: MonthReport, named: int) -> str:
    """The largest sellers and buyers by name, then officials and private holders."""
    parts = [
        f"{verb} {_named(areas[:named])}."
        for verb, areas in (("Sold:", report.sellers), ("Bought:", report.buyers))
        if areas
    ]
    if report.official.long is not None and report.private.long is not None:
        official, private = (
            signed_usd_bn(one.long or 0.0) for one in (report.official, report.private)
        )
        parts.append(f"Officials {official}, private {private}.")
    return " ".join(parts)


def centres(report: MonthReport) -> str:
    """China and Belgium together over the month and the year."""
    both = report.china_belgium
    if both.long is None:
        return ""
    spans = [
        f"{name} {signed_usd_bn(value)}"
        for name, value in (("3 months", both.long_3), ("12", both.long_12))
        if value is not None
    ]
    over = f" ({', '.join(spans)})" if spans else ""
    return f"China + Belgium {signed_usd_bn(both.long)}{over}."


def beside_what(day: TicDay) -> str:
    """What was sold beside Treasuries, in the order in which an outflow would begin."""
    net_bn = {one.name: one.all or 0.0 for one in day.report.kinds}
    if not net_bn:
        return f"{MISSING_TYPES}: not published yet." if day.missing else ""
    named = {
        name if name == "Treasuries" else name.lower(): value for name, value in net_bn.items()
    }
    others = [f"{k} {signed_usd_bn(v)}" for k, v in named.items() if k != "Treasuries"]
    shown = ", ".join(others)
    return f"{capitalized(shown)}: {order_words(named)}."


def coming(day: TicDay, zone: ZoneInfo) -> str:
    """When the next month comes out."""
    local = day.coming.at.astimezone(zone)
    estimated = " (estimated)" if day.coming.estimated else ""
    return f"Next: {day.coming.title}, {local:%a} {local.day} {local:%b %H:%M %Z}{estimated}."


def records(report: MonthReport) -> str:
    """The watched holders for whom it is the largest month of their own; empty where none."""
    by_size = sorted(report.records, key=lambda one: -abs(one[0].long or 0.0))
    found = [f"{one.name} {signed_usd_bn(one.long or 0.0)}" for one, _ in by_size]
    if not found:
        return ""
    place = report.records[0][0].place
    assert place is not None
    since = f"{place.first:%B %Y}"
    return f"The largest net sale or purchase of their own since {since}: {listed(found)}."


def as_of(day: TicDay, zone: ZoneInfo) -> str:
    """How far the data go, what is missing, and whose they are."""
    known = local_time(day.known_at, zone)
    said = f"Data through {month(day.report.month)}, available {known}"
    said += " (assumed from the release calendar)." if day.is_assumed else "."
    if day.together_with:
        said += f" In the same release: {listed([month(one) for one in day.together_with])}."
    if day.missing:
        at = local_time(day.at, zone)
        said += f" Not published by {at}: {listed(day.missing)}; the page adds it when it is."
    return f"{said} Source: {'; '.join(day.sources)}."


def bn(value: float | None) -> str:
    """`$9,001.0bn`, or n.a."""
    return "n.a." if value is None else usd_bn(value)


def _named(areas: Sequence[AreaMonth]) -> str:
    return ", ".join(f"{one.name} {signed_usd_bn(one.long or 0.0)}" for one in areas)
