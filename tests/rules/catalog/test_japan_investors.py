"""Which month of Japan's investors a notice names, and what is said where a part of it is not
known."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from monitor.sources.mof_investors import FLOWS, MONTHLY_PREFIX
from rules.catalog.japan_foreign_debt import NET, JapanForeignDebt
from rules.evaluation import Evaluations
from rules.model import AlertText
from rules.shared.japan_investors import ALL, INVESTORS, PREFIX
from tests.spring_figures import usual_known_at
from tests.support import Row, judge, new_york

WEEK = date(2025, 4, 12)
FEBRUARY, MARCH, APRIL = date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)
END = new_york("2026-12-31 23:00")
BOUGHT = (-900.0, -800.0, -250.0, -700.0, 50.4, -2.0, 1000.0, -0.4, -198.0)


def month_of(
    end: date, net: tuple[float, ...] = BOUGHT, known: datetime | None = None, vintage: int = 1
) -> list[Row]:
    """A month of every type, in the order of the rule's own list."""
    return [
        (one, end, known or usual_known_at(one, end), vintage, value)
        for one, value in zip(INVESTORS, net, strict=True)
    ]


def judged(*months: list[Row], week: date = WEEK) -> Evaluations:
    days = [week - timedelta(weeks=back) for back in reversed(range(4))]
    weeks = [(NET, day, usual_known_at(NET, day), 1, -700.0) for day in days]
    rows = [*weeks, *(row for rows in months for row in rows)]
    return judge(JapanForeignDebt(), rows, END)["residents"]


def text(*months: list[Row], week: date = WEEK) -> AlertText:
    return judged(*months, week=week).explain(3)


def test_the_newest_month_is_said_with_its_parts_which_make_all() -> None:
    february = month_of(FEBRUARY, tuple(2.0 * one for one in BOUGHT))
    assert text(february, month_of(MARCH)).unusual.startswith(
        "Net purchases by type of investor in March 2025: all −¥900bn, of it banks −¥800bn, life "
        "insurers −¥250bn, trust accounts −¥700bn, investment trusts +¥50bn and all others "
        "+¥800bn. The largest net sale"
    )


def test_every_type_stands_in_the_evidence_with_the_month_that_it_is_of() -> None:
    lines = [one for one in text(month_of(MARCH)).evidence if "in the month" in one.label]
    assert [(one.label.rpartition(", ")[2], one.value) for one in lines] == list(
        zip(INVESTORS.values(), BOUGHT, strict=True)
    )
    assert {(one.period_end, one.unit) for one in lines} == {(MARCH, "jpy_bn")}
    assert lines[0].source == f"source of {ALL}"
    assert lines[0].label == "Foreign long-term debt, net in the month, all investors"


@pytest.mark.parametrize(
    "months",
    [
        [],
        month_of(APRIL, known=new_york("2025-04-01 09:00")),  # not over with the week
        month_of(MARCH, known=new_york("2025-04-16 19:51")),  # a minute after the week
        month_of(date(2024, 12, 31)),  # a source that stopped
        [row for row in month_of(MARCH) if row[0] != ALL],
    ],
)
def test_nothing_is_said_where_no_month_is_known(months: list[Row]) -> None:
    found = text(months)
    assert found.unusual.startswith("The largest net sale over 4 weeks")
    assert "in the month" not in " ".join(one.label for one in found.evidence)


@pytest.mark.parametrize(
    ("end", "named"), [(date(2025, 1, 31), "January 2025"), (FEBRUARY, "February 2025")]
)
def test_an_earlier_month_is_named_as_such(end: date, named: str) -> None:
    assert f"investor in {named}: all" in text(month_of(end)).unusual


@pytest.mark.parametrize(
    ("week", "end", "is_said"),
    [
        (date(2025, 5, 3), date(2025, 1, 31), True),  # 92 days
        (date(2026, 8, 1), date(2026, 4, 30), False),  # 93 days
        (date(2025, 5, 31), date(2025, 5, 31), True),
    ],
)
def test_a_month_is_said_for_92_days(week: date, end: date, *, is_said: bool) -> None:
    known = usual_known_at(NET, week)
    said = text(month_of(end, known=known), week=week).unusual
    assert said.startswith("Net purchases by type") is is_said


def test_a_month_known_in_the_same_minute_is_said() -> None:
    rows = month_of(MARCH, known=new_york("2025-04-16 19:50"))
    assert "in March 2025" in text(rows).unusual


def test_a_part_that_is_not_known_is_among_the_others() -> None:
    missing = f"{PREFIX}life_insurers"
    rows = [row for row in month_of(MARCH) if row[0] != missing]
    found = text([*rows, *month_of(FEBRUARY)])
    assert "all −¥900bn, of it banks −¥800bn, trust accounts −¥700bn" in found.unusual
    assert "all others +¥550bn" in found.unusual
    assert f"source of {missing}" not in {one.source for one in found.evidence}


def test_the_series_are_those_that_the_source_stores() -> None:
    assert {MONTHLY_PREFIX + name for name in FLOWS} == set(INVESTORS)


def test_its_answers_are_the_same_with_and_without() -> None:
    late = month_of(MARCH, known=new_york("2025-06-01 09:00"))
    without, with_months = judged(), judged(month_of(FEBRUARY), late)
    for name in ("period_end", "known_at", "severity", "provisional", "keeps_open", "measure"):
        assert np.array_equal(
            getattr(without, name),
            getattr(with_months, name),
            equal_nan=name == "measure",
        )
    assert JapanForeignDebt().decided_by == (NET,)
