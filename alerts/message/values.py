"""Numbers with their units, and instants, as a person reads them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rules.wording import MINUS, day, number

# What follows a number of each unit, and its digits after the point.
UNITS = {
    "pct": ("%", 2),
    "bp": ("bp", 1),
    "sd": ("σ", 2),
    "usd_bn": ("bn", 1),
    "usd_mn": ("mn", 0),
    "jpy_bn": ("bn", 1),
    "index": ("", 2),
    "count": ("", 0),
    "contracts": (" contracts", 0),
    "correlation": ("", 2),
    "ratio": ("", 2),
    "pp": ("pp", 1),
    "hours": ("h", 0),
}
# What stands before it.
CURRENCIES = {"usd_bn": "$", "usd_mn": "$", "jpy_bn": "¥"}


def show(value: float | None, unit: str) -> str:
    """A value with its unit as a person reads it; a missing one says so."""
    if value is None:
        return "not published"
    digits = UNITS.get(unit, (unit, 2))[1]
    if unit == "count" and value != int(value):
        digits = 1
    return with_unit(number(value, digits), unit)


def with_unit(text: str, unit: str) -> str:
    """A number as written, closed up with its unit: `−3.50%`, `+6.0bp`, `0.97σ`, `−$23.7bn`."""
    word = UNITS.get(unit, (f" {unit}", 2))[0]
    if unit not in CURRENCIES:
        return f"{text}{word}".rstrip()
    sign, amount = (text[0], text[1:]) if text[:1] in (MINUS, "+") else ("", text)
    return f"{sign}{CURRENCIES[unit]}{amount}{word}"


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """`Thu 10 Apr 2025 18:30 EDT` in the desk's zone."""
    local = moment.astimezone(zone)
    return f"{day(local.date())} {local:%H:%M %Z}"
