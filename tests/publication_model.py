"""When the publishers really publish, 2015 to 2027: holidays, half days, special closures and
release days by their rules, written down apart from the program's own calendars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from tests.japan_holidays import is_japan_office_day

NEW_YORK: Final = ZoneInfo("America/New_York")
FRANKFURT: Final = ZoneInfo("Europe/Berlin")
TOKYO: Final = ZoneInfo("Asia/Tokyo")
DAY: Final = timedelta(days=1)
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)

# Closed without a holiday: stocks and bonds for President Bush, stocks for President Carter, and
# the government's offices by order.
STOCKS_CLOSED: Final = {date(2018, 12, 5), date(2025, 1, 9)}
BONDS_CLOSED: Final = {date(2018, 12, 5)}
OFFICES_CLOSED: Final = {
    *(date(year, 12, 24) for year in (2018, 2019, 2020, 2024, 2025)),
    date(2018, 12, 5),
    date(2025, 1, 9),
    date(2025, 12, 26),
}
# Good Fridays with a jobs report, on which bonds trade until noon.
BONDS_ON_GOOD_FRIDAY: Final = (2015, 2021, 2023, 2026)

# Release days by data month, as the Treasury announced them and as they came.
TIC: Final = """
2024-11 2025-01-17, 2024-12 2025-02-18, 2025-01 2025-03-19, 2025-02 2025-04-16, 2025-03 2025-05-16,
2025-04 2025-06-18, 2025-05 2025-07-17, 2025-06 2025-08-15, 2025-07 2025-09-18, 2025-09 2025-11-18,
2025-10 2025-12-18, 2025-11 2026-01-15, 2025-12 2026-02-18, 2026-01 2026-03-18, 2026-02 2026-04-15,
2026-03 2026-05-18, 2026-04 2026-06-18, 2026-05 2026-07-14, 2026-06 2026-08-17, 2026-07 2026-09-16,
2026-08 2026-10-16, 2026-09 2026-11-18, 2026-10 2026-12-15, 2026-11 2027-01-19, 2026-12 2027-02-18,
2027-01 2027-03-18"""


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """A weekday of a month, counted from its beginning, or from its end where negative."""
    if number > 0:
        first = date(year, month, 1)
        return first + DAY * ((weekday - first.weekday()) % 7 + 7 * (number - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - DAY
    return last - DAY * ((last.weekday() - weekday) % 7)


def easter(year: int) -> date:
    """Easter Sunday, by Gauss and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def moved(day: date, *, saturday: bool) -> date:
    """A fixed holiday as it is observed: Sunday's on Monday, Saturday's on Friday or not at all."""
    if day.weekday() == SUN:
        return day + DAY
    return day - DAY if saturday and day.weekday() == SAT else day


@cache
def shared(year: int) -> frozenset[date]:
    """Holidays that stocks, bonds and the government have in common, Mondays and a Thursday."""
    return frozenset(
        {
            nth(year, 1, MON, 3),
            nth(year, 2, MON, 3),
            nth(year, 5, MON, -1),
            nth(year, 9, MON, 1),
            nth(year, 11, THU, 4),
        }
    )


@cache
def federal(year: int, *, saturday: bool = True) -> frozenset[date]:
    """The holidays of the US government, or of the Federal Reserve Banks, which work on a Friday
    before a holiday that is a Saturday."""
    fixed = [(1, 1), (7, 4), (11, 11), (12, 25)] + ([(6, 19)] if year >= 2021 else [])
    days = {moved(date(year, *day), saturday=saturday) for day in fixed}
    days |= {moved(date(year + 1, 1, 1), saturday=saturday)}
    return shared(year) | days | {nth(year, 10, MON, 2)}


@cache
def stock_holidays(year: int) -> frozenset[date]:
    """Those of the New York Stock Exchange."""
    fixed = [(7, 4), (12, 25)] + ([(6, 19)] if year >= 2022 else [])
    days = {moved(date(year, *day), saturday=True) for day in fixed}
    days |= {moved(date(year, 1, 1), saturday=False), easter(year) - 2 * DAY}
    return shared(year) | days | STOCKS_CLOSED


@cache
def bond_holidays(year: int) -> frozenset[date]:
    """Those that SIFMA recommends."""
    days = set(stock_holidays(year)) - STOCKS_CLOSED
    days |= {nth(year, 10, MON, 2), moved(date(year, 11, 11), saturday=False)} | BONDS_CLOSED
    return frozenset(days - ({easter(year) - 2 * DAY} if year in BONDS_ON_GOOD_FRIDAY else set()))


def is_stock_day(day: date) -> bool:
    return day.weekday() < SAT and day not in stock_holidays(day.year)


def is_bond_day(day: date) -> bool:
    return day.weekday() < SAT and day not in bond_holidays(day.year)


def is_fed_day(day: date) -> bool:
    return day.weekday() < SAT and day not in federal(day.year, saturday=False)


def is_office_day(day: date) -> bool:
    return day.weekday() < SAT and day not in federal(day.year) and day not in OFFICES_CLOSED


def is_target_day(day: date) -> bool:
    sunday = easter(day.year)
    fixed = {date(day.year, *one) for one in ((1, 1), (5, 1), (12, 25), (12, 26))}
    return day.weekday() < SAT and day not in fixed | {sunday - 2 * DAY, sunday + DAY}


@cache
def canadian_bank_holidays(year: int) -> frozenset[date]:
    """Those of the Bank of Canada; one of a weekend on the next working day."""
    victoria = date(year, 5, 24)
    days = {
        nth(year, 2, MON, 3),
        easter(year) - 2 * DAY,
        victoria - DAY * victoria.weekday(),
        nth(year, 8, MON, 1),
        nth(year, 9, MON, 1),
        nth(year, 10, MON, 2),
    }
    fixed = [(1, 1), (7, 1), (11, 11), (12, 25), (12, 26)] + ([(9, 30)] if year >= 2021 else [])
    for day in sorted(date(year, *one) for one in fixed):
        while day.weekday() >= SAT or day in days:
            day += DAY
        days.add(day)
    return frozenset(days)


def is_canadian_bank_day(day: date) -> bool:
    return day.weekday() < SAT and day not in canadian_bank_holidays(day.year)


def is_half_day(day: date) -> bool:
    """Whether stocks close at 13:00."""
    eve = (day.month, day.day) in ((7, 3), (12, 24)) and is_stock_day(day)
    after_thanksgiving = day == nth(day.year, 11, THU, 4) + DAY
    return after_thanksgiving or eve


def later(day: date, number: int, is_open: Callable[[date], bool] = is_office_day) -> date:
    """So many business days later, of the government's offices where nothing else is said."""
    while number:
        day += DAY
        number -= is_open(day)
    return day


def opened(day: date) -> date:
    """The day itself, or the next on which the offices are open."""
    while not is_office_day(day):
        day += DAY
    return day


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


@dataclass(frozen=True)
class Publication:
    """A period, when it comes, and when it comes at the latest by the publisher's own words."""

    period: date
    comes_at: datetime
    latest: datetime


def publications(source: str, first: date, last: date) -> list[Publication]:
    """What a source's publisher publishes for the periods of a span, oldest first; of several
    periods that come at once the last."""
    found: dict[datetime, Publication] = {}
    for one in _of(source, first, last):
        found[one.comes_at] = one
    return sorted(found.values(), key=lambda one: one.comes_at)


def _of(source: str, first: date, last: date) -> Iterator[Publication]:
    if source in ("treasury_tic", "tic_assets", "tic_holdings"):
        yield from _tic(source, first, last)
        return
    chance = Random(source)
    for number in range((last - first).days + 1):
        day = first + number * DAY
        for comes_at, latest in _daily(source, day, chance):
            yield Publication(day, comes_at, latest)


def _daily(source: str, day: date, chance: Random) -> Iterator[tuple[datetime, datetime]]:
    if source in ("cboe", "cboe_vix") and is_stock_day(day):
        yield (at(day, 18, 25),) * 2
    if source in ("yahoo", "yahoo_spx", "yahoo_tnx") and is_stock_day(day):
        yield (at(day, 17, 29),) * 2
    if source in ("treasury_curve", "treasury_real_curve") and is_bond_day(day):
        yield (at(day, 18, 10),) * 2
    if source == "ecb" and is_target_day(day):
        yield (at(day, 16, 0, FRANKFURT),) * 2
    if source == "boc" and is_canadian_bank_day(day):
        yield (at(day, 16, 30),) * 2
    if source == "h15" and is_bond_day(day):
        yield (at(later(day, 1), 16, 15),) * 2
    if source == "h10" and is_fed_day(day):
        monday = day + DAY * (7 - day.weekday())
        yield (at(opened(monday), 16, 15),) * 2
    if source == "kim_wright" and is_bond_day(day):
        friday = day + DAY * (FRI - day.weekday())
        tuesday, two_days = opened(friday + 4 * DAY), later(friday, 2)
        yield (
            at((tuesday, two_days)[friday.toordinal() % 2], 15),
            at(max(tuesday, two_days), 15),
        )
    if source == "nyfed_acm" and is_bond_day(day):
        # The Reserve Banks work on the days on which an order closes the government's offices.
        lag = chance.choice((2, 2, 3))
        yield at(later(day, lag, is_fed_day), 9), at(later(day, 3, is_fed_day), 9)
    if source == "mof_flows" and day.weekday() == SAT:
        yield (at(later(day, 4, is_japan_office_day), 8, 50, TOKYO),) * 2
    if source == "mof_investors" and (day + DAY).day == 1:
        yield (at(later(day, 6, is_japan_office_day), 8, 50, TOKYO),) * 2
    if source == "h41" and day.weekday() == WED:
        yield (at(opened(day + DAY), 16, 30),) * 2
    if source == "cftc_tff" and day.weekday() == TUE:
        # A week with a holiday from Tuesday on moves Friday's report to Monday.
        yield (at(later(day, 3), 15, 30),) * 2
    if source == "fiscaldata_auctions" and day.weekday() < FRI and is_fed_day(day):
        # Of what is auctioned only the 13 and 26-week bills have a day of their own: Monday.
        monday = day + DAY * (-day.weekday() % 7)
        while not is_fed_day(monday):
            monday += DAY
        is_first = not any(is_fed_day(day - n * DAY) for n in range(1, day.weekday() + 1))
        if is_first or chance.random() < 0.5:
            yield at(day, 11, 35), at(day if is_first else monday, 13, 5)
    if source == "fiscaldata_debt" and is_fed_day(day):
        yield (at(later(day, 1), 15),) * 2


def _tic(source: str, first: date, last: date) -> Iterator[Publication]:
    """Month by month; where the day is not listed, the 11th business day and up to three more."""
    words = TIC.replace(",", " ").split()
    listed = dict(zip(words[::2], words[1::2], strict=True))
    month = date(first.year, first.month, 1)
    chance = Random(source)
    while month <= last:
        after = (month + 32 * DAY).replace(day=1)
        out = (after + 32 * DAY).replace(day=1)
        days = [later(out - DAY, number) for number in range(11, 15)]
        day, latest = chance.choice(days), days[-1]
        if f"{month:%Y-%m}" in listed:
            day = latest = date.fromisoformat(listed[f"{month:%Y-%m}"])
        cancelled = f"{month:%Y-%m}" == "2025-08"  # its release was; it came with the next
        minute = chance.randrange(15)
        if source == "tic_holdings":
            if month.month == 12:  # with this release or with the next
                next_release = at(latest, 16, minute) + 35 * DAY
                yield Publication(after - DAY, next_release - 7 * DAY, next_release)
        elif not cancelled:
            yield Publication(after - DAY, at(day, 16, minute), at(latest, 16, 15))
        month = after
