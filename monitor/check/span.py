"""A length of time in words."""

from __future__ import annotations

from datetime import timedelta


def span(age: timedelta) -> str:
    """A length of time as a person says it."""
    minutes = age.total_seconds() / 60
    if minutes < 100:
        return f"{minutes:.0f} min"
    return f"{minutes / 60 / 24:.1f} days" if minutes >= 48 * 60 else f"{minutes / 60:.1f} h"
