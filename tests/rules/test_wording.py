"""Numbers and days as a desk reads them."""

from __future__ import annotations

import pytest

from rules.wording import (
    changed_usd_bn,
    jpy_bn,
    largest,
    listed,
    number,
    ordinal,
    plural,
    signed,
    signed_jpy_bn,
    signed_usd_bn,
    sparkline,
    usd_bn,
    visible,
)


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


@pytest.mark.parametrize(
    ("value", "digits", "plain", "with_sign"),
    [
        (1234.5, 1, "1,234.5", "+1,234.5"),
        (-1234.5, 1, "−1,234.5", "−1,234.5"),
        (-1234.4, 0, "−1,234", "−1,234"),
        (-0.04, 1, "0.0", "0.0"),
        (0.04, 1, "0.0", "0.0"),
        (0.6, 0, "1", "+1"),
    ],
)
def test_a_number_has_a_real_minus_and_zero_has_no_sign(
    value: float, digits: int, plain: str, with_sign: str
) -> None:
    assert (number(value, digits), signed(value, digits)) == (plain, with_sign)


def test_yen_have_their_sign_before_them() -> None:
    assert [jpy_bn(value) for value in (2430.6, -2430.6)] == ["¥2,431bn", "−¥2,431bn"]
    assert jpy_bn(58.55, 1) == "¥58.5bn"
    assert [signed_jpy_bn(value) for value in (630.0, -630.0, 0.0)] == [
        "+¥630bn", "−¥630bn", "¥0bn"]  # fmt: skip
    assert signed_jpy_bn(-1.25, 2) == "−¥1.25bn"


def test_dollars_have_their_sign_before_them() -> None:
    assert [usd_bn(value) for value in (58.5, -58.5, -1234.0)] == [
        "$58.5bn", "−$58.5bn", "−$1,234.0bn"]  # fmt: skip
    assert [signed_usd_bn(value, 0) for value in (58.5, -58.5, 0.0)] == ["+$58bn", "−$58bn", "$0bn"]


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (-0.04, 1, "−0.04"),
        (0.0004, 0, "+0.0004"),
        (0.0, 1, "0.0"),
        (0.5, 1, "+0.5"),
        (1e-9, 1, "0.000000"),
    ],
)
def test_a_small_number_is_shown_with_the_digits_it_needs(
    value: float, digits: int, said: str
) -> None:
    assert visible(value, digits) == said


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [listed(names) for names in ([], ["custody"], ["a", "b"], list("abcd"))] == [
        "", "custody", "a and b", "a, b, c and d"]  # fmt: skip
