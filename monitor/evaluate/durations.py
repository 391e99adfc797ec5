"""Lengths of time as people write them: `45m`, `2h`, `3d`, `1d12h`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

# To silence a rule for longer, disable it.
LONGEST: Final = timedelta(days=366)
MOST_DIGITS: Final = 6


def parse_duration(text: str) -> timedelta:
    """The length of time. Raises ValueError that says what is wrong."""
    found = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?", text, re.ASCII)
    if found and max(len(part or "") for part in found.groups()) > MOST_DIGITS:
        raise ValueError(f"{text!r} is longer than {LONGEST.days}d")
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    if not days + hours + minutes:
        raise ValueError(f"{text!r} is not like 45m, 2h, 3d or 1d12h")
    length = timedelta(days=days, hours=hours, minutes=minutes)
    if length > LONGEST:
        raise ValueError(f"{text!r} is longer than {LONGEST.days}d")
    return length
