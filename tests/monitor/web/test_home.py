"""The first page: the verdict with its evidence, what nobody answered, the curve, and the dot."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.check.check import check
from monitor.config.web import Web
from monitor.views.read_model import ReadModel
from monitor.web.curve_view import SERIES, curve_view
from monitor.web.health_dot import dot_of
from monitor.web.verdict_view import evidence_bars, flow_chart, split_answer
from rules.markets.curve import CurveMove
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import read_for
from rules.verdict.history import flow_history
from rules.verdict.model import Stance
from state.database import Database
from state.misplaced_files import STEPS_TABLE
from tests.monitor.web.desk import TOKEN, Browser, Desk, browsing
from tests.monitor.web.pages import Message

ALERT = "joint_selloff/us/2025-04-10"


@pytest.fixture(scope="module")
def reading(desk: Desk) -> ReadModel:
    return ReadModel(desk.config, Database(desk.database, read_only=True))


@pytest.mark.parametrize(
    ("line", "answer", "rest"),
    [
        ("No, through March 2025: bought at every horizon (+$1.2bn; x). TIC is out.",
         "No, through March 2025", "Bought at every horizon (+$1.2bn; x). TIC is out."),
        ("One large month, April 2025 (−$70.4bn, −0.8% of holdings), after +$3.1bn; bought since.",
         "One large month, April 2025 (−$70.4bn, −0.8% of holdings), after +$3.1bn",
         "Bought since."),
        ("No data", "No data", ""),
    ],
)  # fmt: skip
def test_the_answer_comes_first_and_its_numbers_stay_whole(
    line: str, answer: str, rest: str
) -> None:
    assert split_answer(line) == (answer, rest)


def test_each_number_of_the_verdict_is_a_bar_on_the_scale_of_its_size(
    desk: Desk, reading: ReadModel
) -> None:
    verdict = reading.verdict(desk.at)
    bars = {one.title: one for one in evidence_bars(verdict)}
    assert list(bars) == [
        "Flows, January 2025", "Flows, 3 months", "Flows, 12 months", "Fed custody", "Auctions",
        "Prices", "Term premium", "Foreign share",
    ]  # fmt: skip
    prices = bars["Prices"]
    assert prices.number == "2 of 21 sessions stressed"
    # At its size: the bar reaches from the middle to the mark.
    assert (prices.place, prices.tone) == (prices.sold_place, "sold")
    year = bars["Flows, 12 months"]
    assert (year.number, year.tone, year.place) == ("+$716.1bn, +9.0%", "bought", 50.0)
    for heading in verdict.headings:
        gauge = heading.gauge
        assert (gauge is None) == (heading.reading is Stance.NOT_ENOUGH)
        if gauge is not None:
            assert (gauge.value <= gauge.sold_at) == (heading.reading is Stance.SUPPORTS)


def test_the_months_before_are_drawn_with_what_each_was_called(
    desk: Desk, reading: ReadModel
) -> None:
    months = flow_history(reading.known(read_for(GRAND_TOTAL), desk.at), desk.config.verdict, 24)
    assert len(months) == 24
    assert months[-1].pct[0] == pytest.approx(0.3, abs=0.05)
    chart = flow_chart(months, -0.75)
    assert chart is not None
    assert chart.cells[-1].said.startswith("January 2025: +$28.4bn, +0.3% of holdings, bought; ")
    assert sum(one.width for one in chart.runs) == pytest.approx(2 * 24 * chart.step, abs=1.0)
    assert flow_chart(months[:1], -0.75) is None


def test_the_curve_is_beside_those_of_a_day_a_week_and_a_month_before(
    desk: Desk, reading: ReadModel
) -> None:
    panel = reading.known(SERIES, desk.at)
    view = curve_view(panel)
    assert view is not None
    rows = {one.name: one for one in view.rows}
    assert (rows["10y"].level, rows["10y"].changes) == ("4.40%", ("+6", "+34", "+8"))
    assert (rows["2s10s"].level, rows["2s10s"].changes) == ("56bp", ("+13", "+21", "+25"))
    assert view.moves[0] == "twist steepener"
    known = {name: panel.frame[name].dropna() for name in SERIES}
    week = {name: 100 * float(one.iloc[-1] - one.iloc[-6]) for name, one in known.items()}
    assert view.moves[1] == CurveMove(week).name
    assert [one.name for one in view.lines] == [
        "1 month before", "1 week before", "1 day before", "today"
    ]  # fmt: skip
    assert "10-year" not in view.said
    assert "10y 4.40%" in view.said


@pytest.mark.slow
def test_what_somebody_answered_is_below_what_nobody_did(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copied(tmp_path)
    with browsing(mine) as browser:
        page = browser.get("/").text
        assert f"/alerts/{ALERT}/acknowledge" in page
        token = page.partition('name="form_token" value="')[2].partition('"')[0]
        browser.post(f"/alerts/{ALERT}/acknowledge", {"form_token": token, "by": "Ann"})
        page = browser.get("/").text
        assert f"/alerts/{ALERT}/acknowledge" not in page
        assert "No open warning or critical." in page
        assert "acknowledged by Ann" in page.partition("Answered</h3>")[2]


@pytest.mark.slow
def test_the_dot_says_in_words_how_the_program_does(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copied(tmp_path)
    with browsing(mine) as browser:
        page = browser.get("/alerts").text
        assert re.search(r'<p class="dot ok"><a href="/sources">', page)
        assert "Program: </span>" in page
        assert "Healthy: all " in page
        assert 'role="alert"' not in page
    # Fifty minutes without a cycle: nothing on the page can be relied on.
    late = Desk(mine.config, mine.database, mine.at + timedelta(minutes=50))
    with browsing(late) as browser:
        for path in ("/", "/alerts"):
            page = browser.get(path).text
            assert '<p class="dot critical">' in page
            warned = page.partition('role="alert">')[2].partition("</div>")[0]
            assert "Do not rely on this page" in warned
            assert "no evaluation" in warned
    checked = check(mine.database, mine.config.monitor.limits, mine.at)
    assert dot_of(checked).level == "ok"


def test_who_is_not_logged_in_sees_no_dot_and_no_field_but_the_tokens(desk: Desk) -> None:
    with browsing(desk, Web(port=0, token_env="X"), TOKEN) as browser:
        page = browser.get("/login").text
        assert 'class="dot' not in page
        assert 'name="q"' not in page


def test_the_list_of_alerts_can_be_of_the_unanswered_and_the_worst_first(shown: Browser) -> None:
    def listed(query: str) -> list[str]:
        links = Message(shown.get(f"/alerts{query}").text).links
        return [one for one in links if one.startswith("/alerts/")]

    assert sorted(listed("?order=worst")) == sorted(listed(""))
    assert "critical" in listed("?order=worst")[0] or ALERT in "".join(listed("?order=worst")[:2])
    assert listed("?acknowledged=yes") == []
    assert listed("?acknowledged=no") == listed("")


def test_a_database_of_an_older_schema_is_not_called_healthy(desk: Desk, tmp_path: Path) -> None:
    """The check reads it, and the pages do not."""
    older = desk.copied(tmp_path)
    with closing(sqlite3.connect(older.database)) as connection, connection:
        connection.execute(
            f"DELETE FROM {STEPS_TABLE} WHERE id = (SELECT max(id) FROM {STEPS_TABLE})"
        )
    with browsing(older) as browser:
        answer = browser.get("/")
    assert answer.status == 503
    assert "got one without the steps" in answer.text
    assert 'class="dot critical"' in answer.text
    assert 'class="dot ok"' not in answer.text
