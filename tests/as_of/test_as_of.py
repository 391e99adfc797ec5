"""Every surface at an instant shows what it would show over a database cut there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from state.as_of import TIMELESS
from state.database import Database
from tests.as_of.cut import cut
from tests.as_of.lived import build_lived
from tests.as_of.surfaces import alerts_of, all_shown, reading_commands
from tests.slow import SWEEP
from tests.support import new_york

DAY, DAYS = "2025-04-09 10:00", pytest.param("2025-04-11 20:00", marks=SWEEP)
INSTANTS = ("2025-04-10 18:29:59", "2025-04-09 12:10")


@pytest.fixture(scope="module", params=[DAY, DAYS])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was lived in until an instant."""
    return build_lived(tmp_path_factory.mktemp("lived"), request.param)


def test_every_command_that_shows_what_is_stored_can_show_it_as_of_an_instant() -> None:
    for name, command in reading_commands().items():
        options = {one for parameter in command.params for one in parameter.opts}
        assert "--at" in options, f"{name} shows something, and not as it stood at an instant"


def test_every_table_has_a_view_of_its_past_or_needs_none(tmp_path: Path) -> None:
    Database(tmp_path / "x.db").close()
    database = Database(tmp_path / "x.db", as_of=new_york("2025-04-10 19:00"))
    kinds = {
        kind: {
            row["name"]
            for row in database.connection.execute(
                f"SELECT name FROM {schema}.sqlite_master WHERE type = '{kind}' "
                "AND name NOT LIKE '%sqlite_%'"
            )
        }
        for schema, kind in (("main", "table"), ("temp", "view"))
    }
    history = {name for name in kinds["table"] if name.endswith("_changes")} | {"program_runs"}
    assert kinds["view"] | set(TIMELESS) | history == kinds["table"]
    database.close()


@pytest.mark.slow
@pytest.mark.parametrize("lived", [DAY], indirect=True)
def test_a_look_back_into_a_day_shows_what_a_database_cut_there_shows(
    lived: Path, tmp_path: Path
) -> None:
    assert differing(lived, new_york("2025-04-08 18:29:59"), tmp_path) == []


@pytest.mark.parametrize("lived", [DAYS], indirect=True)
@pytest.mark.parametrize("moment", INSTANTS)
def test_a_look_back_shows_what_a_database_cut_there_shows(
    lived: Path, tmp_path: Path, moment: str
) -> None:
    assert differing(lived, new_york(moment), tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("lived", [DAY], indirect=True)
def test_nothing_of_a_time_before_the_first_tick_is_shown(lived: Path, tmp_path: Path) -> None:
    assert differing(lived, new_york("2025-04-07 20:59"), tmp_path) == []


def differing(database: Path, at: datetime, folder: Path) -> list[str]:
    """The surfaces that differ, with the first place where they do."""
    ended = cut(database, at, folder / "cut.db")
    (folder / "config.toml").write_text((database.parent / "config.toml").read_text())
    alerts = alerts_of(ended) or alerts_of(database)[:1]
    whole = all_shown(database, at, alerts, is_cut=False)
    gone = all_shown(ended, at, alerts, is_cut=True)
    assert whole.keys() == gone.keys()
    shown = {name: (_plain(whole[name], database), _plain(gone[name], ended)) for name in whole}
    return [f"{name}: {_first(*both)}" for name, both in shown.items() if both[0] != both[1]]


def _plain(shown: object, database: Path) -> str:
    """What is shown, whatever the path of its database is."""
    return repr(shown).replace(str(database), "DATABASE")


def _first(whole: str, gone: str) -> str:
    """Where two texts differ first."""
    place = next((n for n, (x, y) in enumerate(zip(whole, gone, strict=False)) if x != y), 0)
    near = slice(max(0, place - 80), place + 120)
    return f"as of: ...{whole[near]} / cut: ...{gone[near]}"
