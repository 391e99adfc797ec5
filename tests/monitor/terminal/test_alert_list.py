"""The list of alerts says what their JSON says, in two lines each, with colour for a person."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from monitor.terminal.styled import shows_colour, wrapped
from monitor.views.alerts_json import alerts_json
from state.alert_lists import wanted_alerts
from state.alert_names import Wanted, list_lines
from state.database import Database
from tests.desk import CRITICAL, Desk

ESCAPE = re.compile("\x1b\\[[0-9;]*m")


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(rule="joint_selloff"),
        Wanted(severity="critical"),
        Wanted(state="open"),
        Wanted(since="2025-04-09T00:00:00Z"),
    ],
    ids=str,
)
def test_a_line_says_what_the_json_says(desk: Desk, wanted: Wanted) -> None:
    database = Database(desk.path, read_only=True)
    lines = list_lines(database, wanted)
    told = alerts_json(database, wanted_alerts(database, wanted))
    database.close()
    assert lines
    for line, one in zip(lines, told, strict=True):
        assert line == (
            one["id"],
            one["severity"],
            one["state"],
            one["provisional"],
            one["opened_at"],
            one["headline"],
            one["acknowledged_by"],
            tuple((it["channel"], it["status"]) for it in one["deliveries"]),
            tuple(one["not_told"].values()),
        )


def test_the_list_is_of_the_newest_and_says_how_many_there_are(desk: Desk) -> None:
    every = desk.run("alerts", "--last", "0").output.splitlines()
    heads = [one for one in every if not one.startswith(" ")]
    newest = desk.run("alerts", "--last", "2").output.splitlines()
    assert [one for one in newest if not one.startswith(" ")][:2] == heads[-3:-1]
    assert newest[-1] == f"The newest 2 of {len(heads) - 1} alerts; all of them: --last 0"


def test_an_alert_takes_a_line_and_its_headline_below_it_no_wider_than_the_terminal(
    desk: Desk,
) -> None:
    lines = desk.run("alerts", COLUMNS="60").output.splitlines()
    count = len(json.loads(desk.run("alerts", "--json").output))
    assert lines.pop() == f"{count} alerts"
    heads = [one for one in lines if not one.startswith(" ")]
    assert len(heads) == count
    assert max(map(len, set(lines) - set(heads))) <= 60
    (head,) = [one for one in heads if f" {CRITICAL}  " in one]
    assert head.startswith(f"critical {CRITICAL}  open, provisional  2025-04-10 22:")
    assert head.endswith("; acknowledged by Ann")


def test_it_has_colour_where_it_is_wanted_and_the_same_words(desk: Desk) -> None:
    coloured = desk.run("alerts", FORCE_COLOR="1").output
    assert f"\x1b[1;31mcritical \x1b[0m\x1b[1m{CRITICAL}\x1b[0m" in coloured
    assert ESCAPE.sub("", coloured) == desk.run("alerts").output


def test_it_is_ascii_where_the_locale_is(desk: Desk) -> None:
    assert desk.run("alerts", LC_ALL="C").output.isascii()


@pytest.mark.parametrize(
    ("environ", "is_terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colour_is_for_a_terminal_that_has_it(
    environ: Mapping[str, str], is_terminal: bool, expected: bool
) -> None:
    assert shows_colour(environ, is_terminal=is_terminal) is expected


def test_text_is_broken_at_spaces_alone() -> None:
    assert list(wrapped("one two three", 7)) == ["one two", "three"]
    assert list(wrapped("https://example.com/long x", 5)) == ["https://example.com/long", "x"]
    assert list(wrapped("", 5)) == [""]
