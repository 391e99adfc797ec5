"""The series: what is stored of each, and how its numbers changed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from monitor.views.series_numbers import SeriesNumbers
from monitor.web.line_chart import HEIGHT, WIDTH, line_chart
from monitor.web.series_facts import DRAWN_AT_ONCE, changed, drawn_from, newest_values, revisions
from rules.figure import parts_of
from rules.model import Series
from state.archive import Archive, FetchInfo
from state.database import Database
from state.vintages import StoredSeries, Version, Vintages
from tests.monitor.web.desk import Browser, Desk, browsing
from tests.support import utc

AT = utc("2025-04-10 22:30")
NET = "tic.42609.for_lt_treas_net"


def test_every_series_is_listed_with_what_is_stored_of_it(shown: Browser, desk: Desk) -> None:
    answer = shown.get("/series")
    database = Database(desk.database, read_only=True)
    names, datasets = Vintages(database).names()
    database.close()
    assert answer.status == 200
    assert all(f'href="/series/{name}"' in answer.text for name in names)
    assert all(f'id="{name}"' in answer.text for name in datasets)


def test_a_series_has_its_unit_source_terms_and_changes(shown: Browser) -> None:
    answer = shown.get("/series/spx")
    assert answer.status == 200
    for part in ("S&amp;P 500", "index points, by session", "Cboe", "values for internal alerts"):
        assert part in answer.text, part
    row = answer.text.partition('<tr><th scope="row">2025-04-10</th>')[2].partition("</tr>")[0]
    assert "5,268.05" in row
    assert "−3.46" in row
    assert "<polyline points=" in answer.text


def test_a_series_that_is_not_stored_says_where_the_others_are(shown: Browser) -> None:
    answer = shown.get("/series/gold")
    assert answer.status == 404
    assert "the list of series" in answer.text


@pytest.fixture
def revised(desk: Desk, tmp_path: Path) -> Desk:
    """A desk to which TIC sent another number for January 2025 in April."""
    mine = desk.copied(tmp_path)
    database = Database(mine.database)
    archive, stored = Archive(database), Vintages(database)
    series = stored.series(NET)
    assert series is not None
    frame = pd.DataFrame({NET: [-1234.0]}, index=pd.DatetimeIndex(["2025-01-31"]))
    at = utc("2025-04-11 15:00")
    with database.immediate() as connection:
        archive.append(
            connection,
            "treasury_tic",
            frame,
            {NET: series},
            FetchInfo(("http://tic/slt",), "abcdef0123456789" * 4, utc("2025-04-11 14:00"), at),
            lambda periods: periods,
            at - timedelta(days=3),
            archive.latest("treasury_tic"),
        )
    database.close()
    return mine


def test_a_revision_shows_old_new_when_and_by_which_bytes(revised: Desk) -> None:
    with browsing(revised) as browser:
        answer = browser.get(f"/series/{NET}")
    assert answer.status == 200
    assert "1 period revised since" in answer.text
    row = r'<th role="rowheader" scope="row">2025-01-31</th>(.*?)</tr>'
    first, second = re.findall(row, answer.text, re.DOTALL)
    assert "(assumed)" in first
    assert "(assumed)" not in second
    assert "−\u2060$1,234mn" in second
    assert "11 Apr 2025 11:00 EDT" in second
    assert "11 Apr 2025 10:00 EDT" in second
    assert ">abcdef01</code>" in second


def test_nothing_revised_says_so(shown: Browser) -> None:
    assert "0 periods revised since" in shown.get("/series/spx").text


def test_what_a_publisher_wrote_is_escaped(revised: Desk) -> None:
    database = Database(revised.database)
    database.connection.execute("UPDATE series SET title = '<b>x</b>' WHERE series_id = 'spx'")
    database.close()
    with browsing(revised) as browser:
        for path in ("/series", "/series/spx"):
            text = browser.get(path).text
            assert "&lt;b&gt;x&lt;/b&gt;" in text
            assert "<b>x</b>" not in text


@pytest.mark.parametrize(
    ("before", "after", "unit", "said"),
    [
        (100.0, 101.0, "index", "+1.00"),
        (4.31, 4.4, "pct", "+9.0"),
        (-10.0, -40.0, "usd_mn", "−30"),
        (0.0, 5.0, "index", ""),
        (1.0, 1.25, "ratio", "+0.25"),
    ],
)
def test_a_change_is_said_as_a_desk_says_it(
    before: float, after: float, unit: str, said: str
) -> None:
    assert changed(before, after, unit) == said


def test_each_value_is_compared_with_the_one_before_it() -> None:
    versions = [
        Version(date(2025, 1, 31), value, AT + timedelta(days=place), False, place, (), None, "")  # noqa: FBT003
        for place, value in enumerate((10.0, 13.0, 11.0))
    ]
    found = revisions(versions, "usd_mn")
    assert [(one.before, one.change) for one in found] == [
        (None, ""),
        (10.0, "+$3mn"),
        (13.0, "−$2mn"),
    ]


def test_a_change_is_left_out_where_there_is_nothing_to_compare_with() -> None:
    series = Series("x", "X", "usd_mn", "session", "source")
    days = date(2025, 4, 9), date(2025, 4, 10)
    known = SeriesNumbers(StoredSeries(series, "x", *days, 2), days, (1.0, 2.0))
    newest, oldest = newest_values(known, (1, 5))
    assert (newest.period_end, newest.changes) == (date(2025, 4, 10), ("+1", ""))
    assert oldest.changes == ("", "")


@pytest.mark.parametrize(
    ("days", "stretches"),
    [
        ([1, 2, 3, 4, 7, 8], 1),  # a weekend
        ([1, 2, 3, 4, 9, 10], 1),  # a long one
        ([1, 2, 3, 4, 20, 21], 2),
        ([1, 8, 15, 22, 36, 43], 1),  # a week is missing
        ([1, 8, 15, 22, 64, 71], 2),
        ([1, 32, 60, 91, 121, 3700, 3731], 2),  # ten years of months
        ([1, 2, 30, 31, 60, 61], 3),
    ],
)
def test_a_line_ends_where_data_are_missing(days: list[int], stretches: int) -> None:
    dates = [date(2012, 1, 1) + timedelta(days=count) for count in days]
    chart = line_chart([(day, 1.0) for day in dates])
    assert chart is not None
    assert len(chart.lines) == stretches
    parts = parts_of(np.array(dates, dtype="datetime64[D]"))
    assert [day for part in parts for day in dates[part]] == dates


def test_a_line_stays_in_its_box_and_is_none_for_one_number() -> None:
    days = [date(2025, 4, count) for count in range(1, 11)]
    chart = line_chart([(day, float(place - 3)) for place, day in enumerate(days)])
    assert chart is not None
    (line,) = chart.lines
    points = [tuple(map(float, one.split(","))) for one in line.split()]
    assert [one.value for one in chart.levels] == [-2.5, 0.0, 2.5, 5.0]
    assert all(0 < one.place < HEIGHT for one in chart.levels)
    assert [one.value for one in chart.dates] == [days[0], days[5], days[-1]]
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in points)
    assert chart.zero == points[3][1]
    assert [one[1] for one in points] == sorted((one[1] for one in points), reverse=True)
    flat = line_chart([(day, 5.0) for day in days])
    assert flat is not None
    assert {one.split(",")[1] for one in flat.lines[0].split()} == {f"{flat.levels[0].place:g}"}
    assert line_chart([(days[0], 1.0)]) is None


@pytest.mark.parametrize(
    ("frequency", "periods", "first"),
    [
        ("session", DRAWN_AT_ONCE, None),
        # The year that is shown at first, and some days before it.
        ("session", DRAWN_AT_ONCE + 1, date(2024, 3, 6)),
        # Half a century of weeks is drawn at once.
        ("week", 2600, None),
    ],
)
def test_a_browser_draws_the_newest_part_of_many_sessions_first(
    frequency: str, periods: int, first: date | None
) -> None:
    series = Series("x", "X", "index", frequency, "source")
    stored = StoredSeries(series, "x", date(1976, 1, 2), date(2025, 4, 10), periods)
    assert drawn_from(stored) == first


def test_a_page_names_the_whole_only_where_it_draws_a_part_first(shown: Browser) -> None:
    page = shown.get("/series/spx").text
    assert 'data-sources="/api/series/spx.json?periods=steps" data-months' in page
    assert '<link rel="preload" href="/api/series/spx.json?periods=steps"' in page
    assert "data-whole" not in page
