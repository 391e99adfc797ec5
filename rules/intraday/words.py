"""What is said of a session that is not over: never in the words of a close."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from rules.intraday.quote import YIELDS, Quote
from rules.intraday.so_far import clock
from rules.model import AlertText, Evidence, Head
from rules.terms import Severity
from rules.wording import day, listed, moves_line, plural, signed_bp, signed_pct

NAMES: Final = {"spx": "S&P 500", "ust10y": "10-year yield", "dxy": "DXY"}
SHORT: Final = {"spx": "S&P", "ust10y": "10y", "dxy": "DXY"}
CAVEAT: Final = (
    "These are quotes, not closes, some of them delayed as noted. A session can turn before it "
    "closes, and prices do not show who sold. It is in no verdict and no base rate."
)


@dataclass(frozen=True)
class HeldRecord:
    """How many developing alerts the official closes have settled, and how many of them held."""

    settled: int
    held: int

    @property
    def said(self) -> str:
        """`12 told, 9 held at the close`."""
        if not self.settled:
            return "No developing alert of this rule has been settled yet: it has no record."
        return f"Record of this rule's developing alerts: {self.settled} told, {self.held} held."


def session_text(
    title: str,
    session: date,
    moves: Mapping[str, float],
    quotes: Mapping[str, Quote],
    at: datetime,
    record: HeldRecord,
    evidence: tuple[Evidence, ...] = (),
    *,
    is_closed: bool = False,
) -> AlertText:
    """A developing alert's words and numbers at an instant; `moves` by series so far."""
    when = "at the close, by quotes" if is_closed else f"so far at {clock(at)} New York"
    by = "by quotes" if is_closed else f"so far at {clock(at)}"
    return AlertText(
        headline=f"{title}: {_named(moves)}, {day(session)} {when}.",
        unusual=record.said,
        caveat=CAVEAT,
        evidence=evidence,
        falsifier="The official closes, which settle it in this thread.",
        head=Head(
            moves=moves_line(*_short(moves), by),
            rarity=record.said,
            sellers=f"{_quoted(quotes)} Quotes do not show who sold.",
        ),
    )


def _named(moves: Mapping[str, float]) -> str:
    return listed([f"{NAMES[name]} {_signed(name, move)}" for name, move in moves.items()])


def _short(moves: Mapping[str, float]) -> list[str]:
    return [f"{SHORT[name]} {_signed(name, move)}" for name, move in moves.items()]


def _signed(series_id: str, move: float) -> str:
    return signed_bp(move) if series_id in YIELDS else signed_pct(move)


def _quoted(quotes: Mapping[str, Quote]) -> str:
    """The time of each quote: `Quotes: S&P 14:05, 10y 13:47 (18 min behind).`."""
    # By the minutes that are shown.
    newest = max(one.at for one in quotes.values()).replace(second=0)
    said = []
    for name, one in quotes.items():
        minutes = (newest - one.at.replace(second=0)) // timedelta(minutes=1)
        behind = f" ({minutes} min behind)" if minutes else ""
        said.append(f"{SHORT[name]} {clock(one.at)}{behind}")
    return f"Quotes: {', '.join(said)}."


def told_note(minutes: int) -> str:
    """Why it is told now."""
    return f"Held at this size for {plural(minutes, 'minute')} or longer."


def quiet_note(minutes: int) -> str:
    """Why it is over for now."""
    return f"Quiet again for {plural(minutes, 'minute')}."


def close_note(found: Severity | None, told: Severity | None) -> str:
    """What the quotes of the close say, None for quiet, against what was told."""
    if found is None:
        return "At the close, before the official numbers: below warning size by quotes."
    was = f", told as {told.label}" if told is not None else ""
    return f"At the close, before the official numbers: {found.label} size by quotes{was}."


def settled_note(official: Severity | None, *, is_provisional: bool) -> str:
    """What the official closes say of it."""
    basis = ", provisional" if is_provisional else ""
    if official is None or official < Severity.WARNING:
        size = "quiet" if official is None else f"{official.label} size"
        return f"Did not hold: {size} at the official close{basis}."
    return f"Confirmed at the close: {official.label}{basis}."
