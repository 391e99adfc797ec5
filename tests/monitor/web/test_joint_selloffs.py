"""The calendar of joint selloffs: its numbers are the rule's, and each session is said in words."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from monitor.ingest.calendars import NYSE, US_BONDS, is_session
from monitor.views.read_model import ReadModel
from monitor.web.heat_map import (
    cell_label,
    count_sessions,
    grid,
    half_years,
    joint_selloffs,
    last_year,
    months_back,
)
from monitor.web.heat_overview import overview
from monitor.web.joint_sessions import Mark, Session, merge_live_and_backfilled, read_sessions
from rules.catalog.joint_selloff import JointSelloff
from state.database import Database
from tests.monitor.web.desk import Browser, Desk

TENTH = date(2025, 4, 10)


@pytest.fixture(scope="module")
def sessions(desk: Desk) -> dict[date, Session]:
    reading = ReadModel(desk.config, Database(desk.database, read_only=True))
    found = read_sessions(reading, desk.at)
    reading.database.close()
    return found


def test_april_2025_is_as_it_was_told(sessions: dict[date, Session]) -> None:
    eighth, tenth = sessions[date(2025, 4, 8)], sessions[TENTH]
    assert (tenth.mark, tenth.alert_id) == (Mark.CRITICAL, "joint_selloff/us/2025-04-10")
    assert tenth.weakest_sd == pytest.approx(0.97, abs=0.005)
    assert (eighth.mark, round(eighth.weakest_sd or 0, 2)) == (Mark.WARNING, 0.56)
    assert sessions[date(2025, 4, 9)].mark is Mark.QUIET
    moves = "S&P 500 −3.5%, 10-year +6bp, dollar −2.0%"
    said = "10 April 2025: joint selloff, smallest leg 0.97σ, critical"
    assert cell_label(tenth) == f"{said}; {moves}"
    quiet = cell_label(sessions[date(2025, 4, 9)])
    assert quiet.startswith("9 April 2025: no joint selloff; S&P 500 +9.5%, 10-year +")
    # Every one is shown, by its size, though the smallest are not told.
    small = [cell_label(one) for one in sessions.values() if one.mark is Mark.SMALL]
    assert all(", below notice; S&P 500 " in one for one in small)


def test_history_that_was_never_told_is_judged_by_the_rule_itself(
    desk: Desk, sessions: dict[date, Session]
) -> None:
    """Every session before the first tick is what the rule says of it now."""
    reading = ReadModel(desk.config, Database(desk.database, read_only=True))
    rule = JointSelloff()
    (judged,) = rule.judge(reading.known(rule.series, desk.at))
    reading.database.close()
    before = [one for day, one in sessions.items() if day < date(2025, 4, 1)]
    assert len(before) > 200
    for one in before:
        code = judged.severity_of(one.day)
        assert code is not None
        label = {0: Mark.QUIET, -1: Mark.UNKNOWN, 1: Mark.NOTICE, 2: Mark.WARNING, 3: Mark.CRITICAL}
        fell = one.weakest_sd is not None and one.weakest_sd > 0
        assert one.mark is (Mark.SMALL if code == 0 and fell else label[code])
        assert one.alert_id == ""
    assert {one.mark for one in before} >= {Mark.QUIET, Mark.SMALL, Mark.NOTICE, Mark.WARNING}


def test_what_was_decided_stands_and_of_several_answers_the_last() -> None:
    def at(mark: Mark, *, provisional: bool = False) -> Session:
        return Session(TENTH, mark, 0.97, provisional)

    decided = [at(Mark.WARNING, provisional=True), at(Mark.CRITICAL)]
    found = merge_live_and_backfilled([at(Mark.NOTICE)], decided, {TENTH: "an/alert"})
    assert found == {
        TENTH: Session(TENTH, Mark.CRITICAL, 0.97, provisional=False, alert_id="an/alert")
    }


def test_a_closed_day_has_no_cell_and_an_open_one_always_has(
    sessions: dict[date, Session],
) -> None:
    first, last = date(2025, 1, 1), date(2025, 6, 30)
    made = grid(sessions, first, last)
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    open_days = [day for day in days if is_session(NYSE, day) and is_session(US_BONDS, day)]
    assert len(made.cells) == len(open_days)
    said = " ".join(one.said for one in made.cells)
    assert "18 April 2025" not in said  # Good Friday
    assert "17 April 2025: not evaluated yet" in said
    assert len({(one.x, one.y) for one in made.cells}) == len(made.cells)
    assert max(one.x for one in made.cells) + 12 <= made.width
    assert [name for _, name in made.months] == ["Jan 2025", "Feb", "Mar", "Apr", "May", "Jun"]


def test_a_day_on_which_only_bonds_are_closed_is_closed() -> None:
    columbus = date(2024, 10, 14)
    assert is_session(NYSE, columbus)
    made = grid({}, columbus, columbus + timedelta(days=1))
    assert [one.said for one in made.cells] == ["15 October 2024: not evaluated yet"]


def test_a_past_day_without_a_number_is_hatched_and_not_blank() -> None:
    known = {TENTH: Session(TENTH, Mark.CRITICAL, 0.97, provisional=False)}
    kinds = {one.said: one.kind for one in grid(known, date(2025, 4, 9), date(2025, 4, 11)).cells}
    assert kinds == {
        "9 April 2025: no data": "no-data",
        "10 April 2025: joint selloff, smallest leg 0.97σ, critical": "critical",
        "11 April 2025: not evaluated yet": "waiting",
    }


def test_the_worse_the_larger_so_that_colour_is_not_needed() -> None:
    days = {date(2025, 4, 7): Mark.NOTICE, date(2025, 4, 8): Mark.WARNING, TENTH: Mark.CRITICAL}
    known = {day: Session(day, mark, 0.5, provisional=False) for day, mark in days.items()}
    sizes = [one.size for one in grid(known, date(2025, 4, 7), TENTH).cells if one.size]
    assert sizes == sorted(set(sizes))
    assert len(sizes) == 3


def test_spans_meet_and_do_not_overlap() -> None:
    assert half_years(date(2024, 4, 1), date(2025, 4, 11)) == [
        (date(2025, 1, 1), date(2025, 6, 30)),
        (date(2024, 7, 1), date(2024, 12, 31)),
        (date(2024, 1, 1), date(2024, 6, 30)),
    ]
    assert months_back(date(2025, 4, 11)) == date(2023, 4, 1)
    for today in (date(2025, 4, 11) + timedelta(days=count) for count in range(7)):
        (first, middle), (after, last) = last_year(today)
        assert (after - middle).days == 3, today
        assert first.weekday() == after.weekday() == 0
        assert last == today + timedelta(days=4 - today.weekday())
        assert (last - first).days == 52 * 7 - 3


def test_counts_are_in_words() -> None:
    assert count_sessions([]) == "no data"
    one = Session(TENTH, Mark.CRITICAL, 0.97, provisional=False)
    quiet = Session(date(2025, 4, 9), Mark.QUIET, None, provisional=False)
    assert count_sessions([one, quiet]) == "1 joint selloff of 2 sessions: 1 critical"
    assert joint_selloffs({one.day: one, quiet.day: quiet}, quiet.day, one.day) == [one]


def test_the_page_lists_each_joint_selloff_with_its_alert(shown: Browser) -> None:
    answer = shown.get("/calendar")
    assert answer.status == 200
    assert "10 April 2025: joint selloff, smallest leg 0.97σ, critical; S&amp;P 500 " in answer.text
    assert 'href="/alerts/joint_selloff/us/2025-04-10"' in answer.text
    labels = re.findall(r'role="img" aria-label="([^"]+)"', answer.text)
    assert labels[0].startswith("January 2025 to April 2025: ")
    assert "joint selloffs of" in labels[0]


def test_ten_years_and_more_are_a_row_each_shaded_by_the_size_of_the_worst() -> None:
    def session(day: date, mark: Mark, size: float | None, alert_id: str = "") -> Session:
        return Session(
            day, mark, size, alert_id=alert_id, moves=(-1.0, 5.0, -0.5), provisional=False
        )

    days = [
        session(date(2013, 1, 2), Mark.QUIET, None),
        session(date(2014, 1, 2), Mark.SMALL, 0.1),
        session(date(2025, 4, 8), Mark.WARNING, 0.56),
        session(date(2025, 4, 10), Mark.CRITICAL, 0.97, "an/alert"),
        session(date(2025, 4, 11), Mark.QUIET, None),
        session(date(2025, 5, 21), Mark.UNKNOWN, None),
        session(date(2025, 6, 20), Mark.CRITICAL, 1.6),
    ]
    found = overview({one.day: one for one in days}, date(2025, 6, 30), 12)
    assert [row.year for row in found.rows] == list(range(2025, 2013, -1))
    newest, oldest = found.rows[0], found.rows[-1]
    # Days 98, 100 and 101 of the year: the 8th is in a week of its own.
    assert [one.shade for one in newest.cells] == [2, 3, 5]
    sides = [one.side for one in (*oldest.cells, *newest.cells)]
    assert sides == sorted(set(sides))
    assert newest.cells[1].alert_id == "an/alert"
    assert newest.cells[1].said.startswith("10 April 2025: joint selloff, smallest leg 0.97σ, ")
    assert "10-year +5bp" in newest.cells[1].said
    assert [one.is_critical for one in newest.cells] == [False, True, True]
    assert (newest.notices, oldest.notices) == (3, 0)
    # A week in which nobody could say is no quiet week.
    assert [width for _, width in newest.spans] == [2 * 20, 20]
    everything = overview({one.day: one for one in days}, date(2025, 6, 30), None)
    assert everything.title == "2013 to 2025"
    assert overview({}, date(2025, 6, 30), 12).rows[0].cells == ()


def test_the_page_has_the_years_above_the_days(shown: Browser) -> None:
    page = shown.get("/calendar").text
    years, _, days = page.partition('<h2 id="days">')
    assert 'class="s3 worst"' in years
    assert 'data-href="/alerts/joint_selloff/us/2025-04-10"' in years
    assert "−3.5%" in days.partition('<h2 id="sessions">')[2].replace("\u2060", "")
    assert shown.get("/calendar?years=all").status == 200


def test_a_year_is_shown_and_one_that_is_not_stored_says_which_are(shown: Browser) -> None:
    answer = shown.get("/calendar?year=2024")
    assert answer.status == 200
    assert "July 2024 to December 2024" in answer.text
    days = answer.text.partition('<h2 id="days">')[2]
    assert "2024: joint selloff" in days
    assert "April 2025: joint" not in days
    for wrong in ("1066", "x", "", "2026"):
        answer = shown.get(f"/calendar?year={wrong}")
        assert answer.status == 404, wrong
        assert re.search(r"Data covers 20\d\d to 2025\.", answer.text), wrong
