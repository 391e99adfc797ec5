"""Commands that only look load little, once the program has run with their configuration."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import CliRunner

from monitor.app import App
from monitor.cli.main import main
from monitor.cli.params import with_reading
from monitor.clock import SimulatedClock
from monitor.config.fingerprint import fingerprint
from monitor.config.load import build, load
from monitor.config.plugins import source_types
from monitor.views.keep_views import keep_views
from monitor.views.kept_views import levels_made_from
from monitor.views.read_model import ReadModel
from state.database import Database
from state.kept_settings import KeptSettings
from state.kept_views import KeptViews
from tests.desk import AT, CRITICAL, LOOKED, Desk
from tests.once import built_once

CONFIG = "[desk]\ntime_zone = 'Europe/London'\n"
HEAVY = (
    "numpy", "pandas", "matplotlib", "pydantic", "requests", "slack_sdk", "holidays", "jinja2",
    "apscheduler", "icalendar", "flask", "sqlite_utils",
    "monitor.config.load", "rules.catalog", "monitor.sources", "alerts.channels",
)  # fmt: skip
# Their classes take 10 ms each to make, which a list needs nothing of.
CLASSES = ("rules.model", "alerts.message.message")
LISTS = (("alerts",), ("silences", "--all"), ("outbox",), ("sources",), ("calendar",))
# Thousands of lines are printed without the library that draws tables.
NO_TABLES = (("alerts",), ("alerts", "--json"))
LOOKING = (
    *LISTS,
    ("alerts", "--json"),
    ("alerts", "--rule", "joint_selloff"),
    ("show", CRITICAL),
    ("show", CRITICAL, "--json"),
    ("show", CRITICAL, "--at", "2025-04-10T23:00:00Z"),
    ("status",),
    ("status", "--json"),
    ("sources", "--json"),
    ("calendar", "--json"),
    ("verdict",),
    ("verdict", "--json"),
    ("tic",),
    ("tic", "--json"),
    ("tic", "japan"),
)
# All commands one after the other: of each its exit code, what it prints, and what heavy it loads.
EACH = f"""
import io, json, sys
from contextlib import redirect_stdout
from monitor.cli.main import main
done, loaded = [], set()
for words in json.loads(sys.argv[2]):
    said, code = io.TextIOWrapper(io.BytesIO(), "utf-8"), 0
    with redirect_stdout(said):
        try:
            main(["--config", sys.argv[1], *words], prog_name="havenwatch")
        except SystemExit as ended:
            code = ended.code
    heavy = [one for one in {(*HEAVY, *CLASSES, "rich")} if one in sys.modules]
    heavy = [one for one in heavy if one not in loaded]
    loaded.update(heavy)
    said.seek(0)
    done.append((code, said.read(), heavy))
print(json.dumps(done))
"""


def run(desk: Desk, *commands: tuple[str, ...]) -> list[tuple[int, str, list[str]]]:
    """The exit code of each command, what it prints, and what heavy is loaded by it and was not by
    those before it, in one new process."""
    command = [sys.executable, "-c", EACH, str(desk.config), json.dumps(commands)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [(code, said, heavy) for code, said, heavy in json.loads(done.stdout)]


@pytest.fixture(scope="session")
def run_once(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk whose database has the settings of its configuration, and what each command printed
    there."""

    def build(folder: Path) -> None:
        made = desk.copy(folder)
        made.config.write_text(CONFIG)
        database = Database(made.path)
        config = load(made.config, {})
        reading = ReadModel(config, database)
        KeptSettings(database).keep(config.fingerprint, reading.settings)
        keep_views(reading, LOOKED)
        database.close()
        made.freeze(LOOKED)
        (folder / "printed.json").write_text(json.dumps(run(made, *LOOKING)))

    return Desk(built_once(tmp_path_factory, "glance", build))


@pytest.fixture
def kept(run_once: Desk, tmp_path: Path) -> Desk:
    """The same, to be written to."""
    return run_once.copy(tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(one, marks=pytest.mark.slow)
        if one[0] in ("status", "verdict") and one != ("status",)
        else one
        for one in LOOKING
    ],
    ids=" ".join,
)
def test_it_loads_nothing_heavy_and_shows_the_same(
    kept: Desk, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = json.loads((kept.folder / "printed.json").read_text())
    code, said, heavy = printed[LOOKING.index(words)]
    assert code == (1 if words[0] == "sources" else 0)  # some are not asked in the fixture
    allowed = {*(("rich",) if words not in NO_TABLES else ())}
    assert set(heavy) <= allowed | {*(CLASSES if words not in LISTS else ())}
    kept.config.write_text(f"{CONFIG}# another\n")
    whole = Mock(side_effect=with_reading)
    monkeypatch.setattr("monitor.cli.glance.with_reading", whole)
    later = kept.run(*words)
    assert (later.exit_code, later.stdout) == (code, said)
    whole.assert_called_once()


@pytest.mark.slow
def test_the_days_that_a_configuration_adds_are_counted_with(kept: Desk) -> None:
    text = f"{CONFIG}[calendar.closed]\nXNYS = [2025-04-14]\n"
    kept.config.write_text(text)
    database = Database(kept.path)
    config = load(kept.config, {})
    KeptSettings(database).keep(config.fingerprint, ReadModel(config, database).settings)
    keep_views(ReadModel(config, database), LOOKED)
    database.close()
    ((_, said, heavy),) = run(kept, ("calendar",))
    assert "2025-04-14 closed: NYSE" in said
    assert "pandas" not in heavy


def test_a_mistake_in_a_changed_configuration_is_refused(kept: Desk) -> None:
    kept.config.write_text(f"{CONFIG}[nonsense]\n")
    done = kept.run("alerts")
    assert (done.exit_code, done.stdout) == (3, "")


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
    done = CliRunner().invoke(main, ["--config", str(path), "tick", *AT])
    assert done.exit_code == 0, done.output
    database = Database(tmp_path / "havenwatch.db", read_only=True)
    names = database.connection.execute("SELECT name FROM kept_views ORDER BY name").fetchall()
    mark = levels_made_from(database, fingerprint(path.read_bytes()))
    assert [row["name"] for row in names] == ["levels", "releases", "verdict"]
    assert KeptViews(database).find("levels", mark, LOOKED) is not None
    database.close()
