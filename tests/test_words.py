"""What people read is in plain words: the terms of Alertmanager, Grafana and PagerDuty, and of a
rates desk. Each phrase here was replaced by a standard or a shorter one, and must not come back."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import click
import pytest
from click.testing import CliRunner

from monitor.cli.main import main

ROOT = Path(__file__).resolve().parents[1]

# Words with a standard term: notified, again, fix, queued, failed, failing, evaluated, no expiry.
WORDS: Final = (
    "told", "untold", "anew", "mend", "mends", "owed", "owes", "dead letter", "dead letters",
    "not well", "unwell", "judged", "judges", "for good", "yardstick", "riddle", "stands for",
    "vouches", "kin", "whoever was",
)  # fmt: skip

PHRASES: Final = (
    # the README
    "judges thirteen rules", "and tells a rates", "a desk can take apart", "came near a threshold",
    "when the data cannot say", "stand-ins of the publishers", "cannot pass for three",
    "is named with what to do", "what became of it", "told as", "owed, held or dead",
    "it goes no further", "tell nobody of", "the silences that last", "end one",
    "the database knows of the past", "at one glance", "what is owed", "spring of 2025 again",
    "tell nothing twice", "what decides has a second source", "whose transactions are out",
    "work on it",
    # the pages in docs
    "alive or dead", "is missed by a receiver", "who says so", "the one that waits takes over",
    "after the first message", "stands for a haven failure", "acknowledged for good",
    "is a promise in the database", "whose end nobody knows", "nobody knows whether",
    "asks for attention", "every rule has fresh data", "what somebody answered for", "set aside",
    "part of its own yardstick", "flows decide", "six headings", "of its notice size",
    "a gate that closes", "two dates on every number", "cannot judge without",
    "it reaches for nothing", "what is shown is as known", "the status page for programs",
    # the help
    "watch until stopped", "do once whatever is due", "in one line whether anything",
    "answer for the alert", "who answers", "it is judged all the same", "those that stand so",
    "give up a dead", "decide anew", "knowing the noise", "show why", "ask each once, politely",
    "if one is not well", "instant to look at", "in place of now", "whole or not at all",
    # the pages of the site
    "sources well", "of the check behind it", "nothing is open", "where each rule stands",
    "wrong clock: asked", "by session, to", "what changes (atom)", "what comes (icalendar)",
    "a session a cell", "answered: not acknowledged", "who was told", "nobody by itself",
    "it was told with last", "computed from what is stored", "ran out", "nothing is owed",
    "may have arrived", "nobody is told of these", "changes over some months",
    "for_lt_treas_net of area",
    # the terminal
    "nothing newer came", "unasked", "nobody hears", "message(s)", "the bot is not running",
    "what is in force", "so this is not done",
    # messages, the digest and the verdict
    "sold on balance", "price action would fit", "neither here nor there",
    "nothing else points to it", "did not shelter", "usual daily move", "is below zero",
    "such month this month", "more than on 100", "would say that prices", "change this reading",
    "the last like it", "known only after its usual time", "the better number is in",
    "back to normal", "by the newer numbers", "it has not ended since", "told one by one",
    "not told by itself", "nobody has acknowledged this", "it was to be sent at",
    "the silence over it", "cannot be judged", "something newer was due", "its answer is unknown",
    "calendar runs out", "header of it is none", "given up after", "nothing fired", "cannot say",
    "of the way", "or another like it", "this channel reaches", "and is no news",
    # words that read as if translated
    "in the order of a day", "where to change what", "for programs", "one a line", "or your yes",
    "alerts nobody", "the short way", "how both can be true", "too few for a rate",
    "shipped with the program", "is not out", "are not out", "were not out", "other thresholds",
    "a basket from ecb", "auctions of the term", "on two processors",
    "when dxy comes", "data come that", "changes are taken", "still act as a haven",
    # the configuration
    "who misses this program", "when there was none for so long", "came so long after",
)  # fmt: skip

# Columns, statuses and fields of the database and of JSON keep their names.
CODE: Final = re.compile(r"^ *```\w*\n.*?^ *```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
EXPRESSION: Final = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
MARKUP: Final = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<style.*?</style>|<[^>]*>", re.DOTALL)


# Still to be replaced, by file of messages.
PENDING: Final[dict[str, set[str]]] = {}


def pages() -> dict[str, str]:
    """The written pages, without code."""
    named = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
    named += sorted((ROOT / "docs").glob("*.md"))
    named += sorted((ROOT / "tests").glob("*cases/README.md"))
    found = {str(one.relative_to(ROOT)): CODE.sub("", one.read_text("utf-8")) for one in named}
    return {**found, "config.toml": (ROOT / "config.toml").read_text("utf-8")}


@cache
def helps() -> dict[str, str]:
    """What `--help` prints, of every command."""
    found = {"help": CliRunner().invoke(main, ["--help"]).output}
    for name, command in main.every().items():
        inner = list(command.commands) if isinstance(command, click.Group) else []
        for words in [[name], *([name, one] for one in inner)]:
            found[" ".join(words)] = CliRunner().invoke(main, [*words, "--help"]).output
    return found


def visible(template: str) -> str:
    """The words of a template: without its code and markup, but with the texts in its code."""
    captions = re.findall(r'"([^"<>]+ [^"<>]*)"', " ".join(EXPRESSION.findall(template)))
    return " ".join([MARKUP.sub(" ", template), *captions])


def templates() -> dict[str, str]:
    """The words in the templates of mails and of the site."""
    files = [
        *ROOT.glob("alerts/templates/*.html.j2"),
        *ROOT.glob("monitor/web/templates/*.html.j2"),
    ]
    return {one.name: visible(one.read_text("utf-8")) for one in sorted(files)}


def snapshots() -> dict[str, str]:
    """The messages that tests keep."""
    files = sorted((ROOT / "tests").rglob("*.ambr"))
    return {str(one.relative_to(ROOT)): one.read_text("utf-8") for one in files}


def found_in(text: str, wanted: tuple[str, ...]) -> set[str]:
    """Those of the words and phrases wanted that a text has, in any case, across its lines."""
    plain = " ".join(text.replace("\n#", "\n").split()).lower()
    return {
        one
        for one in wanted
        if one in plain and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", plain)
    }


@pytest.mark.parametrize("name", pages())
def test_a_page_is_in_plain_words(name: str) -> None:
    assert found_in(pages()[name], (*WORDS, *PHRASES)) == set()


@pytest.mark.parametrize("name", helps())
def test_a_help_text_is_in_plain_words(name: str) -> None:
    assert found_in(helps()[name], (*WORDS, *PHRASES)) == set()


@pytest.mark.parametrize("name", templates())
def test_a_template_is_in_plain_words(name: str) -> None:
    assert found_in(templates()[name], (*WORDS, *PHRASES)) == set()


@pytest.mark.parametrize("name", snapshots())
def test_a_message_is_in_plain_words(name: str) -> None:
    assert found_in(snapshots()[name], (*WORDS, *PHRASES)) <= PENDING.get(name, set())


@pytest.mark.parametrize("name", pages())
def test_numbers_are_closed_up_with_their_units(name: str) -> None:
    """`+6bp`, `-3.5%`, `$32.1bn`: as a desk writes them."""
    assert re.findall(r".{20}\d (?:%|bp\b|bn\b)|\d USD bn", pages()[name]) == []


def test_a_replaced_phrase_is_found_across_lines_and_in_comments() -> None:
    assert found_in("# Who misses\n# this program: mended", WORDS + PHRASES) == {
        "who misses this program"
    }
