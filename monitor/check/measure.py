"""The number an open alert was last judged by, as a desk writes it."""

from __future__ import annotations

from typing import Final

from monitor.check.queries import OpenAlert

CURRENCIES: Final = {"usd_bn": "$", "jpy_bn": "¥"}
UNITS: Final = {"pct": "%", "sd": "σ", "count": "", "hours": " h", "correlation": "", "ratio": ""}


def measure_text(alert: OpenAlert) -> str:
    """The measure with its name and unit; its name in small letters unless it is a proper one."""
    label = alert.measure_label.partition(" (")[0]
    first, _, rest = label.partition(" ")
    if rest[:1].islower() and not first.endswith(","):
        label = f"{first.lower()} {rest}"
    return f"{label} {_amount(alert.measure or 0.0, alert.measure_unit)}".strip()


def _amount(value: float, unit: str) -> str:
    """`1.26σ`, `-$23.7bn`, `3.50%`: a number closed up with its unit."""
    if unit in CURRENCIES:
        return f"{'-' if value < 0 else ''}{CURRENCIES[unit]}{abs(value):,.1f}bn"
    return f"{value:.2f}{UNITS.get(unit, unit)}"
