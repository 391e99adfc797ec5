"""The tutorial, walked: its files are made, its commands are run, and they print what it shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from monitor.cli.main import main

PAGE: Final = Path(__file__).parents[1] / "docs" / "tutorial.md"
FENCE: Final = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
FILE: Final = re.compile(r"Save it as `([\w.]+)`")
# In the clone, before the folder of one's own: .ci/demonstration runs these.
ELSEWHERE: Final = ("make ", ".venv/bin/havenwatch --config demo/")
# What the commands change of the shell that runs them.
SHELL: Final = ("export PATH=", "cd ")


def parts() -> list[tuple[str, str, str]]:
    """The blocks of the page in order: the words before it, its language, its text."""
    page, found, behind = PAGE.read_text(encoding="utf-8"), [], 0
    for match in FENCE.finditer(page):
        found.append((page[behind : match.start()], match[1], match[2]))
        behind = match.end()
    return found


def commands(block: str) -> list[tuple[str, list[str]]]:
    """The commands of a block, each with the lines that it shows."""
    return [
        (lines[0], lines[1:])
        for lines in (one.splitlines() for one in block.split("$ ")[1:])
        if not lines[0].startswith((*ELSEWHERE, *SHELL))
    ]


def run(command: str) -> str:
    """What a command prints: havenwatch in this process, all else in a shell."""
    if command.startswith("havenwatch "):
        done = CliRunner().invoke(main, shlex.split(command)[1:])
        assert done.exit_code == 0, f"{command}: {done.output}"
        return done.output
    shell = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert shell.returncode == 0, f"{command}: {shell.stderr}"
    return shell.stdout


@pytest.mark.slow
def test_the_tutorial_works_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{PAGE.parents[1]}/.venv/bin:{os.environ['PATH']}")
    last, walked = "", []
    for words, language, block in parts():
        if language == "python":
            (name,) = FILE.findall(words)
            Path(name).write_text(block, encoding="utf-8")
        elif language == "toml":
            with Path("config.toml").open("a", encoding="utf-8") as config:
                config.write(f"\n{block}")
        elif language == "text":
            assert block in last
        for command, shown in commands(block) if language == "console" else []:
            last = run(command)
            walked.append(command)
            missing = [line for line in shown if line.strip() and line not in last]
            assert missing == [], f"{command}: {last}"
    assert len(walked) > 15
