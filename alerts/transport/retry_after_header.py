"""When a receiver asks to be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

# Nobody means more; a longer wait would outlast the message.
MOST_S: Final = 24 * 3600.0


def retry_after_s(headers: Mapping[str, str], at: datetime) -> float | None:
    """The seconds from `at` that a Retry-After header asks for, as a number or as an HTTP-date,
    from 0 to MOST_S; None where there is none or it says nothing readable (RFC 9110, 10.2.3)."""
    said = next((v for k, v in headers.items() if k.lower() == "retry-after"), "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), MOST_S)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    # An HTTP-date is in GMT; the obsolete forms do not say so.
    aware = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max((aware - at).total_seconds(), 0.0), MOST_S)
