"""The version of SQLite that Python was built with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok
from monitor.doctor.circumstances import Circumstances

# The first with STRICT tables.
OLDEST: Final = (3, 37, 0)


class Sqlite(Check):
    """SQLite knows all that the database uses."""

    name: ClassVar[str] = "sqlite"
    group: ClassVar[Group] = Group.MACHINE

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """One line."""
        return [found(self.name, _finding(given.machine.sqlite))]


def _finding(version: tuple[int, int, int]) -> Finding:
    said, oldest = (".".join(map(str, one)) for one in (version, OLDEST))
    if version >= OLDEST:
        return ok(said)
    return failed(
        expected=f"SQLite {oldest} or newer",
        got=said,
        remedy="use a Python that was built with a newer SQLite",
    )
