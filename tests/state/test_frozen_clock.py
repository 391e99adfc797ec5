"""A database's clock is frozen where it says so itself, and never by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.load import load
from monitor.errors import ConfigInvalid
from state.database import Database
from state.frozen_clock import freeze, frozen_at
from tests.desk import LOOKED, Desk

ROOT = Path(__file__).parents[2]


def test_one_that_goes_on_is_not_frozen_whatever_its_configuration_says(
    desk: Desk, tmp_path: Path
) -> None:
    assert frozen_at(desk.path) is None
    assert frozen_at(tmp_path / "none.db") is None
    config = tmp_path / "config.toml"
    config.write_text("[monitor]\nstands_at = 2025-04-11T00:00:00Z\n")
    with pytest.raises(ConfigInvalid, match="stands_at"):
        load(config, {})


def test_one_that_is_frozen_says_where(tmp_path: Path) -> None:
    database = Database(tmp_path / "havenwatch.db")
    freeze(database, LOOKED)
    database.close()
    assert frozen_at(tmp_path / "havenwatch.db") == LOOKED


def test_nothing_but_the_demonstration_freezes_a_clock() -> None:
    callers = {
        str(path.relative_to(ROOT))
        for room in ("alerts", "monitor", "rules", "state")
        for path in (ROOT / room).rglob("*.py")
        if "import freeze" in path.read_text(encoding="utf-8")
    }
    assert callers == {"monitor/demo/show.py"}
