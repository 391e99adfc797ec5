"""What the program says of the database that it follows: whether it is still updated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from alerts.message.values import local_time
from monitor.evaluate.health_rules import program_signal
from monitor.ingest.calendars import NEW_YORK
from rules.model import AlertText, Signal
from rules.terms import Answer
from state.connections import FOLLOWED, Connection

RULE = "followed_database"
SUBJECT = "database"


def followed_signals(
    connections: Iterable[Connection], overdue: timedelta, at: datetime
) -> list[Signal]:
    """One signal where a database is followed: firing once it has not been updated, or could not be
    read, for longer than `overdue`."""
    return [_signal(one, overdue, at) for one in connections if one.name.startswith(FOLLOWED)]


def _signal(one: Connection, overdue: timedelta, at: datetime) -> Signal:
    path = one.name.removeprefix(FOLLOWED)
    if one.lost_since is None or at - one.lost_since <= overdue:
        explained = AlertText(f"The database that is followed is updated again ({path}).")
        return program_signal(RULE, SUBJECT, at, Answer.QUIET, explained)
    since = local_time(one.lost_since, NEW_YORK)
    explained = AlertText(
        headline=f"The database that is followed has not been updated since {since}: {one.problem}",
        caveat="Rules see no newer data; their alerts neither open nor close. What was polled "
        "meanwhile is evaluated once it can be read again.",
    )
    return program_signal(RULE, SUBJECT, at, Answer.FIRING, explained)
