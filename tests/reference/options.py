"""docs/options.md: every command with every option, as click has them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from monitor.cli.help import GROUPS
from monitor.cli.main import main

HEAD = """\
# Every option

Each command as `havenwatch help COMMAND` explains it. [Commands](commands.md) is the short list
by task. `python -m tests.reference` writes this page.

## havenwatch
"""


def page() -> str:
    """The page."""
    parts = [HEAD, options(main)]
    for name in (name for names in GROUPS.values() for name in names):
        command = main.get_command(click.Context(main), name)
        assert command is not None
        parts += list(sections(command, (name,)))
    return "\n".join(parts)


def sections(command: click.Command, words: tuple[str, ...]) -> Iterator[str]:
    """A command, and those of a group below it."""
    yield f"## {' '.join(words)}\n"
    yield said(command, words)
    if listed := options(command):
        yield listed
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from sections(below, (*words, name))


def said(command: click.Command, words: tuple[str, ...]) -> str:
    """How it is written, what it does, and its examples."""
    context = click.Context(command, info_name=" ".join(("havenwatch", *words)))
    usage = " ".join(command.get_usage(context).removeprefix("Usage: ").split())
    usage = re.sub(r" \[OPTIONS\]| COMMAND \[ARGS\].*| \[ARGS\].*", "", usage)
    paragraphs = inspect.cleandoc(command.help or "").replace("\f", "").split("\n\n")
    words_of: list[str] = []
    examples: list[str] = []
    for one in paragraphs:
        lines = [line.strip() for line in one.replace("\b", "").strip().splitlines()]
        is_code = any(re.match(r"havenwatch |[a-z]+ .*\| *havenwatch ", line) for line in lines)
        (examples if is_code else words_of).append("\n".join(lines))
    told = "\n\n".join(_escaped(" ".join(one.split())) for one in words_of if one)
    shown = "\n".join(examples)
    code = f"```text\n{shown}\n```\n" if shown else ""
    written = "" if isinstance(command, click.Group) else f"`{usage}`\n"
    return "\n".join(filter(None, [written, f"{told}\n", code]))


def options(command: click.Command) -> str:
    """A table of its options, without --help."""
    rows = [row(one) for one in command.params if isinstance(one, click.Option) and not one.hidden]
    if not rows:
        return ""
    return "\n".join(["| option | does |", "|---|---|", *rows, ""])


def row(one: click.Option) -> str:
    """An option with its values and its help."""
    record = one.get_help_record(click.Context(click.Command("any")))
    assert record is not None
    written, does = (" ".join(part.split()) for part in record)
    return f"| `{_escaped(written)}` | {_escaped(does)} |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
