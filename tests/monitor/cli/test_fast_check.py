"""The check that a monitoring system runs each minute says the same with and without click."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.fast_check import fast_check
from monitor.cli.main import MODULES, main
from tests.desk import Desk
from tests.slow import quick_where
from tests.support import utc

WITH_CLICK = "from monitor.cli.main import main; main(prog_name='havenwatch')"
PLAIN = (
    ("check",),
    ("check", "--json"),
    ("check", "--health"),
    ("check", "--rule", "joint_selloff", "--rule=haven_failure"),
    ("--db=nowhere.db", "check"),
    ("--db", "first.db", "--db", "nowhere.db", "check"),
    ("--config", "nowhere.toml", "check"),
)
FOR_CLICK = (
    ("--help",),
    ("status",),
    ("check", "--help"),
    ("check", "--rule"),
    ("check", "--at", "2025-04-10"),
    ("check", "--json=1"),
    ("check", "more"),
    ("--verbose", "check"),
    ("--db", ".", "check"),
    ("--db", "check"),
)


def run(folder: Path, *command: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "words",
    [PLAIN[0], *(pytest.param(one, marks=pytest.mark.slow) for one in PLAIN[1:])],
    ids=" ".join,
)
def test_it_says_the_same_with_and_without_click(
    desk: Desk, tmp_path: Path, words: tuple[str, ...]
) -> None:
    copied = desk.copy(tmp_path)
    folder = copied.folder
    copied.freeze(utc("2025-04-11 00:00"))
    plain = run(folder, "-m", "monitor", *words)
    assert plain == run(folder, "-c", WITH_CLICK, *words)
    assert plain[2] == ""


@pytest.mark.parametrize("words", FOR_CLICK, ids=" ".join)
def test_whatever_else_is_typed_is_read_by_click(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert fast_check(words, {}) is None
    assert fast_check(("check",), {"_HAVENWATCH_COMPLETE": "bash_complete"}) is None


def printed_to(descriptor: int, desk: Desk, *words: str) -> tuple[int, str]:
    """The exit code of a command whose output goes to a file, and what it says beside it."""
    command = [sys.executable, "-m", "monitor", *words]
    with os.fdopen(descriptor) as output:
        done = subprocess.run(
            command, cwd=desk.config.parent, stdout=output, stderr=subprocess.PIPE, check=False
        )
    return done.returncode, done.stderr.decode()


COMMANDS = quick_where("check".__eq__, ("check", "silences", "alerts", "export changes"))


@pytest.mark.parametrize("words", COMMANDS)
def test_a_reader_that_has_gone_is_no_crash(desk: Desk, words: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    assert printed_to(writer, desk, *words.split()) == (1, "")


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_an_output_without_room_is_said_in_a_line(desk: Desk, words: str) -> None:
    code, said = printed_to(os.open("/dev/full", os.O_WRONLY), desk, *words.split())
    assert code != 0
    assert said.startswith("error: output: ")
    assert "No space left on device" in said
    assert "Traceback" not in said


def test_every_command_is_found_in_the_module_that_is_named_for_it() -> None:
    for module, names in MODULES.items():
        loaded = __import__(f"monitor.cli.{module}", fromlist=["COMMANDS"])
        assert tuple(command.name for command in loaded.COMMANDS) == names
    assert CliRunner().invoke(main, ["no-such-command"]).exit_code == 3
