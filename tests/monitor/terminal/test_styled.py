"""Lines and tables fit the terminal, say all they were given, and keep each part's style."""

from __future__ import annotations

import re

import pytest

from monitor.terminal.styled import Cell, StyledOutput, fitted, wrapped

STYLE = re.compile("\x1b\\[[0-9;]*m")


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 5, [""]),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("unbreakable", 4, ["unbreakable"]),
        ("a unbreakable b", 4, ["a", "unbreakable", "b"]),
        ("aa bb cc dd", 5, ["aa bb", "cc dd"]),
    ],
)
def test_a_text_is_broken_at_spaces(text: str, room: int, lines: list[str]) -> None:
    assert list(wrapped(text, room)) == lines


def test_each_part_keeps_its_style_where_a_line_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "12")
    found = list(StyledOutput().wrapped(("WARNING", "bold red"), " of", (" the day", "dim")))
    assert found == ["\x1b[1;31mWARNING\x1b[0m of", "\x1b[2mthe day\x1b[0m"]


@pytest.mark.parametrize("columns", [30, 60, 100])
def test_a_table_fits_and_holds_every_word(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    rows: list[tuple[Cell, ...]] = [
        ("S&P 500, fall in usual moves", "1.90", "[1]"),
        ("Dollar", ("2.01", "bold"), "[12]"),
    ]
    lines = list(StyledOutput().table(("input", "value", "source"), rows, 2, right="lr"))
    assert max(map(len, lines)) <= columns
    said = "S&P 500, fall in usual moves 1.90 [1] Dollar 2.01 [12] input value source"
    assert sorted(STYLE.sub("", " ".join(lines)).split()) == sorted(said.split())


def test_the_column_that_wraps_the_fewest_texts_is_narrowed_first() -> None:
    columns = [["all sessions, mean", "2025-04-10"], ["+1 / +2", "+3 / +4"]]
    assert fitted(columns, 30) == [18, 7]
    assert fitted(columns, 20) == [13, 7]
    assert fitted(columns, 1) == [10, 2]
