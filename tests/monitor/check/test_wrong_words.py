"""What is typed or written wrongly ends in a line with exit 3, and never in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main

LARGE = "99999999999999999999"
TYPED = {
    "an instant before all": ("status", "--at", "0001-01-01T00:00:00+23:59"),
    "an instant after all": ("status", "--at", "9999-12-31T23:59:59-23:59"),
    "a year nobody means": ("verdict", "--at", "0101-01-01"),
    "a day before all": ("replay", "--from", "0001-01-01", "--to", "2025-01-01"),
    "a time without end": ("silence", "joint_selloff", "--for", f"{LARGE}d", "--why", "x"),
}
WRITTEN = {
    "a word for a table": 'channels = "x"',
    "a number for a table": "sources = 7",
    "a list for a number": "[monitor]\ntick_seconds = [1]",
    "a table for a number": "[monitor]\ntick_seconds = { a = 1 }",
    "a list for a type": '[channels.x]\ntype = ["slack"]',
    "a number beyond all": f"[monitor]\ntick_seconds = {LARGE}",
    "no number": "[monitor]\ntick_seconds = nan",
    "a list for a source": "[sources]\nh41 = [1]",
    "a word for routes": '[routing]\nwarning = "console"',
    "nested without end": f"x = {'[' * 100_000}",
}


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder / "config.toml"), *words])


@pytest.mark.parametrize("name", TYPED)
def test_a_command_says_what_was_typed_wrongly(tmp_path: Path, name: str) -> None:
    (tmp_path / "config.toml").write_text("")
    done = run(tmp_path, *TYPED[name])
    assert done.exit_code == 3, done.output
    assert isinstance(done.exception, SystemExit)
    assert "Invalid value" in done.output


@pytest.mark.parametrize("name", WRITTEN)
def test_the_configuration_is_explained_and_nothing_starts(tmp_path: Path, name: str) -> None:
    (tmp_path / "config.toml").write_text(WRITTEN[name] + "\n")
    done = run(tmp_path, "config", "check")
    assert done.exit_code == 3, done.output
    assert isinstance(done.exception, SystemExit)
    assert done.output.startswith("config: ")
    done = run(tmp_path, "check")
    assert done.exit_code == 3, done.output
    assert done.output.startswith("UNKNOWN - ")


@pytest.mark.parametrize("words", [("unsilence", LARGE), ("outbox", "--retry", LARGE)])
def test_a_number_beyond_the_databases_is_none_of_its_rows(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "config.toml").write_text("")
    done = run(tmp_path, *words)
    assert done.exit_code in (1, 3)
    assert isinstance(done.exception, SystemExit)
    assert done.output.startswith("error: ")


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf[monitor]\ntick_seconds = 20\n")
    assert run(tmp_path, "config", "check").exit_code == 0
    assert "no database" in run(tmp_path, "check").output


def test_a_test_message_stores_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    assert run(tmp_path, "send-test", "console").exit_code == 0
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]
