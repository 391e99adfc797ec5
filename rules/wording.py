"""How numbers and days are written for a person: one typography for every rule and channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

MINUS: Final = "\N{MINUS SIGN}"
MOST_DIGITS: Final = 6
WEEK_TO: Final = "week to "
SPARKS: Final = "▁▂▃▄▅▆▇█"


def number(value: float, digits: int = 0) -> str:
    """`-1234.5` as `−1,234.5`, with a real minus sign and never a negative zero."""
    text = f"{value:,.{digits}f}"
    if text.startswith("-"):
        return text[1:] if float(text.replace(",", "")) == 0 else MINUS + text[1:]
    return text


def signed(value: float, digits: int = 0) -> str:
    """`number` with a plus sign where it is above zero."""
    text = number(value, digits)
    return text if text.startswith(MINUS) or float(text.replace(",", "")) == 0 else f"+{text}"


def usd_bn(value: float, digits: int = 1) -> str:
    """`$58.5bn`, `−$58.5bn`."""
    text = number(value, digits)
    return f"{MINUS}${text[1:]}bn" if text.startswith(MINUS) else f"${text}bn"


def signed_usd_bn(value: float, digits: int = 1) -> str:
    """`usd_bn` with a plus sign where it is above zero."""
    text = signed(value, digits)
    return f"+${text[1:]}bn" if text.startswith("+") else usd_bn(value, digits)


def jpy_bn(value: float, digits: int = 0) -> str:
    """`¥2,431bn`, `−¥2,431bn`."""
    text = number(value, digits)
    return f"{MINUS}¥{text[1:]}bn" if text.startswith(MINUS) else f"¥{text}bn"


def signed_jpy_bn(value: float, digits: int = 0) -> str:
    """`jpy_bn` with a plus sign where it is above zero."""
    text = signed(value, digits)
    return f"+¥{text[1:]}bn" if text.startswith("+") else jpy_bn(value, digits)


def signed_pct(value: float, digits: int = 1) -> str:
    """`+1.6%`, `−0.8%`."""
    return f"{signed(value, digits)}%"


def signed_bp(value: float, digits: int = 0) -> str:
    """`+6bp`, `−0.5bp`."""
    return f"{signed(value, digits)}bp"


def changed_usd_bn(value: float, digits: int = 1) -> str:
    """`fell $32.1bn`, `rose $4.0bn`."""
    return f"{'fell' if value < 0 else 'rose'} {usd_bn(abs(value), digits)}"


def listed(names: Sequence[str]) -> str:
    """`price action, custody and share`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def capitalized(text: str) -> str:
    """The first letter as a capital."""
    return f"{text[:1].upper()}{text[1:]}"


def moves_line(*moves: str) -> str:
    """`S&P −3.5% · 10y +6bp · DXY −2.0%`."""
    return " · ".join(move for move in moves if move)


def visible(value: float, digits: int) -> str:
    """`signed` with as many more digits as it takes to show that it is not zero."""
    while value and digits < MOST_DIGITS and float(f"{value:.{digits}f}") == 0:
        digits += 1
    return signed(value, digits)


def day(period: date) -> str:
    """`Thu 10 Apr 2025`."""
    return f"{period:%a} {period.day} {period:%b %Y}"


def period_name(noun: str, period: date) -> str:
    """`June 2018` where a period is a month, `week to Fri 18 Sep 2020` where it is a week; else
    empty, as the day itself says it."""
    if noun == "month":
        return month(period)
    return f"{WEEK_TO}{day(period)}" if noun == "week" else ""


def with_article(named: str) -> str:
    """`the week to Fri 18 Sep 2020`; the name of another period as it is."""
    return f"the {named}" if named.startswith(WEEK_TO) else named


def ends(named: str) -> str:
    """The day with which a named week ends; the name of another period as it is."""
    return named.removeprefix(WEEK_TO)


def last_in(noun: str, period: date) -> str:
    """`last on Thu 10 Apr 2025`, `last in June 2018`, `last in the week to Fri 18 Sep 2020`."""
    named = period_name(noun, period)
    return f"last in {with_article(named)}" if named else f"last on {day(period)}"


def weekday(period: date) -> str:
    """`Thu 10 Apr`: a day whose year is plain."""
    return f"{period:%a} {period.day} {period:%b}"


def month(period: date) -> str:
    """`April 2025`."""
    return f"{period:%B %Y}"


NOT_PUBLISHED: Final = "are not published yet."


def not_published(period: date) -> str:
    """That a month's TIC transactions are not published: what a page looks for when they are."""
    return f"Transactions for {month(period)} {NOT_PUBLISHED}"


def ordinal(count: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`, `1,026th`."""
    ending = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10)
    return f"{count:,}{ending or 'th'}"


def largest(place: int) -> str:
    """`Largest`, `2nd-largest`, `3rd-largest`: a place counted from the top."""
    return "Largest" if place == 1 else f"{ordinal(place)}-largest"


def plural(count: int, word: str) -> str:
    """`1 session`, `2 sessions`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def sparkline(values: Sequence[float]) -> str:
    """A line chart of one character a value, from the lowest to the highest; flat is the middle."""
    if not values:
        return ""
    low, high = min(values), max(values)
    if low == high:
        return SPARKS[len(SPARKS) // 2] * len(values)
    steps = len(SPARKS) - 1
    return "".join(SPARKS[round((value - low) / (high - low) * steps)] for value in values)
