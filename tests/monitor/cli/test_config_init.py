"""Installed somewhere without a checkout: what is missing is said, and can be written."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.main import main

STARTING = Path(__file__).parents[3] / "config.toml"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", ["status", "run", "check", "alerts", "backfill", "web"])
def test_without_a_configuration_it_says_where_it_looked_and_how_to_begin(
    command: str, elsewhere: Path
) -> None:
    done = CliRunner().invoke(main, [command])
    assert done.exit_code == 3
    said = " ".join(done.output.split())
    assert str(elsewhere) in said
    assert "--config" in said
    assert "havenwatch config init" in said


def test_the_configuration_to_begin_with_is_written_once_and_is_right(elsewhere: Path) -> None:
    done = CliRunner().invoke(main, ["config", "init"])
    assert done.exit_code == 0
    assert (elsewhere / "config.toml").read_bytes() == STARTING.read_bytes()
    assert CliRunner().invoke(main, ["config", "check"]).exit_code == 0
    (elsewhere / "config.toml").write_text("[desk]\n")
    done = CliRunner().invoke(main, ["config", "init"])
    assert done.exit_code == 1
    assert (elsewhere / "config.toml").read_text() == "[desk]\n"


def test_it_is_written_where_it_is_asked_for(elsewhere: Path) -> None:
    named = ["--config", "desk.toml", "config"]
    assert CliRunner().invoke(main, [*named, "init"]).exit_code == 0
    assert CliRunner().invoke(main, [*named, "check"]).exit_code == 0
    assert CliRunner().invoke(main, ["--config", "no/such.toml", "config", "init"]).exit_code == 1
