"""The session so far as tables and a sentence, for the terminal and the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from alerts.message.sections import Table
from alerts.message.values import with_unit
from monitor.views.session_so_far import LegSoFar, RuleSoFar, SessionSoFar
from rules.intraday.so_far import clock
from rules.terms import Severity
from rules.wording import capitalized, day, signed

NOTHING: Final = "–"
DIGITS: Final = {"bp": 1, "pct": 2, "sd": 2}
NO_QUOTES: Final = "No quotes are stored."
NOT_FOLLOWED: Final = "Sessions are not followed: set [intraday] enabled = true."
SIZES: Final = ("notice", "warning", "critical")
WHAT_IT_IS: Final = (
    "Quotes, not closes: a session can turn before it closes. The sizes of a market are those of "
    "the joint selloff, which is graded by the weakest leg."
)


def when(found: SessionSoFar) -> str:
    """`Thu 10 Apr 2025, so far at 14:05 New York`."""
    said = "as its quotes ended" if found.is_over else f"so far at {clock(found.at)} New York"
    return f"{day(found.session.day)}, {said}"


def session_tables(found: SessionSoFar) -> tuple[Table, ...]:
    """The markets with their quotes and sizes, and what the rules say."""
    return (
        Table(
            "Markets",
            ("market", "so far", *SIZES, "quote of", "feed"),
            "lrrrrll",
            tuple(_leg(one) for one in found.legs),
        ),
        Table(
            "Rules",
            ("rule", "so far", "measure", *SIZES),
            "llrrrr",
            tuple(_rule(one) for one in found.rules),
        ),
    )


def _leg(one: LegSoFar) -> tuple[str, ...]:
    quoted, feed = (NOTHING, NOTHING)
    if one.quote is not None:
        quoted, feed = clock(one.quote.at), one.quote.label
    return (one.name, _shown(one.move, one.unit), *_sizes(one.sizes, one.unit), quoted, feed)


def _rule(one: RuleSoFar) -> tuple[str, ...]:
    measure = _shown(one.measure, one.unit)
    return (one.title, capitalized(one.answer), measure, *_sizes(one.sizes, one.unit))


def _sizes(sizes: Mapping[Severity, float], unit: str) -> list[str]:
    return [_shown(sizes.get(severity), unit) for severity in Severity]


def _shown(value: float | None, unit: str) -> str:
    if value is None:
        return NOTHING
    return with_unit(signed(value, DIGITS[unit]), unit)
