"""What the commands share: the values they are given, and how they open the program."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from monitor.clock import Clock, SimulatedClock, SystemClock
from monitor.steps import ignore

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.config import Config
    from monitor.reading import Reading
    from monitor.stop import Stop

# The configuration's path, and the database's where one is named in place of the configuration's.
Paths = tuple[Path, Path | None]


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; without an offset it is UTC."""

    name = "ISO"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The aware UTC datetime."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not like 2025-04-10T22:40:00Z", param, ctx)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


AT: Final = click.option(
    "--at", type=Instant(), help="Show everything as it stood at this instant, in place of now."
)


class Duration(click.ParamType[timedelta]):
    """A length of time: `45m`, `2h`, `3d`, `1d12h`."""

    name = "TIME"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """The length of time."""
        found = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?", str(value))
        days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
        if not days + hours + minutes:
            self.fail(f"{value!r} is not like 45m, 2h, 3d or 1d12h", param, ctx)
        return timedelta(days=days, hours=hours, minutes=minutes)


class Day(click.ParamType[date]):
    """A calendar day."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not like 2025-04-10", param, ctx)


def load_config(paths: Paths) -> tuple[Config, Path]:
    """The configuration, checked, and the path of the database."""
    from monitor.config import load

    config_path, database = paths
    config = load(config_path, os.environ)
    return config, database or config.database


def load_known(paths: Paths) -> tuple[Config, Path]:
    """The configuration and the path of a database that is there. Raises click.ClickException."""
    config, database = load_config(paths)
    if not database.exists():
        raise click.ClickException(
            f"no database at {database}; make one with: havenwatch backfill, or havenwatch run"
        )
    return config, database


def clock_of(config: Config) -> Clock:
    """The machine's clock, or one that stands where the configuration says."""
    stands_at = config.monitor.stands_at
    return SystemClock() if stands_at is None else SimulatedClock(stands_at.astimezone(UTC))


def span_of(start: date, end: date, config: Config) -> tuple[datetime, datetime]:
    """From the midnight before the first day to the last second of the last, in the desk's zone."""
    zone = config.desk.zone
    after = datetime.combine(start, time(0, 0), zone).astimezone(UTC)
    until = datetime.combine(end + timedelta(days=1), time(0, 0), zone).astimezone(UTC)
    return after, until - timedelta(seconds=1)


def with_app(
    paths: Paths,
    use: Callable[[App], object],
    observe: Callable[[str], None] = ignore,
    stop: Stop | None = None,
) -> None:
    """Use the program over its configuration, and close it; `observe` is told of the steps of its
    ticks, which `stop` ends. Raises click.ClickException."""
    from monitor.app import App
    from state.database import UnfitDatabase

    config, path = load_config(paths)
    try:
        app = App(config, clock_of(config), path, observe, stop=stop)
    except (sqlite3.Error, UnfitDatabase) as error:
        raise click.ClickException(f"cannot open {path}: {error}") from None
    try:
        use(app)
    finally:
        app.close()


def with_reading(
    paths: Paths, use: Callable[[Reading, datetime], object], at: datetime | None = None
) -> None:
    """Look through the configuration at a database that is there, of which nothing is changed, also
    where it could not be: as it is now, or as it was `at` an instant. `use` is given what is read
    and the instant. Raises click.ClickException."""
    from monitor.reading import Reading
    from state.as_of import is_past
    from state.database import Database

    config, path = load_known(paths)
    with unreadable_said(path):
        database = Database(path, read_only=True)
        if at is not None and is_past(database.connection, at):
            database.close()
            database = Database(path, as_of=at)
            _say_look_back(config, at)
    try:
        use(Reading(config, database), at or clock_of(config).now())
    finally:
        database.close()


def _say_look_back(config: Config, at: datetime) -> None:
    """Say on the other stream that this is not now; a program that reads JSON knows."""
    from alerts.compose import local_time

    if not click.get_current_context().params.get("as_json"):
        said = f"Viewing {local_time(at, config.desk.zone)} (point in time)"
        click.echo(click.style(said, fg="yellow"), err=True)


@contextmanager
def unreadable_said(path: Path) -> Iterator[None]:
    """Inside it a database that cannot be read is said to be so. Raises click.ClickException."""
    from state.database import UnfitDatabase

    try:
        yield
    except (sqlite3.Error, UnfitDatabase) as error:
        raise click.ClickException(f"cannot read {path}: {error}") from None


def refuse_unknown_rules(names: Sequence[str], config: Config) -> None:
    """Raise click.BadParameter for a name that is no enabled rule of the configuration."""
    known = [name for name, rule in config.rules.items() if rule.enabled]
    for name in names:
        if name not in known:
            raise click.BadParameter(f"{name!r} is not among {', '.join(known)}")
