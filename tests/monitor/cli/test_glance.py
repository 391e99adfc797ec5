"""Commands that only look load little, once the program has run with their configuration."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.app import App
from monitor.cli.main import main
from monitor.clock import SimulatedClock
from monitor.config.fingerprint import fingerprint
from monitor.config.load import build, load
from monitor.config.plugins import source_types
from monitor.views.keep_views import keep_views
from monitor.views.kept_views import levels_made_from
from monitor.views.read_model import ReadModel
from state.database import Database
from state.instants import to_text
from state.kept_settings import KeptSettings
from state.kept_views import KeptViews
from tests.desk import CRITICAL, LOOKED, Desk

CONFIG = f"[monitor]\nstands_at = {to_text(LOOKED)}\n[desk]\ntime_zone = 'Europe/London'\n"
HEAVY = (
    "numpy", "pandas", "matplotlib", "pydantic", "requests", "slack_sdk", "holidays", "jinja2",
    "apscheduler", "icalendar", "flask", "sqlite_utils",
    "monitor.config.load", "rules.catalog", "monitor.sources", "alerts.channels",
)  # fmt: skip
LOOKING = (
    ("silences", "--all"),
    ("outbox",),
    ("alerts",),
    ("alerts", "--json"),
    ("alerts", "--rule", "joint_selloff"),
    ("show", CRITICAL),
    ("show", CRITICAL, "--json"),
    ("show", CRITICAL, "--at", "2025-04-10T23:00:00Z"),
    ("status",),
    ("status", "--json"),
    ("sources",),
    ("sources", "--json"),
    ("calendar",),
    ("calendar", "--json"),
    ("verdict",),
    ("verdict", "--json"),
)
# Thousands of lines are printed without the library that draws tables.
NO_TABLES = (("alerts",), ("alerts", "--json"))
LOADED = f"""
import sys
from monitor.cli.main import main
code = 0
try:
    main(sys.argv[1:], prog_name="havenwatch")
except SystemExit as done:
    code = done.code
print(" ".join(one for one in (*{HEAVY}, "rich") if one in sys.modules), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def kept(desk: Desk, tmp_path: Path) -> Desk:
    """A desk whose database has the settings of its configuration."""
    found = desk.copy(tmp_path)
    found.config.write_text(CONFIG)
    database = Database(found.path)
    config = load(found.config, {})
    reading = ReadModel(config, database)
    KeptSettings(database).keep(config.fingerprint, reading.settings)
    keep_views(reading, LOOKED)
    database.close()
    return found


def run(desk: Desk, *words: str) -> tuple[int, str, list[str]]:
    """The exit code, what is printed, and what heavy was loaded."""
    command = [sys.executable, "-c", LOADED, "--config", str(desk.config), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr.splitlines()[-1].split()


def _is_quick(words: tuple[str, ...]) -> bool:
    """Each command once; the other options are slow."""
    return words == next(one for one in LOOKING if one[0] == words[0])


SHOWN = [
    pytest.param(one, id=" ".join(one), marks=() if _is_quick(one) else pytest.mark.slow)
    for one in LOOKING
]


@pytest.mark.parametrize("words", SHOWN)
def test_it_loads_nothing_heavy_and_shows_the_same(kept: Desk, words: tuple[str, ...]) -> None:
    sooner = run(kept, *words)
    kept.config.write_text(f"{CONFIG}# another\n")
    later = run(kept, *words)
    assert sooner[:2] == later[:2]
    assert sooner[0] == (1 if words[0] == "sources" else 0)  # some are not asked in the fixture
    assert set(sooner[2]) <= ({"rich"} if words not in NO_TABLES else set())
    assert "pandas" in later[2]


def test_the_days_that_a_configuration_adds_are_counted_with(kept: Desk) -> None:
    text = f"{CONFIG}[calendar.closed]\nXNYS = [2025-04-14]\n"
    kept.config.write_text(text)
    database = Database(kept.path)
    config = load(kept.config, {})
    KeptSettings(database).keep(config.fingerprint, ReadModel(config, database).settings)
    keep_views(ReadModel(config, database), LOOKED)
    database.close()
    sooner = run(kept, "calendar")
    assert "2025-04-14 closed: NYSE" in sooner[1]
    assert "pandas" not in sooner[2]


def test_a_mistake_in_a_changed_configuration_is_refused(kept: Desk) -> None:
    kept.config.write_text(f"{CONFIG}[nonsense]\n")
    code, said, _ = run(kept, "alerts")
    assert (code, said) == (3, "")


def test_a_tick_keeps_the_settings_of_its_configuration_and_of_no_other(tmp_path: Path) -> None:
    off = {"sources": {name: {"enabled": False} for name in source_types()}}
    for mark in ("first", "second"):
        config = replace(build(off, {}, tmp_path), fingerprint=mark)
        app = App(config, SimulatedClock(LOOKED), channels={})
        app.tick(LOOKED)
        assert KeptSettings(app.database).of(mark) == app.reading.settings
        app.close()
    database = Database(tmp_path / "havenwatch.db", read_only=True)
    assert KeptSettings(database).of("first") is None
    database.close()


def test_the_fingerprint_is_of_the_configuration_and_of_the_programs_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fingerprint(b"a") == fingerprint(b"a") != fingerprint(b"b")
    for package in ("monitor", "state", "alerts", "rules"):
        (tmp_path / package).mkdir()
    monkeypatch.setattr("monitor.config.fingerprint.ROOT", tmp_path)
    before = fingerprint(b"a")
    (tmp_path / "rules" / "new.py").write_text("")
    assert fingerprint(b"a") != before


def test_a_tick_by_hand_keeps_the_views(tmp_path: Path) -> None:
    off = "".join(f"[sources.{name}]\nenabled = false\n" for name in source_types())
    path = tmp_path / "config.toml"
    path.write_text(f"{CONFIG}{off}")
    done = CliRunner().invoke(main, ["--config", str(path), "tick"])
    assert done.exit_code == 0, done.output
    database = Database(tmp_path / "havenwatch.db", read_only=True)
    names = database.connection.execute("SELECT name FROM kept_views ORDER BY name").fetchall()
    mark = levels_made_from(database, fingerprint(path.read_bytes()))
    assert [row["name"] for row in names] == ["levels", "releases", "verdict"]
    assert KeptViews(database).find("levels", mark, LOOKED) is not None
    database.close()
