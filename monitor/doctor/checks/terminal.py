"""Whether the terminal, or what is in its place, can show what is printed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from monitor.doctor.check import Check, Finding, Group, Step, found, ok, warning
from monitor.doctor.circumstances import Circumstances
from monitor.terminal.table import is_ascii_only


class Terminal(Check):
    """Standard output takes UTF-8."""

    name: ClassVar[str] = "terminal"
    group: ClassVar[Group] = Group.MACHINE

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """One line."""
        return [found(self.name, _finding(given))]


def _finding(given: Circumstances) -> Finding:
    encoding = given.machine.encoding
    if not is_ascii_only(given.environ, encoding):
        return ok(f"{encoding}")
    variables = [
        f"{name}={given.environ[name]}"
        for name in ("LC_ALL", "LC_CTYPE", "LANG", "PYTHONIOENCODING")
        if given.environ.get(name)
    ]
    return warning(
        expected="a terminal that shows UTF-8",
        got=f"{encoding or 'no encoding'} with {', '.join(variables) or 'no locale set'}: "
        "everything is printed in ASCII",
        remedy="set LANG=C.UTF-8 (or another UTF-8 locale) and unset LC_ALL",
    )
