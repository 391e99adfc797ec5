"""Units in words: what the code calls `pct`, a page calls `percent`."""

from __future__ import annotations

from typing import Final

UNIT_WORDS: Final = {
    "pct": "percent",
    "pp": "percentage points",
    "bp": "basis points",
    "index": "index points",
    "usd_mn": "millions of US dollars",
    "usd_bn": "billions of US dollars",
    "jpy_bn": "billions of yen",
    "sd": "standard deviations",
}


def unit_words(unit: str) -> str:
    """A unit in words; its own name where there are none."""
    return UNIT_WORDS.get(unit, unit.replace("_", " "))
