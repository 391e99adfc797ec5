"""The session so far on its page and in the terminal: charts, quotes with their times, sizes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from monitor.config.web import Web
from monitor.terminal.render_session import print_session
from monitor.views.session_so_far import SessionSoFar
from monitor.web.server import create_site
from monitor.web.session_chart import session_chart
from monitor.web.site import site_of
from rules.terms import Severity
from tests.monitor.intraday.desk import CALM, CRITICAL, Desk, at, desk, stepwise


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A session that fell at 11:00, at 11:40."""
    quotes = stepwise(("09:30", CALM), ("11:00", CRITICAL))
    with desk(tmp_path_factory.mktemp("session"), quotes, poll_every_s=300) as one:
        one.follow("10:50", "11:40")
        yield one


@pytest.fixture(scope="module")
def client(followed: Desk) -> FlaskClient:
    config, path = followed.app.config, followed.app.database.path
    assert path is not None
    return create_site(site_of(config, Web(), path, {}, followed.clock.now)).test_client()


def so_far(followed: Desk, clock_time: str = "11:40") -> SessionSoFar:
    found = followed.app.reading.session(at(clock_time))
    assert found is not None
    return found


def test_the_page_draws_each_market_and_names_its_quotes(client: FlaskClient) -> None:
    text = client.get("/session").get_data(as_text=True)
    assert "Thu 10 Apr 2025, so far at 11:40 New York" in text
    assert text.count("<polyline") == 3
    assert len(re.findall(r'class="size (notice|warning|critical)"', text)) == 9
    assert "Yahoo ^TNX" in text
    assert 'href="/alerts/developing_joint_selloff/us/2025-04-10"' in text
    assert 'aria-current="page">Session<' in text


def test_the_page_of_a_developing_alert_says_what_it_is(client: FlaskClient) -> None:
    text = client.get("/alerts/developing_joint_selloff/us/2025-04-10").get_data(as_text=True)
    assert "so far at 11:25" in text
    assert "These are quotes, not closes" in text


def test_the_first_page_calls_a_developing_alert_by_its_title(client: FlaskClient) -> None:
    text = client.get("/").get_data(as_text=True)
    assert "Developing joint selloff · provisional · since" in text
    assert ">developing_" not in text


def test_each_market_has_its_quote_its_move_and_its_sizes(followed: Desk) -> None:
    found = so_far(followed)
    spx, ust, dxy = found.legs
    assert [one.name for one in found.legs] == ["S&P 500", "10-year yield", "DXY"]
    assert spx.move == pytest.approx(-3.2, abs=0.01)
    assert ust.move == pytest.approx(7.0, abs=0.7)
    assert dxy.move == pytest.approx(-1.6, abs=0.01)
    assert spx.sizes[Severity.WARNING] < spx.sizes[Severity.NOTICE] < 0
    assert ust.sizes[Severity.WARNING] > ust.sizes[Severity.NOTICE] > 0
    assert [one.answer for one in found.rules] == ["critical", "critical"]
    assert found.as_json()["quotes"][1]["quoted_at"] == "2025-04-10T15:25:00Z"


def test_what_is_shown_of_an_instant_knows_no_later_quote(followed: Desk) -> None:
    before = so_far(followed, "10:59")
    assert all(moment <= at("10:59") for one in before.legs for moment, _ in one.path)
    assert [one.answer for one in before.rules] == ["quiet", "quiet"]
    assert before.legs[0].move == pytest.approx(-0.1, abs=0.01)


def test_names_of_sizes_do_not_overlap(followed: Desk) -> None:
    for leg in so_far(followed).legs:
        chart = session_chart(leg)
        assert chart is not None
        places = sorted(one.place for one in chart.names)
        assert all(b - a >= 12 for a, b in pairwise(places))
        assert [one.said for one in chart.hours] == ["09:30", "11:00", "13:00", "15:00", "16:00"]


def test_the_terminal_says_the_same(followed: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    print_session(so_far(followed), is_followed=True, as_json=False)
    said = capsys.readouterr().out
    assert said.startswith("Thu 10 Apr 2025, so far at 11:40 New York")
    assert "S&P 500        −3.20%" in said
    assert max(map(len, said.splitlines())) <= 80
    print_session(so_far(followed), is_followed=True, as_json=True)
    assert json.loads(capsys.readouterr().out)["rules"][0]["answer"] == "critical"


def test_without_quotes_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk(tmp_path, stepwise(("09:30", CALM))) as one:
        assert one.app.reading.session(one.clock.now()) is None
    print_session(None, is_followed=False, as_json=False)
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "Sessions are not followed: set [intraday] enabled = true.",
        "No quotes are stored.",
    ]
