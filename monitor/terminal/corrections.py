"""A correction that is held back: shown, and accepted by somebody."""

from __future__ import annotations

from datetime import datetime

from alerts.message.values import local_time
from monitor.app import App
from monitor.errors import HavenwatchError
from monitor.evaluate.tick_refusals import refuse_follower
from monitor.known_names import listed
from rules.wording import number, plural
from state.corrections import Corrections, HeldCorrection


def describe(app: App, source: str) -> str:
    """What would change, and how to accept it. Raises HavenwatchError where nothing is held."""
    held = _held(app, source)
    more = held.change_count - len(held.changes)
    lines = [
        f"{source}: {held.problem}",
        f"Unchanged since {local_time(held.first_seen_at, app.config.desk.zone)}, over "
        f"{plural(held.polls, 'poll')}. {plural(held.change_count, 'stored value')} would change:",
        *(
            f"  {one['series_id']} {one['period_end']}: {_value(one['before'])} -> "
            f"{_value(one['after'])}"
            for one in held.changes
        ),
        *([f"  and {more:,} more"] if more else []),
    ]
    if held.status == "accepted":
        return "\n".join(
            [*lines, f"Accepted by {held.decided_by}; stored once the source sends it again."]
        )
    return "\n".join([*lines, f"To accept it: havenwatch accept {source} --yes"])


def accept(app: App, source: str, by: str, at: datetime) -> str:
    """Accept it. Raises HavenwatchError where nothing is held, or not here."""
    refuse_follower(app.database, f"accept {source} --yes")
    held = _held(app, source)
    Corrections(app.database).accept(held, by, at)
    return (
        f"Accepted by {by}: {plural(held.change_count, 'stored value')} of {source} will change "
        "at the next poll, which is due now."
    )


def _held(app: App, source: str) -> HeldCorrection:
    corrections = Corrections(app.database)
    found = corrections.of(source)
    if found is None:
        others = [name for name, one in corrections.newest().items() if one.is_open]
        raise HavenwatchError(
            "accept",
            expected=f"a held correction of {source}",
            got="none",
            remedy=f"held corrections: {listed(others, source)}"
            if others
            else "no correction is held",
        )
    return found


def _value(value: float | None) -> str:
    return "none" if value is None else number(value, 4)
