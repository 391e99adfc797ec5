"""What the program says of the replica for the second host: one that is behind, or that failed its
restore test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.check.standby_issues import standby_troubles
from monitor.evaluate.health_rules import program_signal
from rules.model import AlertText, Signal
from rules.terms import Answer
from state.standby_state import StandbyState

CAVEAT = (
    "Until this is mended another host that takes over goes on from older data, or cannot take "
    "over. docs/standby.md has what to do for each; the log says more."
)


def replica_signals(state: StandbyState | None, at: datetime) -> Iterator[Signal]:
    """One signal where there is a second host: firing while the check has something to say of the
    replica or the lease."""
    if state is None or not state.leads:
        return
    found = [one.said.partition("; see ")[0] for one in standby_troubles(state, at)]
    said = "; ".join(found)
    yield program_signal(
        "replica_health",
        "database",
        at,
        Answer.FIRING if found else Answer.QUIET,
        AlertText(headline=f"Second host: {said}.", caveat=CAVEAT)
        if found
        else AlertText("The replica for the second host is current again."),
    )
