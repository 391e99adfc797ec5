"""What the commands share: the values they are given, and how they open the program."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from monitor.clock import Clock, SetClock, SimulatedClock, SystemClock
from monitor.errors import HavenwatchError, UnusableDatabase
from monitor.tick_hooks import no_hook

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from monitor.app import App
    from monitor.config.load import Config
    from monitor.stop import Stop
    from monitor.views.read_model import ReadModel
    from state.database import Database

# The configuration's path, and the database's where one is named in place of the configuration's.
Paths = tuple[Path, Path | None]


# Dates that can be reckoned with: of the publishers' data, and of anybody's plans.
YEARS = range(1700, 3000)


DateOrInstant = TypeVar("DateOrInstant", date, datetime)


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; without an offset it is UTC."""

    name = "ISO"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The aware UTC datetime."""
        try:
            moment = datetime.fromisoformat(value)
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not like 2025-04-10T22:40:00Z", param, ctx)
        return _in_range(self, moment, param, ctx)


AT: Final = click.option("--at", type=Instant(), help="Point in time (default: now).")


class Duration(click.ParamType[timedelta]):
    """A length of time: `45m`, `2h`, `3d`, `1d12h`."""

    name = "TIME"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """The length of time."""
        from monitor.evaluate.durations import parse_duration

        try:
            return parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Day(click.ParamType[date]):
    """A calendar day."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date."""
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not like 2025-04-10", param, ctx)
        return _in_range(self, day, param, ctx)


def _in_range(
    kind: click.ParamType[Any],
    day: DateOrInstant,
    param: click.Parameter | None,
    ctx: click.Context | None,
) -> DateOrInstant:
    if day.year not in YEARS:
        kind.fail(f"the year {day.year} is not one from {YEARS[0]} to {YEARS[-1]}", param, ctx)
    return day


def load_config(
    paths: Paths,
    environ: Mapping[str, str] | None = os.environ,
    follow: Path | None = None,
    needs: Collection[str] | None = None,
) -> tuple[Config, Path]:
    """The configuration, checked, and the path of the database; with the one to `follow` in place
    of the one that the configuration names. `environ` and `needs` as in `load`."""
    from dataclasses import replace

    from monitor.config.load import load

    config_path, database = paths
    config = load(config_path, environ, needs)
    if follow is not None:
        config = replace(config, follow=replace(config.follow, database=str(follow.absolute())))
    return config, database or config.database


def load_known(paths: Paths) -> tuple[Config, Path]:
    """The configuration without its secrets, to look at a database that is there, and its path.
    Raises click.ClickException."""
    config, database = load_config(paths, environ=None)
    refuse_missing(database)
    return config, database


def refuse_missing(database: Path) -> None:
    """Raise click.ClickException where there is no database."""
    if not database.exists():
        raise click.ClickException(
            f"no database at {database}; make one with: havenwatch backfill, or havenwatch run"
        )


def named_with(config_path: Path) -> str:
    """How a shell names the program with a configuration: `havenwatch --config desk.toml`."""
    import shlex

    config = [] if config_path == Path("config.toml") else ["--config", str(config_path)]
    return shlex.join(["havenwatch", *config])


def clock_of(database: Path) -> Clock:
    """The machine's clock, or one that stands where that of a finished database is frozen."""
    from state.frozen_clock import frozen_at

    frozen = frozen_at(database)
    return SystemClock() if frozen is None else SimulatedClock(frozen)


def span_of(start: date, end: date, config: Config) -> tuple[datetime, datetime]:
    """From the midnight before the first day to the last second of the last, in the desk's zone."""
    zone = config.desk.zone
    after = datetime.combine(start, time(0, 0), zone).astimezone(UTC)
    until = datetime.combine(end + timedelta(days=1), time(0, 0), zone).astimezone(UTC)
    return after, until - timedelta(seconds=1)


def with_app(
    paths: Paths,
    use: Callable[[App], object],
    observe: Callable[[str], None] = no_hook,
    stop: Stop | None = None,
    at: datetime | None = None,
    environ: Mapping[str, str] | None = os.environ,
    follow: Path | None = None,
    needs: Collection[str] | None = None,
) -> None:
    """Use the program over its configuration, and close it; `observe` is told of the steps of its
    ticks, which `stop` ends; messages are sent as `at` an instant where one is given; `environ`,
    `follow` and `needs` as in `load_config`. Raises click.ClickException."""
    from monitor.app import App

    config, path = load_config(paths, environ, follow, needs)
    refuse_on_standby(path)
    with unusable_said(path, "cannot open"):
        sends_by = None if at is None else SetClock(at)
        app = App(config, clock_of(path), path, observe, stop=stop, sends_by=sends_by)
        try:
            use(app)
        finally:
            app.close()


def refuse_on_standby(path: Path) -> None:
    """Raise click.ClickException where another host leads: what is changed here would be lost."""
    from monitor.check.standby_issues import standby_of

    state = standby_of(path)
    if state is not None and not state.leads:
        leader = state.leader or "no host"
        raise click.ClickException(
            f"this host stands by, and {leader} leads: expected the host that leads; run it there "
            "(docs/standby.md)"
        )


def with_reading(
    paths: Paths, use: Callable[[ReadModel, datetime], object], at: datetime | None = None
) -> None:
    """Look through the configuration at a database that is there, of which nothing is changed, also
    where it could not be: as it is now, or as it was `at` an instant. `use` is given what is read
    and the instant. Raises click.ClickException."""
    from monitor.views.read_model import ReadModel
    from state.database import Database

    config, path = load_known(paths)
    with unusable_said(path, "cannot read"):
        database = Database(path, read_only=True)
        try:
            if at is not None:
                database = open_past(database, at, config.desk.zone)
            use(ReadModel(config, database), at or clock_of(path).now())
        finally:
            database.close()


def open_past(database: Database, at: datetime, zone: ZoneInfo) -> Database:
    """The database as it was at an instant, or as it is where nothing was recorded since. That this
    is not now is said on the other stream; a program that reads JSON knows."""
    from alerts.message.values import local_time
    from state.as_of import is_past
    from state.database import Database

    if not is_past(database.connection, at):
        return database
    database.close()
    past = Database(database.path, as_of=at)
    if not click.get_current_context().params.get("as_json"):
        said = f"Viewing {local_time(at, zone)} (point in time)"
        click.echo(click.style(said, fg="yellow"), err=True)
    return past


@contextmanager
def unusable_said(path: Path, cannot: str) -> Iterator[None]:
    """Inside it a database that `cannot` be used is said to be so, in one line. Damaged pages show
    as errors of many kinds, so whatever else is raised is the damage's where there is some. Raises
    click.ClickException and UnusableDatabase."""
    import sqlite3

    from state.database import UnfitDatabase
    from state.files import InTheWay

    try:
        yield
    except UnfitDatabase as error:
        raise click.ClickException(f"{cannot} {path}: {error}") from None
    except InTheWay as error:
        raise _unusable(
            path, str(error), "docs/database.md says who may read and write it"
        ) from None
    except sqlite3.Error as error:
        raise _unusable(path, f"{cannot}: {error}", _remedy(path)) from None
    except (click.ClickException, click.exceptions.Exit, click.Abort, HavenwatchError):
        raise
    except Exception as error:
        if not (damage := first_damage(path)):
            raise
        raise _unusable(path, damage, _remedy(path)) from error


def first_damage(path: Path) -> str:
    """What SQLite finds wrong in a database, the first of it; empty where it is whole."""
    import sqlite3

    from state.read_only import open_read_only

    try:
        with closing(open_read_only(path)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" else " ".join(str(found).split())


def _unusable(path: Path, got: str, remedy: str) -> UnusableDatabase:
    expected = "a database that can be used"
    return UnusableDatabase(str(path), expected=expected, got=got, remedy=remedy)


def _remedy(path: Path) -> str:
    from state.files import in_the_way, unreadable

    found = "; ".join(in_the_way(path)) if path.exists() else ""
    found = unreadable(path) or found
    return found or "if it is damaged, restore a backup (docs/database.md)"


def refuse_unknown_rules(names: Sequence[str], config: Config) -> None:
    """Raise click.BadParameter for a name that is no enabled rule of the configuration."""
    known = [name for name, rule in config.rules.items() if rule.enabled]
    for name in names:
        if name not in known:
            from monitor.known_names import did_you_mean

            raise click.BadParameter(f"no rule {name!r} is enabled; {did_you_mean(name, known)}")
