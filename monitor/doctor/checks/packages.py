"""The packages that havenwatch needs, and their versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok, warning
from monitor.doctor.circumstances import Circumstances
from monitor.doctor.requirements import locked_versions, requirements
from rules.wording import plural

if TYPE_CHECKING:
    from packaging.requirements import Requirement

Installed = Callable[[str], str | None]
INSTALL: Final = "in the environment of havenwatch: pip install '{}'"
MOST_NAMED: Final = 4


class Packages(Check):
    """Each package is there, in its range, and in a checkout of the version that was tested."""

    name: ClassVar[str] = "packages"
    group: ClassVar[Group] = Group.MACHINE

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """A line for each package that is missing or out of its range, else one."""
        installed, wanted = given.machine.installed, requirements()
        bad = {
            one.name: finding
            for one in wanted
            if (finding := _out_of_range(one, installed(one.name)))
        }
        if bad:
            return [found(f"package {name}", finding) for name, finding in bad.items()]
        return [found(self.name, _against_lock(wanted, locked_versions(), installed))]


def _out_of_range(wanted: Requirement, version: str | None) -> Finding | None:
    """What is wrong with a package, or None."""
    if version is None:
        return failed(expected=str(wanted), got="none installed", remedy=INSTALL.format(wanted))
    if wanted.specifier.contains(version, prereleases=True):
        return None
    return failed(expected=str(wanted), got=version, remedy=INSTALL.format(wanted))


def _against_lock(
    wanted: Sequence[Requirement], locked: Mapping[str, str], installed: Installed
) -> Finding:
    """Whether the packages, and those that they need, are of the versions that were tested."""
    fine = f"{plural(len(wanted), 'package')} in the range needed"
    if not locked:
        return ok(fine)
    here = {name: installed(name) for name in locked}
    other = [f"{name} {here[name]}" for name in locked if here[name] not in (None, locked[name])]
    if not other:
        return ok(f"{fine}, all of the versions tested")
    named = ", ".join(other[:MOST_NAMED])
    more = f" and {len(other) - MOST_NAMED} more" if len(other) > MOST_NAMED else ""
    return warning(
        expected="the versions in requirements.lock, which were tested",
        got=named + more,
        remedy="install them: pip install --require-hashes -r requirements.lock",
    )
