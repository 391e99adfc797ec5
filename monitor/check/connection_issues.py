"""What a check says of the connections: what has been lost for long, and what is followed. Standard
library alone, as the check itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from monitor.check.connection_facts import Followed, LostConnection
from monitor.check.source_issues import UNKNOWN, WARNING, HealthIssue
from monitor.check.span import span
from state.instants import to_text

# Slack asks a listener to connect anew now and then.
CONNECTION_LOST_FOR: Final = timedelta(minutes=5)


def connection_troubles(
    lost: Iterable[LostConnection], overdue: timedelta, at: datetime
) -> Iterator[HealthIssue]:
    """The connections that have been lost for long. Of a database that is followed no rule has
    fresh data once it is `overdue`."""
    for one in lost:
        age = at - one.since
        if age > CONNECTION_LOST_FOR:
            said = f"{one.of}: {one.what} since {to_text(one.since)}: {one.problem}"
            outside = (one.problem,) if one.problem else ()
            is_blind = one.is_followed and age > overdue
            yield HealthIssue(UNKNOWN if is_blind else WARNING, said, outside)


def followed_text(followed: Followed, at: datetime) -> str:
    """What is followed, and how far behind it this database is."""
    through = followed.known_through
    how = "being copied" if through is None else f"{span(at - through)} behind"
    return f"follows {followed.path}, {how}"
