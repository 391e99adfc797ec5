"""The version of Python."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok
from monitor.doctor.circumstances import Circumstances
from monitor.doctor.requirements import python_range


class Python(Check):
    """The interpreter is one that this version of havenwatch runs on."""

    name: ClassVar[str] = "python"
    group: ClassVar[Group] = Group.MACHINE

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """One line."""
        return [found(self.name, _finding(given.machine.python, python_range()))]


def _finding(version: tuple[int, int, int], wanted: str) -> Finding:
    from packaging.specifiers import SpecifierSet

    said = ".".join(map(str, version))
    if SpecifierSet(wanted).contains(said, prereleases=True):
        return ok(f"{said} ({wanted})")
    remedy = "make the environment (.venv) again with a newer Python and install havenwatch in it"
    return failed(expected=f"Python {wanted}", got=said, remedy=remedy)
