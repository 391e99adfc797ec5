"""Every command line and make target in the documents exists, with its options."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from monitor.cli.main import main
from tests.command_lines import command_of, options_of, parse

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "config.toml")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "tests").glob("*cases/README.md")),
]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
# `havenwatch` as a program: at the start or after a path, a pipe or a bracket, and words behind.
TYPED = re.compile(r"(?:^|[\s/(])havenwatch((?: +[^\s|)#&<>]+)+)")
MAKE = re.compile(r"(?:^\$ |`)make ([a-z -]+?)(?:`|$)", re.MULTILINE)


def lines_of(page: Path) -> list[str]:
    """The command lines in the blocks of a page: with a prompt where the block has prompts."""
    lines: list[str] = []
    for language, block in FENCE.findall(page.read_text(encoding="utf-8")):
        if language in ("", "bash", "ini"):
            lines += block.splitlines()
        elif language == "console":
            lines += [one.strip()[2:] for one in block.splitlines() if one.strip()[:2] == "$ "]
    return [found for line in lines for found in TYPED.findall(line)]


def spans_of(page: Path) -> list[str]:
    """The command lines in the sentences of a page, with placeholders for some of the words."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return [line for span in re.findall(r"`([^`]+)`", text) for line in TYPED.findall(span)]


def makes_of(page: Path) -> set[str]:
    text = page.read_text(encoding="utf-8")
    return {name for found in MAKE.findall(text) for name in found.split()}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_command_line_in_a_block_can_be_typed(page: Path) -> None:
    for line in lines_of(page):
        parse(shlex.split(line))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_command_in_a_sentence_exists_with_its_options(page: Path) -> None:
    for line in spans_of(page):
        words = [one for one in re.sub(r"[\[\]]", " ", line).split() if one not in ("...", "FILE")]
        before = [one for one in words if one.startswith("-")] if words[0].startswith("-") else []
        if set(before) == set(words) or words[0] in ("COMMAND", "--config"):
            continue
        command, rest = command_of(words)
        named = {one for one in rest if one.startswith("--")}
        assert named <= options_of(command), line


def test_the_pages_have_commands() -> None:
    assert sum(len(lines_of(page)) for page in PAGES) > 40
    assert sum(len(spans_of(page)) for page in PAGES) > 40


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_make_target_exists(page: Path) -> None:
    for name in makes_of(page):
        assert re.search(rf"^{name}:", MAKEFILE, re.MULTILINE), f"make {name}"


def test_contributing_names_every_make_target() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    assert targets - makes_of(ROOT / "CONTRIBUTING.md") == set()


def test_every_command_is_in_a_block_or_a_sentence() -> None:
    listed = {line.split()[0] for page in PAGES for line in [*lines_of(page), *spans_of(page)]}
    assert set(main.every()) <= listed
