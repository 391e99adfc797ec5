"""TIC slt_table3: lines, identities, units and the release window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from monitor.errors import BodyRejected
from monitor.ingest.http import Body
from monitor.sources.treasury_tic import TreasuryTic
from tests.support import body, new_york

EVENING = new_york("2025-04-08 18:30")


TIC_HEADER = (
    "country\tcountry_code\tdate\tfor_treas_pos\tfor_treas_net\tfor_lt_treas_pos\t"
    "for_lt_treas_net\tfor_lt_treas_valchg\tfor_st_treas_pos\tfor_st_treas_net"
)


def tic(*lines: str, unit: str = "Millions of dollars") -> Body:
    text = [
        f"Table 3{chr(9) * 9}",
        f"{unit}{chr(9) * 9}",
        TIC_HEADER,
        *lines,
        f"Notes:{chr(9) * 9}",
    ]
    return body("\r\n".join(text) + "\r\n")


JAPAN = "Japan\t42609\t2026-03\t1191572\t-23894\t1039803\t-23933\t-17955\t151769\t39"
CHINA = "China, Mainland\t41408\t2023-01\t859342\tn.a.\t855031\tn.a.\tn.a.\t4311\t-479"


def test_tic_lines_are_keyed_by_code_and_month_end_and_na_is_missing() -> None:
    found = TreasuryTic().parse(tic(JAPAN, CHINA), EVENING)
    assert found.loc["2026-03-31", "tic.42609.for_lt_treas_net"] == -23933.0
    assert "tic.41408.for_lt_treas_net" not in found
    assert found.loc["2023-01-31", "tic.41408.for_treas_pos"] == 859342.0


def test_a_literal_minus_zero_is_zero() -> None:
    line = JAPAN.replace("-17955", "-0")
    value = TreasuryTic().parse(tic(line), EVENING)["tic.42609.for_lt_treas_valchg"].iloc[0]
    assert str(value) == "0.0"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda line: line.replace("-23933", "-43933"), "for_lt_treas_net"),
        (lambda line: line.replace("1039803", "1040803"), "for_lt_treas_pos"),
        (lambda line: line.replace("42609", "4260"), "five-digit code"),
        (lambda line: line.replace("2026-03", "03/2026"), "YYYY-MM"),
        (lambda line: line.rpartition("\t")[0], "cells in every line"),
    ],
)
def test_a_tic_line_that_cannot_be_right_is_refused(
    change: Callable[[str], str], said: str
) -> None:
    with pytest.raises(BodyRejected, match=said):
        TreasuryTic().parse(tic(change(JAPAN)), EVENING)


def months(code: str, *valuations: int) -> list[str]:
    """An area's months, the newest first, that hold a million each."""
    return [
        f"An area\t{code}\t2026-{month:02}\t1000000\t0\t1000000\t0\t{change}\t0\t0"
        for month, change in zip(range(len(valuations), 0, -1), valuations, strict=True)
    ]


TOTALS = [*months("69995", 0, 0), *months("79995", 0, 0)]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([*TOTALS, *months("99996", 0, 0)], "for_treas_pos of An area to be the sum of its parts"),
        ([JAPAN, *months("99996", 0)], "a grand total in every month, got none in 2026-03"),
        ([JAPAN.replace("-17955", "")], "in every cell, got an empty one for Japan 2026-03"),
    ],
)
def test_a_tic_file_that_does_not_hold_together_is_refused(lines: list[str], said: str) -> None:
    with pytest.raises(BodyRejected, match=said):
        TreasuryTic().parse(tic(*lines), EVENING)


def test_a_tic_file_without_a_line_is_empty() -> None:
    assert TreasuryTic().parse(tic(), EVENING).empty


@pytest.mark.parametrize(("china", "doubts"), [(-15_000, 0), (45_000, 0), (-45_000, 1)])
def test_a_valuation_change_unlike_that_of_all_areas_is_doubted(china: int, doubts: int) -> None:
    lines = [*months("42609", 10_000, 0), *months("41408", china, 0), *months("99996", 10_000, 0)]
    found = list(TreasuryTic().doubts(TreasuryTic().parse(tic(*lines), EVENING)))
    assert len(found) == doubts


def test_a_tic_file_in_billions_is_refused() -> None:
    with pytest.raises(BodyRejected, match="millions of dollars"):
        TreasuryTic().parse(tic(JAPAN, unit="Billions of dollars"), EVENING)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2025-06-18 15:59", "2025-06-18 16:00"),
        ("2025-06-18 16:00", "2025-06-18 16:00:30"),
        ("2025-06-18 17:59:45", "2025-06-18 18:00:15"),
        ("2025-06-18 18:00", "2025-06-19 09:00"),
        ("2025-06-17 16:40", "2025-06-18 09:00"),
    ],
)
def test_tic_is_asked_every_30_seconds_in_its_window(after: str, expected: str) -> None:
    found = TreasuryTic().next_poll(new_york(after), date(2025, 3, 31))
    assert found == new_york(expected)


def test_tic_is_not_hurried_when_the_month_is_there() -> None:
    found = TreasuryTic().next_poll(new_york("2025-06-18 16:03"), date(2025, 4, 30))
    assert found == new_york("2025-06-18 16:30")
