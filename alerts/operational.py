"""The alerts about the program itself. Nothing is imported here, so that a shell can complete them
at once."""

from __future__ import annotations

from typing import Final

OPERATIONAL_TITLES: Final = {
    "source_health": "Source health",
    "source_outage": "Source outage",
    "source_conflict": "Source mismatch",
    "source_correction": "Source correction",
    "rule_health": "Rule health",
    "release_calendar": "Release calendar",
    "clock_skew": "Machine clock",
}
