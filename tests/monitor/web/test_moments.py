"""Pages as of an instant that their address names."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo

import pytest

from monitor.config.web import Web
from monitor.web.moment import read_instant
from monitor.web.server import create_site
from monitor.web.site import WebContext
from tests.monitor.web.desk import TOKEN, Browser, Desk, browsing
from tests.monitor.web.pages import Message
from tests.support import new_york

ALERT = "joint_selloff/us/2025-04-10"
BEFORE, AFTER = "2025-04-10T18:00-04:00", "2025-04-10T19:00-04:00"


def asked(path: str, at: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}at={quote(at)}"


def test_a_page_knows_nothing_that_came_later(shown: Browser) -> None:
    assert shown.get(asked(f"/alerts/{ALERT}", BEFORE)).status == 404
    assert shown.get(asked(f"/alerts/{ALERT}", AFTER)).status == 200
    assert ALERT not in shown.get(asked("/", BEFORE)).text
    assert ALERT in shown.get(asked("/", AFTER)).text
    # In turn with now, whatever is kept of either.
    for at, there in ((BEFORE, False), (AFTER, True), (BEFORE, False)):
        page = shown.get(asked("/calendar", at)).text
        assert ("10 April 2025: joint selloff" in page) is there
        assert "10 April 2025: joint selloff" in shown.get("/calendar").text


def test_a_banner_says_which_instant_is_shown_and_leads_back(shown: Browser) -> None:
    page = shown.get(asked("/alerts?state=open", AFTER)).text
    assert 'As it was at <time datetime="2025-04-10T23:00:00Z">Thu 10 Apr 2025 19:00 EDT' in page
    assert '<a href="/alerts?state=open">Back to now</a>' in page
    assert "As it was at" not in shown.get("/alerts?state=open").text


@pytest.mark.slow
def test_every_link_of_a_page_of_the_past_stays_there(shown: Browser) -> None:
    for path in ("/", "/alerts", f"/alerts/{ALERT}", "/calendar", "/series", "/series/spx"):
        page = Message(shown.get(asked(path, AFTER)).text)
        kept = ("/style.css", "/icon.svg", "/scripts/walk.js", "/feed.atom", "/calendar.ics")
        images = [named["src"] or "" for named in page.all("img")]
        links = [one for one in (*page.links, *images) if one and one[0] == "/"]
        links = [one for one in links if urlsplit(one).path not in kept]
        assert len(links) > 5
        away = [one for one in links if "at" not in parse_qs(urlsplit(one).query)]
        assert len(away) == 1, (path, away)  # back to now
        fields = [one for one in page.all("input") if one.get("name") == "at"]
        assert len(fields) >= len([one for one in page.all("form") if one["method"] == "get"])


def test_one_walks_by_the_hour_and_the_day_without_a_script(shown: Browser) -> None:
    page = Message(shown.get(asked("/calendar?year=2025", AFTER)).text)
    steps = {one["aria-label"]: one["href"] or "" for one in page.all("a") if "aria-label" in one}
    then = {name: parse_qs(urlsplit(link).query) for name, link in steps.items()}
    assert {name: query["at"] for name, query in then.items()} == {
        "Previous day": ["2025-04-09T19:00-04:00"],
        "Previous hour": ["2025-04-10T18:00-04:00"],
        "Next hour": ["2025-04-10T20:00-04:00"],
    }  # a day on is later than now
    assert all(query["year"] == ["2025"] for query in then.values())
    hidden = [one for one in page.all("input") if one.get("type") == "hidden"]
    assert {"type": "hidden", "name": "year", "value": "2025"} in hidden
    (field,) = [one for one in page.all("input") if one.get("name") == "at" and "size" in one]
    assert field["value"] == "2025-04-10 19:00"
    # What the field sends is in the desk's zone.
    assert "19:00 EDT" in shown.get("/?at=2025-04-10T19:00").text


def test_nobody_acknowledges_in_the_past(desk: Desk) -> None:
    with browsing(desk) as browser:
        now = browser.get(f"/alerts/{ALERT}").text
        token = now.partition('name="form_token" value="')[2].partition('"')[0]
        past = browser.get(asked(f"/alerts/{ALERT}", AFTER)).text
        assert "/acknowledge" in now
        assert "/acknowledge" not in past
        form = {"form_token": token, "by": "Ann"}
        answer = browser.post(asked(f"/alerts/{ALERT}/acknowledge", AFTER), form)
        assert answer.status == 403
        assert "not possible in a past view" in answer.text
        assert "acknowledged by Ann" not in browser.get(f"/alerts/{ALERT}").text


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("yesterday", "not an instant like"),
        ("2025-13-01T00:00Z", "not an instant like"),
        ("0001-01-01T00:00", "not an instant like"),
        ("2" * 5000, "not an instant like"),
        ("2025-04-12T00:00Z", "has not come yet"),
    ],
)
def test_what_is_no_instant_or_has_not_come_is_refused(shown: Browser, at: str, said: str) -> None:
    answer = shown.get(f"/?at={at}")
    assert answer.status == 400
    assert said in answer.text


def test_before_anything_was_known_pages_are_empty_and_whole(shown: Browser) -> None:
    for path in ("/", "/alerts", "/calendar", "/series", "/sources", "/figures", "/outbox"):
        assert shown.get(asked(path, "1980-01-02T12:00Z")).status == 200, path


def test_instants_are_read_as_they_are_written() -> None:
    zone = ZoneInfo("America/New_York")
    wanted = datetime(2025, 4, 10, 20, 30, tzinfo=UTC)
    for text in (
        "2025-04-10T16:30-04:00", "2025-04-10T16:30", "2025-04-10T20:30Z",
        "2025-04-10T22:30 02:00", " 2025-04-10 16:30 ",
    ):  # fmt: skip
        assert read_instant(text, zone) == wanted, text


def test_what_is_kept_for_programs_is_of_the_instant_too(shown: Browser) -> None:
    assert ALERT not in shown.get(asked("/api/alerts.json", BEFORE)).text
    now = shown.get("/api/alerts.json")
    assert ALERT in now.text
    past = shown.get(asked("/api/alerts.json", AFTER))
    assert past.headers["etag"] != now.headers["etag"]
    again = shown.get(asked("/api/alerts.json", AFTER), **{"If-None-Match": past.headers["etag"]})
    assert again.status == 304
    assert f"{ALERT}?at={AFTER}" in past.text


@pytest.mark.slow
def test_who_is_not_logged_in_is_shown_no_instant(desk: Desk) -> None:
    with browsing(desk, Web(port=0, token_env="X"), TOKEN) as browser:
        answer = browser.get(asked("/", AFTER))
        assert answer.status == 303
        assert "As it was" not in browser.get(answer.headers["location"]).text
        form = {"token": TOKEN, "to": asked("/", AFTER)}
        answer = browser.post("/login", form)
        assert answer.headers["location"] == asked("/", AFTER)
        assert "As it was at" in browser.get(asked("/", AFTER)).text


@pytest.mark.slow
def test_a_site_of_a_past_instant_is_asked_for_earlier_ones_only(desk: Desk) -> None:
    at = new_york("2025-04-10 19:00")
    site = WebContext(desk.config, desk.database, lambda: at, Web(port=0), looks_at=at)
    client = create_site(site).test_client()
    assert "As it was at" in client.get("/").text
    assert "Back to now" not in client.get("/").text
    assert client.get(asked("/", "2025-04-10T20:00-04:00")).status_code == 400
    assert f"/alerts/{ALERT}" not in client.get(asked("/", BEFORE)).text
