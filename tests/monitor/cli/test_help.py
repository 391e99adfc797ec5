"""Help: an example of every command that can be typed as it stands, and a first page at once."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from monitor.cli.help import GROUPS, LONGEST
from monitor.cli.main import main
from tests.command_lines import parse

HEAVY = ("pandas", "numpy", "matplotlib", "rich", "pydantic", "sqlite_utils", "requests")


# A list of commands loads none of them, and no log.
LATER = (*HEAVY, "logging", "json", "dataclasses", "monitor.cli.init", "monitor.cli.status")


def commands(
    group: click.Group = main, before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command, with the words that name it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        words = (*before, name)
        if isinstance(command, click.Group):
            yield from commands(command, words)
        else:
            yield words, command


ALL = [words for words, _ in commands()]


def examples(words: tuple[str, ...]) -> list[str]:
    done = CliRunner().invoke(main, [*words, "--help"], terminal_width=200)
    assert done.exit_code == 0
    return re.findall(r"^ +(havenwatch .*)$", done.output, re.MULTILINE)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_an_example_that_can_be_typed(words: tuple[str, ...]) -> None:
    found = examples(words)
    assert found, f"give `{' '.join(words)}` an example"
    for line in found:
        parse(shlex.split(line.partition("|")[0])[1:])


def test_an_example_is_of_its_own_command() -> None:
    for words in ALL:
        assert any(" ".join(words) in line for line in examples(words)), words


def test_every_command_is_listed_once_under_a_heading() -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    listed = {name: said for names in GROUPS.values() for name, said in names.items()}
    for name, command in main.every().items():
        assert listed[name] == command.get_short_help_str(LONGEST), "copy it to monitor/cli/help.py"
        assert len(re.findall(rf"^  {name} ", output, re.MULTILINE)) == (not command.hidden), name
    for heading in GROUPS:
        assert f"\n{heading}:\n" in output
    assert "..." not in output.partition(f"{next(iter(GROUPS))}:")[2]


def test_help_lists_the_commands_or_explains_one() -> None:
    def output(*words: str) -> str:
        return CliRunner().invoke(main, words, prog_name="havenwatch").output

    assert output("help") == output("--help")
    assert output("help", "silence") == output("silence", "--help")
    assert output("help", "config", "check") == output("config", "check", "--help")


def test_help_for_an_unknown_command_says_where_the_commands_are() -> None:
    done = CliRunner().invoke(main, ["help", "silnece"])
    assert done.exit_code == 3
    assert "no command 'silnece'; see: havenwatch help" in done.output


def test_the_groups_name_only_commands_that_exist() -> None:
    assert {name for names in GROUPS.values() for name in names} <= set(main.every())


def test_the_first_page_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom monitor.cli.main import main\n"
        "main(['--help'], standalone_mode=False)\n"
        f"print('LOADED', sorted(set(sys.modules) & set({LATER!r})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "LOADED []"
