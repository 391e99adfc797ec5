"""What a shell completes, through a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.config.plugins import rule_types, source_types
from tests.desk import CRITICAL, Desk
from tests.slow import quick_where

BASH = shutil.which("bash")
# Run as bash runs the program when Tab is pressed.
ASK = "import sys; from monitor.cli.main import main; main(prog_name='havenwatch')"


def completed(desk: Desk, *words: str) -> list[str]:
    """What is proposed for the last of some words."""
    done = asked(desk, *words)
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.split()]


def asked(desk: Desk, *words: str) -> subprocess.CompletedProcess[str]:
    line = ["havenwatch", "--config", str(desk.config), *words]
    environ = {
        **os.environ,
        "_HAVENWATCH_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(line),
        "COMP_CWORD": str(len(line) - 1),
    }
    return subprocess.run(
        [sys.executable, "-c", ASK], env=environ, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("words", "wanted"),
    quick_where(
        lambda case: case[0][0] in ("show", "vintages", "sta"),
        [
            (("show", "joint_selloff/us/2025-04-1"), [CRITICAL]),
            (("explain", "joint_selloff_m"), ["joint_selloff_monthly"]),
            (("alerts", "--rule", "haven"), ["haven_failure"]),
            (("vintages", "ust3"), ["ust30y"]),
            (("vintages", "treasury_t"), ["treasury_tic"]),
            (("export", "observations", "--series", "sp"), ["spx"]),
            (("backfill", "--source", "kim"), ["kim_wright"]),
            (("send-test", "con"), ["console"]),
            (("silence", "source_h"), ["source_health"]),
            (("silence", "clock"), ["clock_skew"]),
            (("silence", "developing_h"), ["developing_haven_failure"]),
            (("sta",), ["status"]),
            (("export", "observations", "--format", "p"), ["parquet"]),
        ],
    ),
)
def test_names_are_completed(desk: Desk, words: tuple[str, ...], wanted: list[str]) -> None:
    assert completed(desk, *words) == wanted


@pytest.mark.slow
def test_only_what_nobody_has_answered_is_proposed_to_be_acknowledged(desk: Desk) -> None:
    # Ann has answered for the joint selloff of that day, and what was two days before is past.
    assert completed(desk, "ack", "joint_selloff/us/") == []
    assert completed(desk, "ack", "haven_failure/us/") == ["haven_failure/us/2025-04-10"]


@pytest.mark.slow
def test_every_rule_and_source_there_is_can_be_completed(desk: Desk) -> None:
    assert set(completed(desk, "tune", "")) == set(rule_types())
    assert set(completed(desk, "backfill", "--source", "")) == set(source_types()) - {"table"}


@pytest.mark.slow
def test_what_the_configuration_turns_off_is_not_proposed_and_what_it_adds_is(
    desk: Desk, tmp_path: Path
) -> None:
    mine = desk.copy(tmp_path / "mine")
    mine.config.write_text(
        '[rules.haven_failure]\nenabled = false\n[channels.risk_mail]\ntype = "email"\n'
        '[channels.slack]\nenabled = false\n[sources.my_feed]\ntype = "table"\n'
    )
    assert completed(mine, "tune", "haven") == []
    assert completed(mine, "send-test", "") == ["console", "risk_mail"]
    assert completed(mine, "backfill", "--source", "my") == ["my_feed"]


@pytest.mark.parametrize("config", quick_where(lambda one: one == "", ["", "not = [toml", None]))
def test_where_there_is_nothing_to_read_it_is_silent(tmp_path: Path, config: str | None) -> None:
    if config is not None:
        (tmp_path / "config.toml").write_text(config)
    for words in (("show", ""), ("vintages", "spx"), ("ack", "")):
        done = asked(Desk(tmp_path), *words)
        assert (done.stdout.strip(), done.stderr, done.returncode) == ("", "", 0)
    assert not (tmp_path / "havenwatch.db").exists()


@pytest.mark.parametrize("content", [b"", b"this is no database" * 100])
def test_a_file_that_is_no_database_is_silent_too(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.toml").write_text("")
    (tmp_path / "havenwatch.db").write_bytes(content)
    done = asked(Desk(tmp_path), "show", "")
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_it_loads_nothing_heavy(desk: Desk) -> None:
    line = ["havenwatch", "--config", str(desk.config), "vintages", ""]
    script = (
        "import atexit, sys\n"
        "heavy = {'pandas', 'numpy', 'rich', 'matplotlib', 'sqlite_utils', 'pydantic'}\n"
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules)), file=sys.stderr))\n"
    )
    environ = {
        **os.environ,
        "_HAVENWATCH_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(line) + " ",
        "COMP_CWORD": str(len(line) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-c", script + ASK],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "plain,spx" in done.stdout
    assert done.stderr.strip() == "[]"


@pytest.mark.skipif(BASH is None, reason="bash is not here")
def test_a_real_bash_completes_an_alert(desk: Desk, tmp_path: Path) -> None:
    program = tmp_path / "havenwatch"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m monitor "$@"\n')
    program.chmod(0o755)
    script = f"""
    export PATH={tmp_path}:$PATH
    eval "$(havenwatch completion bash)"
    COMP_WORDS=(havenwatch --config {desk.config} show joint_selloff/us/2025-04-1)
    COMP_CWORD=4
    _havenwatch_completion havenwatch
    printf '%s\\n' "${{COMPREPLY[@]}}"
    complete -p havenwatch
    """
    done = subprocess.run([str(BASH), "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[0] == CRITICAL, done.stderr
    assert "_havenwatch_completion havenwatch" in done.stdout


@pytest.mark.parametrize(
    ("shell", "wanted"),
    [("bash", "complete -o nosort"), ("zsh", "#compdef havenwatch"), ("fish", "complete ")],
)
def test_each_shell_gets_its_script_and_the_line_for_its_profile(shell: str, wanted: str) -> None:
    desk = Desk(Path())
    assert wanted in desk.run("completion", shell).output
    said = desk.run("completion", "--help").output
    assert f"havenwatch completion {shell}" in said
    assert {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "config.fish"}[shell] in said
