"""The database that is followed: that it can be read, is of this schema, and goes on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar

from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok, skipped
from monitor.doctor.circumstances import Circumstances
from monitor.known_names import listed
from state.followed_database import CannotFollow, FollowedDatabase, FollowedState
from state.instants import to_text


class Followed(Check):
    """The program that polls has ended a cycle lately, and polls all that is enabled here."""

    name: ClassVar[str] = "followed"
    group: ClassVar[Group] = Group.FILES
    needs_config: ClassVar[bool] = True

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """One line."""
        if given.followed is None:
            return [found(self.name, skipped("no database is followed; this one polls"))]
        return [Step(self.name, partial(_look, given.followed, given))]


def _look(path: Path, given: Circumstances) -> Finding:
    try:
        with FollowedDatabase(path).state() as other:
            return _state(other, given)
    except CannotFollow as error:
        return failed(expected=error.expected, got=error.got, remedy=error.remedy)


def _state(other: FollowedState, given: Circumstances) -> Finding:
    if other.followed_path:
        return failed(
            expected="a database that polls",
            got=f"{other.path}, which follows {other.followed_path} itself",
            remedy="follow that one",
        )
    last, overdue = other.last_tick_at, given.checked.monitor.limits.tick_overdue
    if last is None or given.at - last > overdue:
        return failed(
            expected=f"a cycle of the program that polls into {other.path} in the last "
            f"{overdue.total_seconds() / 60:.0f} minutes",
            got="none yet" if last is None else f"the last at {to_text(last)}",
            remedy="start havenwatch there",
        )
    enabled = [one.name for one in given.checked.sources.values() if one.enabled]
    if missing := [name for name in enabled if name not in other.polled]:
        return failed(
            expected=f"every source of this configuration to be polled into {other.path}",
            got=f"none of {listed(missing)}",
            remedy="enable them there, or set enabled = false here",
        )
    behind = (given.at - last).total_seconds()
    return ok(f"{other.path}, last cycle {to_text(last)}, {behind:.0f} s ago")
