"""A wrong option or configuration is UNKNOWN, and never the exit code of an alert."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.check.check import UNKNOWN, Limits, settings
from monitor.cli.main import main
from tests.monitor.check.broken import run


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rule", "joint_seloff"], "no rule joint_seloff; did you mean 'joint_selloff'?"),
        (["--bogus"], "No such option '--bogus'"),
        (["--timeout", "soon"], "'soon' is not a valid float"),
        (["--at", "noon"], "'noon' is not like"),
        (["--rule"], "requires an argument"),
    ],
)
def test_wrong_use_is_unknown_and_never_the_code_of_critical(
    path: Path, options: list[str], said: str
) -> None:
    done = run(path, *options)
    assert done.exit_code == UNKNOWN
    assert done.stdout.startswith("UNKNOWN - ")
    assert said in done.stdout


def test_a_wrong_option_before_the_command_is_unknown_too() -> None:
    assert CliRunner().invoke(main, ["--databse", "x.db", "check"]).exit_code == UNKNOWN


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "No such file or directory"),
        ("[state\n", "havenwatch config check"),
        ("state = 3\n", "havenwatch config check"),
        ("[monitor]\ntick_overdue_minutes = 'soon'\n", "havenwatch config check"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_unknown(
    tmp_path: Path, written: str | None, said: str
) -> None:
    config = tmp_path / "config.toml"
    if written is not None:
        config.write_text(written)
    done = CliRunner().invoke(main, ["--config", str(config), "check"])
    assert done.exit_code == UNKNOWN
    assert said in done.stdout


def test_the_settings_come_from_the_configuration_without_checking_the_rest(
    tmp_path: Path,
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[state]\npath='other.db'\n[monitor]\ntick_overdue_minutes=5\nnonsense=1\n")
    path, limits, _ = settings(config, None)
    assert path == tmp_path / "other.db"
    assert limits == Limits(timedelta(minutes=5))
