"""Numbers and days as a desk reads them."""

from __future__ import annotations

import pytest

from rules.wording import changed_usd_bn, largest, ordinal, plural, sparkline


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([5.0], "▅"),
        ([2.0, 2.0, 2.0], "▅▅▅"),
        ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], "▁▂▃▄▅▆▇█"),
        ([10.0, -4.0, 3.0], "█▁▅"),
    ],
)
def test_a_sparkline_runs_from_the_lowest_to_the_highest(values: list[float], line: str) -> None:
    assert sparkline(values) == line


@pytest.mark.parametrize(
    ("value", "said"), [(-1.25, "fell $1.2bn"), (0.0, "rose $0.0bn"), (0.5, "rose $0.5bn")]
)
def test_a_change_in_dollars_fell_or_rose(value: float, said: str) -> None:
    assert changed_usd_bn(value) == said


def test_a_change_is_told_to_the_digits_asked_for() -> None:
    assert changed_usd_bn(-1234.0, 0) == "fell $1,234bn"


def test_places_and_counts_are_written_as_read() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 10, 11, 12, 13, 20, 21, 22, 111, 1026)] == [
        "1st", "2nd", "3rd", "4th", "10th", "11th", "12th", "13th", "20th", "21st", "22nd",
        "111th", "1,026th",
    ]  # fmt: skip
    assert [largest(n) for n in (1, 2, 3)] == ["Largest", "2nd-largest", "3rd-largest"]
    assert [plural(n, "week") for n in (0, 1, 2, 1300)] == [
        "0 weeks", "1 week", "2 weeks", "1,300 weeks"]  # fmt: skip
