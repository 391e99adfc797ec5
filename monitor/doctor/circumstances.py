"""What the checks are given: the configuration or its mistakes, the machine, and the time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from alerts.channel import Channel
from monitor.check.check import CheckFailed, settings
from monitor.check.connection_facts import read_followed
from monitor.clock import Clock
from monitor.config.load import Config, load
from monitor.doctor.machine import Machine
from monitor.errors import ConfigInvalid, Problem
from state.read_only import open_read_only

DATABASE: Final = "havenwatch.db"
OWN_PREFIX: Final = "HAVENWATCH_"
# A shorter value of a variable may be a word as any other.
SHORTEST: Final = 6
# The part of the time in all that one exchange with the outside may take.
ONE_EXCHANGE: Final = 2 / 3

# Sends a test message through a channel and gives the receipt. Raises HavenwatchError.
SendTest = Callable[[Channel, Config, datetime], str]


@dataclass(frozen=True)
class Circumstances:
    """`config` is None where it has `problems`. `within_s` is the time that all checks have
    together. `send_test` sends a message, None where none is wanted. `offsets`: how far this
    machine's clock is ahead of those that were asked, by their names, for the checks that run
    last."""

    config_path: Path
    database: Path
    config: Config | None
    problems: tuple[Problem, ...]
    environ: Mapping[str, str]
    machine: Machine
    clock: Clock
    at: datetime
    within_s: float
    is_offline: bool = False
    send_test: SendTest | None = None
    offsets: Mapping[str, timedelta] = field(default_factory=dict)

    @property
    def exchange_s(self) -> float:
        """How long one exchange with the outside may take."""
        return self.within_s * ONE_EXCHANGE

    @property
    def checked(self) -> Config:
        """The configuration, for a check that needs a valid one."""
        assert self.config is not None
        return self.config

    @property
    def followed(self) -> Path | None:
        """The database that is followed, by the configuration or as the last run did; None where
        this one polls."""
        if self.config is not None and self.config.followed is not None:
            return self.config.followed
        try:
            with closing(open_read_only(self.database)) as connection:
                found = read_followed(connection)
        except (sqlite3.Error, OSError):
            return None  # which is another check's to say
        return None if found is None else Path(found.path)

    @property
    def secrets(self) -> Iterable[str]:
        """What must never be printed: the secrets of the configuration, also where it has mistakes,
        and the login of a proxy."""
        yield from self.config.secrets.values() if self.config is not None else ()
        for name, value in self.environ.items():
            is_own = name.startswith(OWN_PREFIX) and len(value.strip()) >= SHORTEST
            if is_own or (name.lower().endswith("_proxy") and "@" in value):
                yield value.strip()


def circumstances(
    config_path: Path,
    database: Path | None,
    environ: Mapping[str, str],
    machine: Machine,
    clock: Clock,
    within_s: float,
) -> Circumstances:
    """The circumstances of a configuration file, valid or not."""
    config, problems = None, tuple[Problem, ...]()
    try:
        config = load(config_path, environ)
    except ConfigInvalid as error:
        problems = error.problems
    path = database or (_named(config_path) if config is None else config.database)
    return Circumstances(
        config_path=config_path,
        database=path,
        config=config,
        problems=problems,
        environ=environ,
        machine=machine,
        clock=clock,
        at=clock.now(),
        within_s=within_s,
    )


def _named(config_path: Path) -> Path:
    """The database that a configuration with mistakes names, else where one is by default."""
    try:
        return settings(config_path, None)[0]
    except CheckFailed:
        return config_path.parent / DATABASE
