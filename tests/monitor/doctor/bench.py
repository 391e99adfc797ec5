"""A machine, a folder and a configuration with which nothing is wrong, to make a fault in."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.doctor.check import Outcome
from monitor.doctor.circumstances import Circumstances, circumstances
from monitor.doctor.examine import Line, check_types, examine
from monitor.doctor.machine import Machine, Room, installed_version
from monitor.doctor.requirements import locked_versions
from state.database import Database
from tests.support import toml_sources

MOUNTS: Final = """\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:5 / /proc rw,nosuid - proc proc rw
"""
PLENTY: Final = Room(free_bytes=50_000_000_000, free_files=1_000_000)
WATCHED: Final = ("cboe", "nyfed_acm", "treasury_curve")


def machine(folder: Path) -> Machine:
    """One with which nothing is wrong."""
    locked = locked_versions()
    return Machine(
        python=(3, 11, 7),
        sqlite=(3, 45, 0),
        encoding="utf-8",
        umask=0o022,
        mounts=MOUNTS,
        temp_folder=lambda: str(folder),
        room=lambda _: PLENTY,
        zone=zoneinfo.ZoneInfo,
        zone_folders=zoneinfo.TZPATH,
        installed=lambda name: locked.get(name) or installed_version(name),
    )


@dataclass
class Bench:
    """What a check is given. A fault changes `given`, the files in `folder`, what the `standins`
    answer or the process's environment."""

    folder: Path
    standins: Standins
    clock: SimulatedClock
    environment: pytest.MonkeyPatch
    opened: ExitStack
    secrets: dict[str, str] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)
    text: str = ""

    def __post_init__(self) -> None:
        self.machine = machine(self.folder)
        off = [name for name in self.standins.names if name not in WATCHED]
        self.text = toml_sources(self.standins, "min_interval_s = 0.0")
        for name in off:
            block = f"[sources.{name}]\n"
            self.text = self.text.replace(block, f"{block}enabled = false\n")
        self.config_path = self.folder / "config.toml"
        self.write(self.text)
        self.database = self.folder / "havenwatch.db"
        Database(self.database).close()

    def write(self, text: str) -> None:
        """Put a text in the configuration's place."""
        self.config_path.write_text(text)
        self.config_path.chmod(0o644)

    def add(self, text: str, **secrets: str) -> None:
        """Add a block to the configuration, with its secrets."""
        self.text += text
        self.secrets |= secrets
        self.write(self.text)

    def on_a_machine(self, **changed: Any) -> None:
        """Give the machine another of its facts."""
        self.machine = replace(self.machine, **changed)

    def given(self) -> Circumstances:
        """What a check is given now."""
        made = circumstances(
            self.config_path, None, self.secrets, self.machine, self.clock, within_s=30.0
        )
        return replace(made, **self.changed)

    def lines(self, *names: str) -> list[Line]:
        """What the checks of these names find, all without one."""
        every = check_types()
        chosen = [every[name]() for name in names or every]
        return examine(self.given(), chosen, lambda _: lambda _: None)


Break = Callable[[Bench], None]


@dataclass(frozen=True)
class Fault:
    """What is broken, and the line that then says so: its name, how it ends, and words of it. With
    `checks` these run in place of the one that the table is of."""

    make: Break
    line: str
    outcome: Outcome
    words: tuple[str, ...]
    checks: tuple[str, ...] = ()


def a_failure(make: Break, line: str, *words: str, checks: tuple[str, ...] = ()) -> Fault:
    return Fault(make, line, Outcome.FAILED, words, checks)


def a_warning(make: Break, line: str, *words: str, checks: tuple[str, ...] = ()) -> Fault:
    return Fault(make, line, Outcome.WARNING, words, checks)


def a_skip(make: Break, line: str, *words: str, checks: tuple[str, ...] = ()) -> Fault:
    return Fault(make, line, Outcome.SKIPPED, words, checks)


Faults = Mapping[str, Mapping[str, Fault]]
