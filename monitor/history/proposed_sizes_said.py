"""Proposed sizes in words: what they rest on, and where there is too little of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from monitor.history.proposed_sizes import ProposedSizes, years_needed
from rules.declared.words import written_size
from rules.terms import Severity
from rules.wording import listed, number

UNITS_SAID: Final[Mapping[str, str]] = {
    "pct": "%", "bp": "basis points", "sd": "standard deviations", "usd_bn": "USD billions",
    "usd_mn": "USD millions", "jpy_bn": "JPY billions", "count": "periods", "index": "index points",
}  # fmt: skip


def unit_said(unit: str) -> str:
    """`basis points`: what a size is typed in."""
    return UNITS_SAID.get(unit, unit or "as stored")


def proposal_said(found: ProposedSizes, unit: str) -> str:
    """How often the proposed sizes were reached: `From 1976-06-01 to 2026-08-20 (50.2 years): 12bp
    was reached 6.0 times a year, ...`."""
    if found.first is None:
        return "Nothing is stored to propose sizes from; havenwatch backfill loads the history."
    span = f"From {found.first} to {found.last} ({number(found.years, 1)} years)"
    each = [
        f"{written_size(one.size, unit)} {number(one.a_year, 1)} times a year ({severity.label})"
        for severity, one in found.by_severity.items()
    ]
    said = [f"{span} these sizes were reached: {', '.join(each)}." if each else f"{span}:"]
    said += [
        f"Too little history for a {one.label} size: it takes {number(years_needed(one), 1)} years."
        for one in Severity
        if found.years < years_needed(one)
    ]
    none = [one.label for one in Severity
            if one not in found.by_severity and found.years >= years_needed(one)]  # fmt: skip
    if none:
        said.append(f"No size was reached about as often as a {listed(none)} should be.")
    return " ".join(said)
