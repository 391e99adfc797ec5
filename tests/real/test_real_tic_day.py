"""Months of TIC as they are told, from the publishers' own files: right to the million, and inside
their own totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from alerts.tic import words
from alerts.tic.facts import TicDay
from monitor.ingest.calendars import NEW_YORK
from monitor.views.tic_days import TicDays
from rules.tic.month_report import AreaMonth, MonthReport
from rules.tic.month_table import month_end_of, month_number
from state.database import Database
from tests.slow import quick_where
from tests.support import utc

AT = utc("2026-06-30 12:00")
SLT_MONTHS = [
    month_end_of(one)
    for one in range(month_number(date(2023, 2, 28)), month_number(date(2026, 4, 30)) + 1)
]
# Net with bills of all foreigners in USD bn, and in percent of holdings over 1, 3 and 12 months.
KNOWN = {
    date(2008, 10, 31): (33, 1.2, 3.3, 15.1),
    date(2013, 6, 30): (-41, -0.7, -1.2, 1.8),
    date(2020, 3, 31): (-319, -4.4, -3.9, -6.0),
    date(2022, 9, 30): (51, 0.7, 3.8, 8.9),
    date(2025, 3, 31): (145, 1.6, 4.0, 10.5),
    date(2025, 4, 30): (-70, -0.8, 2.8, 8.8),
    date(2025, 5, 31): (138, 1.5, 2.4, 9.9),
    date(2026, 3, 31): (-3, 0.0, 1.4, 4.0),
}


@pytest.fixture(scope="module")
def days(database: Path) -> Iterator[TicDays]:
    opened = Database(database, read_only=True)
    yield TicDays(opened, AT)
    opened.close()


@pytest.fixture(scope="module")
def reports(days: TicDays) -> Mapping[date, MonthReport]:
    """The months of slt_table3 with transactions, each read once."""
    return {month: told(days, month).report for month in SLT_MONTHS}


def told(days: TicDays, month: date) -> TicDay:
    found = days.day(month)
    assert found is not None
    return found


def named(areas: tuple[AreaMonth, ...]) -> list[tuple[str, float]]:
    return [(one.name, round(one.long or 0.0, 1)) for one in areas]


def test_april_2025_is_told_by_name(days: TicDays) -> None:
    report = told(days, date(2025, 4, 30)).report
    assert named(report.sellers) == [
        ("Canada", -57.7), ("China", -20.9), ("Belgium", -15.5), ("Luxembourg", -7.4),
        ("Turkey", -7.3), ("Singapore", -6.4), ("Norway", -5.5), ("India", -5.5),
        ("Mexico", -4.5), ("Netherlands", -3.7),
    ]  # fmt: skip
    assert named(report.buyers)[:4] == [
        ("United Kingdom", 42.8), ("Hong Kong", 8.5), ("Spain", 8.0), ("Poland", 5.2),
    ]  # fmt: skip
    both = report.china_belgium
    assert [both.long, both.long_3, both.long_12] == pytest.approx([-36.4, -67.4, -142.6], abs=0.05)
    assert [one.all for one in report.kinds] == pytest.approx([-16.8, 19.4, -11.2, -58.5], abs=0.05)
    assert report.kinds[0].official == pytest.approx(-33.7, abs=0.05)
    assert report.all.place is not None
    assert (report.all.place.rank, report.all.place.count) == (1, 27)
    assert {"Canada", "Japan", "Ireland"} <= {one.name for one in report.watched}
    assert len(report.watched) == 33


@pytest.mark.parametrize(("month", "known"), KNOWN.items(), ids=str)
def test_the_windows_are_those_of_the_verdict(
    days: TicDays, month: date, known: tuple[float, ...]
) -> None:
    whole = told(days, month).report.all
    net = whole.total if whole.total is not None else whole.long
    assert [net, *whole.pct] == pytest.approx(known, abs=0.51)
    assert list(whole.pct) == pytest.approx(known[1:], abs=0.051)


def test_officials_and_private_holders_make_all(reports: Mapping[date, MonthReport]) -> None:
    for month, report in reports.items():
        for part in ("long", "bills", "total", "held"):
            values = [getattr(one, part) for one in (report.official, report.private, report.all)]
            assert values[0] + values[1] == pytest.approx(values[2], abs=0.0025), (month, part)
        for kind in report.kinds:
            assert kind.official is not None
            assert kind.private is not None
            assert kind.official + kind.private == pytest.approx(kind.all, abs=0.0025)


def test_the_types_make_the_publishers_total(
    reports: Mapping[date, MonthReport], database: Path
) -> None:
    opened = Database(database, read_only=True)
    for month, report in reports.items():
        given = opened.connection.execute(
            """SELECT value FROM observations JOIN series USING (series_key)
               WHERE series_id = 'tic_lt.99996.for_lt_total_net' AND period_end = ?""",
            (month.isoformat(),),
        ).fetchone()
        assert sum(one.all or 0.0 for one in report.kinds) == pytest.approx(
            given[0] / 1000, abs=0.005
        )
    opened.close()


def test_the_countries_leave_of_the_total_only_what_has_no_row(
    reports: Mapping[date, MonthReport],
) -> None:
    """Some 140 small areas have no row: their part of the publisher's total is small."""
    for month, report in reports.items():
        assert len(report.areas) == 77
        assert report.all.long is not None
        rest = report.all.long - sum(one.long or 0.0 for one in report.areas)
        assert abs(rest) < 20.0, (month, rest)


def test_a_year_is_the_sum_of_its_months(reports: Mapping[date, MonthReport]) -> None:
    april = reports[date(2026, 4, 30)]
    months = [reports[one] for one in SLT_MONTHS[-12:]]
    for pick in ("all", "official", "china", "china_belgium", "centres_together"):
        longs = [getattr(one, pick).long for one in months]
        assert sum(longs) == pytest.approx(getattr(april, pick).long_12, abs=1e-9)
        assert sum(longs[-3:]) == pytest.approx(getattr(april, pick).long_3, abs=1e-9)


@pytest.mark.parametrize(
    "every", quick_where(lambda every: every == 12, [12, 1], in_ci=lambda _: False)
)
def test_every_head_has_five_lines_and_600_characters(days: TicDays, every: int) -> None:
    longest = 0
    for month in days.months[::every]:
        day = told(days, month)
        head = (words.kicker(day, NEW_YORK), words.title(day.report), *words.brief(day, NEW_YORK))
        assert len(head) <= 5
        assert "nan" not in "".join(head).lower()
        longest = max(longest, len("\n".join(head)))
    assert 500 < longest <= words.MOST_CHARACTERS
