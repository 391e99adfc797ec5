"""A table as plain text: aligned, and with long cells wrapped inside their column."""

from __future__ import annotations

from alerts.message.plain import table_lines
from alerts.message.sections import Table

NUMBERS = Table("", ("level", "close"), "lr", (("S&P 500", "5,268.05"), ("DXY", "100.87")))


def test_words_stand_left_and_numbers_right() -> None:
    assert table_lines(NUMBERS) == [
        "level       close",
        "S&P 500  5,268.05",
        "DXY        100.87",
    ]


def test_a_long_cell_is_wrapped_in_its_column_and_no_word_is_broken() -> None:
    said = "Term-premium day 7 Apr, 8 Apr, 10 Apr, 21 Apr, 2 May; Term-premium jump 8 Apr; all."
    table = Table("", ("change", "alert", "n"), "llr", (("settled", said, "8"),))
    assert table_lines(table) == [
        f"change   {'alert':66}  n",
        "settled  Term-premium day 7 Apr, 8 Apr, 10 Apr, 21 Apr, 2 May; Term-premium  8",
        "         jump 8 Apr; all.",
    ]


def test_a_table_without_rows_is_its_header() -> None:
    assert table_lines(Table("", ("a", "b"), "ll", ())) == ["a  b"]
