"""What the publishers' own clocks say about this machine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from monitor.evaluate.health_rules import program_signal
from rules.model import AlertText, Signal
from rules.terms import Answer

# Publishers' clocks are right to the second; what a cache does to them is minutes at most.
TOLERATED: Final = timedelta(minutes=5)
FEWEST: Final = 2
FIXED: Final = "synchronise the machine's clock (check it with timedatectl)"


def clock_troubles(ahead: Mapping[str, timedelta]) -> tuple[str, ...]:
    """What is wrong with this machine's clock, given by how far it is ahead of each publisher's:
    at least two contradict it in the same direction, and more than those that do not."""
    fast = [one for one in ahead.values() if one > TOLERATED]
    slow = [one for one in ahead.values() if one < -TOLERATED]
    for wrong, word in ((fast, "ahead of"), (slow, "behind")):
        if len(wrong) >= FEWEST and 2 * len(wrong) > len(ahead):
            by = min(abs(one) for one in wrong) // timedelta(minutes=1)
            return (
                f"This machine's clock is {by:,} minutes or more {word} the clocks of "
                f"{len(wrong)} publishers.",
            )
    return ()


def clock_signals(ahead: Mapping[str, timedelta], at: datetime) -> Iterator[Signal]:
    """One signal about the clock, once enough publishers have answered to judge it."""
    if len(ahead) < FEWEST:
        return
    found = clock_troubles(ahead)
    yield program_signal(
        "clock_skew",
        "machine",
        at,
        Answer.FIRING if found else Answer.QUIET,
        AlertText(
            headline=found[0] if found else "This machine's clock is right again.",
            caveat=f"Release times, staleness and market hours are wrong until you {FIXED}."
            if found
            else "",
        ),
    )
