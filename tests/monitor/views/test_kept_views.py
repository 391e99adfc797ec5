"""What is kept for a look is what computing it gives, and is found only while it is that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.views.glance import Glance
from monitor.views.keep_views import keep_views
from monitor.views.read_model import ReadModel
from monitor.views.source_calendar import source_calendar
from monitor.views.status import read_status, status_json
from state.alert_names import Wanted, list_lines
from state.database import Database
from state.health import Health
from state.kept_settings import SETTINGS, LookSettings
from tests.desk import CRITICAL, LOOKED, Desk
from tests.slow import quick_where
from tests.support import DECIDING, config_for, new_york, watch

LATER = (timedelta(0), timedelta(hours=3), timedelta(hours=25), timedelta(days=40))
ALL = frozenset({"verdict", "levels", "releases"})


class Short(Glance):
    """A look with what is kept, which notes what it had to compute."""

    def __init__(self, whole: ReadModel):
        self.computed: set[str] = set()
        self._whole = whole
        stored = SETTINGS.read(SETTINGS.write(whole.settings))
        super().__init__(whole.database, stored, self._compute, whole.fingerprint, whole.limits)

    def _compute(self) -> Any:
        return Noting(self._whole, self.computed)


class Noting:
    """A whole reading that notes what is asked of it."""

    def __init__(self, whole: ReadModel, computed: set[str]):
        self._whole = whole
        self._computed = computed

    def __getattr__(self, name: str) -> Any:
        self._computed.add({"next_releases": "releases"}.get(name, name))
        return getattr(self._whole, name)


def shown(reading: Glance, at: datetime) -> dict[str, Any]:
    """What the commands that look print, before it is laid out."""
    status = read_status(reading, at)
    return {
        "status": status_json(status),
        "tables": [status.level_tables(short=short) for short in (True, False)],
        "verdict": status.verdict,
        "sources": source_calendar(reading, at),
        "alerts": list_lines(reading.database, Wanted()),
    }


def computed(app: App, at: datetime) -> set[str]:
    """What a look at an instant computes; it must show what computing everything shows."""
    short = Short(app.reading)
    assert shown(short, at) == shown(app.reading, at)
    return short.computed


@pytest.fixture
def app(desk: Desk, tmp_path: Path) -> Iterator[App]:
    """The program over a copy of the desk's database, with everything kept at LOOKED."""
    clock = SimulatedClock(LOOKED)
    with Standins(clock.now) as standins:
        config = config_for(standins, desk.copy(tmp_path).folder, DECIDING, None)
        opened = App(
            replace(config, fingerprint="first"),
            clock,
            tmp_path / "havenwatch.db",
            channels={"console": RecordingChannel()},
        )
        opened.tick(LOOKED)
        opened.keep_views(LOOKED)
        yield opened
        opened.close()


def test_all_is_found_on_the_day_and_what_has_no_age_later(app: App) -> None:
    assert computed(app, LOOKED) == set()
    assert computed(app, LOOKED + timedelta(hours=3)) == set()
    assert computed(app, LOOKED + timedelta(hours=5)) == {"verdict"}  # the next day in New York
    assert computed(app, LOOKED + timedelta(days=40)) == {"verdict"}


@pytest.mark.slow
def test_nothing_is_found_of_an_instant_before_it_was_kept(app: App) -> None:
    before = LOOKED - timedelta(seconds=1)
    assert computed(app, before) == ALL
    database = Database(app.database.path, as_of=new_york("2025-04-09 12:00"))
    whole = ReadModel(app.config, database)
    short = Short(whole)
    for at in (new_york("2025-04-09 12:00"), LOOKED + timedelta(hours=1)):
        assert shown(short, at) == shown(whole, at)
    assert short.computed == ALL
    database.close()


def _acknowledge(app: App) -> None:
    app.answers.acknowledge(CRITICAL, "Cy", "mine", LOOKED, force=True)


def _silence(app: App) -> None:
    app.answers.silence("haven_failure", None, LOOKED + timedelta(hours=9), "Cy", "", LOOKED)


def _correct(app: App) -> None:
    app.database.connection.execute("UPDATE observations SET value = value * 1.01")


def _drop(app: App) -> None:
    app.database.connection.execute(
        "DELETE FROM observations WHERE period_end = '2025-04-10' AND series_key IN "
        "(SELECT series_key FROM series WHERE series_id = 'spx')"
    )


def _rename(app: App) -> None:
    app.database.connection.execute("UPDATE series SET title = 'x', source = 'somebody else'")


def _withdraw(app: App) -> None:
    app.database.connection.execute(
        "UPDATE transitions SET after = json_set(after, '$.state', 'withdrawn')"
    )


def _forget(app: App) -> None:
    app.database.connection.execute("PRAGMA foreign_keys = OFF")
    app.database.connection.execute(
        "DELETE FROM transitions WHERE rowid = (SELECT max(rowid) FROM transitions)"
    )


def _begin_later(app: App) -> None:
    app.database.connection.execute("UPDATE heartbeat SET watching_since = '2025-04-11T02:00:00Z'")


def _fail(app: App) -> None:
    app.database.connection.execute("UPDATE source_health SET state = 'FAILING', problem = 'no'")


def _go_on(app: App) -> None:
    app.database.connection.execute(
        "UPDATE source_health SET newest_period = '2025-04-14' WHERE source = 'cboe'"
    )


CHANGES: dict[Callable[[App], None], set[str]] = {
    _acknowledge: {"verdict"},
    _silence: set(),
    _correct: {"verdict", "levels"},
    _drop: {"verdict", "levels"},
    _rename: {"verdict", "levels"},
    _withdraw: {"verdict"},
    _forget: {"verdict"},
    _begin_later: {"verdict"},
    _fail: set(),
    _go_on: {"releases"},
}


# One that changes something.
QUICK = {_go_on}


@pytest.mark.parametrize(
    "change",
    quick_where(QUICK.__contains__, CHANGES),
    ids=lambda one: str(one.__name__),
)
def test_a_change_of_what_it_was_made_from_makes_it_computed(
    app: App, change: Callable[[App], None]
) -> None:
    change(app)
    for later in (timedelta(0), timedelta(hours=3)):
        assert computed(app, LOOKED + later) == CHANGES[change]
    keep_views(app.reading, LOOKED)
    assert computed(app, LOOKED + timedelta(minutes=1)) == set()


@pytest.mark.slow
def test_another_configuration_finds_nothing_of_the_first(app: App) -> None:
    other = replace(
        app.config, fingerprint="second", verdict=replace(app.config.verdict, alerts_recent_days=1)
    )
    clock = SimulatedClock(LOOKED)
    second = App(other, clock, app.database.path, channels=app.channels)
    assert computed(second, LOOKED) == ALL
    keep_views(second.reading, LOOKED)
    assert computed(second, LOOKED) == set()
    assert computed(app, LOOKED) == ALL
    second.close()


@pytest.mark.slow
def test_nothing_is_kept_while_something_is_stored_that_is_known_later(app: App) -> None:
    app.database.connection.execute("DELETE FROM kept_views")
    app.database.connection.execute(
        "UPDATE vintages SET known_at = '2025-04-10T23:45:00Z' WHERE vintage_id = 1"
    )
    keep_views(app.reading, LOOKED)
    assert computed(app, LOOKED) == ALL
    keep_views(app.reading, LOOKED + timedelta(minutes=15))
    assert computed(app, LOOKED + timedelta(minutes=15)) == set()


def test_a_view_that_cannot_be_computed_is_said_and_stops_nothing(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    app.database.connection.execute("DELETE FROM kept_views")
    app.database.connection.execute("UPDATE transitions SET after = '{}'")
    app.keep_views(LOOKED)
    assert "could not be kept; each look computes it" in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize(
    "hours", [4, 72, *(pytest.param(one, marks=pytest.mark.sweep) for one in (1, 20, 24 * 12))]
)
def test_it_is_so_while_the_program_goes_on_and_after_it_stopped(app: App, hours: int) -> None:
    clock = SimulatedClock(LOOKED)
    ends = LOOKED + timedelta(hours=hours)
    app.leader_lock.give_up()
    with Standins(clock.now) as standins:
        config = replace(
            config_for(standins, Path(app.database.path or "").parent, DECIDING),
            fingerprint="third",
        )
        going = App(config, clock, app.database.path, channels=app.channels)
        watch(going, clock, f"{ends.astimezone(config.desk.zone):%Y-%m-%d %H:%M}")
        beat = Health(going.database).heartbeat()
        assert beat is not None
        assert beat.last_tick_at > LOOKED, "it is this program that acts"
        assert computed(going, clock.now()) == ALL
        keep_views(going.reading, clock.now())
        assert computed(going, clock.now()) == set()
        for later in LATER:
            assert computed(going, clock.now() + later) <= {"verdict"}
        going.close()


def test_the_settings_are_read_as_they_were_written(app: App) -> None:
    settings = replace(
        app.reading.settings,
        calendar=replace(
            app.reading.settings.calendar,
            tic={"2027-02": date(2027, 4, 15)},
            closed={"XNYS": (date(2025, 7, 3),)},
        ),
    )
    found: LookSettings = SETTINGS.read(SETTINGS.write(settings))
    assert found == settings
