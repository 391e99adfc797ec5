"""What a check says of the second host: of the replica where this one leads, and of the leader
where it stands by. Standard library alone, as the check itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from monitor.check.source_issues import CRITICAL, UNKNOWN, WARNING, HealthIssue
from state.instants import from_text
from state.standby_state import StandbyState, read_standby

# The replica is restored once a day.
PROVEN_WITHIN: Final = timedelta(hours=36)
# A host that stands by takes over in less.
NOBODY_LEADS: Final = timedelta(seconds=90)
# Its state is written several times a minute.
SILENT: Final = timedelta(minutes=5)
SEE: Final = "see docs/standby.md"


def standby_of(database: Path) -> StandbyState | None:
    """The state of this host as one of several; None where it is the only one, or where that cannot
    be read, which the program says itself."""
    try:
        return read_standby(database)
    except (OSError, ValueError):
        return None


def lag_text(state: StandbyState, at: datetime) -> str:
    """`replica 7 s behind`."""
    lag = state.lag_s(at)
    return "no replica yet" if lag is None else f"replica {lag:.0f} s behind"


def standing_by_text(state: StandbyState, at: datetime) -> str:
    """What a host says that stands by."""
    leader = f"{state.leader} leads (token {state.token})" if state.leader else "nobody leads"
    return f"standby: {leader}, {lag_text(state, at)}"


def standby_troubles(state: StandbyState, at: datetime) -> Iterator[HealthIssue]:
    """What is wrong with the replica or the lease at an instant, on either host."""
    written = from_text(state.written_at)
    if not state.leads:
        if at > written + SILENT:
            said = f"standby: nothing noted since {state.written_at}: is havenwatch running?"
            yield HealthIssue(UNKNOWN, said, is_final=True)
        yield from _leader_troubles(state, at)
    if state.store_problem:
        said = f"the lease cannot be read or renewed: {state.store_problem}; {SEE}"
        yield HealthIssue(WARNING, said, (state.store_problem,))
    yield from _replica_troubles(state, at)
    if state.lost_answers:
        count = len(state.lost_answers)
        said = f"{count} answer{'' if count == 1 else 's'} given here did not reach the leader"
        yield HealthIssue(WARNING, f"{said}; see: havenwatch status")


def _leader_troubles(state: StandbyState, at: datetime) -> Iterator[HealthIssue]:
    renewed = from_text(state.renewed_at) if state.renewed_at else None
    if not state.leader or renewed is None or at > renewed + NOBODY_LEADS:
        since = f" since {state.renewed_at}" if state.renewed_at else ""
        yield HealthIssue(CRITICAL, f"standby: no host leads{since}; {SEE}")


def _replica_troubles(state: StandbyState, at: datetime) -> Iterator[HealthIssue]:
    lag = state.lag_s(at)
    if lag is None or lag > state.lag_warning_s:
        why = f": {state.replica_problem}" if state.replica_problem else ""
        outside = (state.replica_problem,) if state.replica_problem else ()
        yield HealthIssue(WARNING, f"{lag_text(state, at)}{why}; {SEE}", outside)
    if state.disproof:
        said = f"the replica failed its restore test: {state.disproof}; {SEE}"
        yield HealthIssue(WARNING, said, (state.disproof,))
    elif state.leads:
        since = state.proven_at or state.unproven_since
        if since and at > from_text(since) + PROVEN_WITHIN:
            said = f"the replica passed no restore test since {since}; {SEE}"
            yield HealthIssue(WARNING, said)
