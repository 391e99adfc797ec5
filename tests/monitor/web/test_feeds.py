"""The feed and the calendar as their readers see them, and the key that opens them."""

from __future__ import annotations

import logging
import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar

from alerts.model import Alert, Transition
from alerts.states import AlertState, Reason
from monitor.config.web import Web
from monitor.views.source_calendar import Line
from monitor.web.atom import NAMESPACE, Entry, Feed, atom
from monitor.web.feed_key import feed_key
from monitor.web.ics import Planned, closed_days, icalendar, releases
from rules.model import AlertText
from rules.terms import Kind, Severity
from tests.monitor.web.desk import TOKEN, Browser, Desk, browsing
from tests.support import signal, utc

ATOM = {"a": NAMESPACE}
AT = utc("2025-04-10 22:30")


def entry(headline: str, place: int = 1) -> Entry:
    said = signal(explained=AlertText(headline, "Rare.", "Not <selling>."))
    after = Alert(
        "joint_selloff", "us", date(2025, 4, 10), Kind.EVENT, AlertState.OPEN, Severity.WARNING,
        provisional=False, opened_at=AT, closed_at=None, period_end=date(2025, 4, 10), known_at=AT,
        ratios=(), transitions=place,
    )  # fmt: skip
    transition = Transition(None, after, Reason.OPENED, said, AT, late=False)
    return Entry(transition, "Joint selloff", "http://desk/alerts/joint_selloff/us/2025-04-10")


def feed(*entries: Entry, origin: str = "one desk") -> ET.Element:
    made = Feed("havenwatch", origin, AT - timedelta(days=1), "http://d/f", "http://d/", entries)
    return ET.fromstring(atom(made))


def texts(root: ET.Element, path: str) -> list[str]:
    return [one.text or "" for one in root.findall(path, ATOM)]


def test_the_feed_has_what_rfc_4287_requires(shown: Browser) -> None:
    answer = shown.get("/feed.atom", Accept="*/*")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.body)
    assert root.tag == f"{{{NAMESPACE}}}feed"
    for part in (root, *root.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"a:{name}", ATOM)) == 1, name
        assert uuid.UUID(part.findtext("a:id", "", ATOM))
        stamp = part.findtext("a:updated", "", ATOM)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp)
        alternates = part.findall("a:link[@rel='alternate']", ATOM)
        assert len(alternates) == 1
        assert alternates[0].attrib["href"].startswith(shown.address)
    assert root.find("a:author/a:name", ATOM) is not None
    assert root.find("a:link[@rel='self']", ATOM) is not None
    ids = texts(root, "a:entry/a:id")
    assert len(ids) == len(set(ids)) > 4
    stamps = texts(root, "a:entry/a:updated")
    assert stamps == sorted(stamps, reverse=True)
    assert root.findtext("a:updated", "", ATOM) == stamps[0]
    titles = texts(root, "a:entry/a:title")
    assert [one.partition(":")[0] for one in titles if one.startswith("critical, Joint")] == [
        "critical, Joint selloff, confirmed",
        "critical, Joint selloff, opened, provisional",
    ]


def test_a_link_to_an_alert_leads_to_its_page(shown: Browser) -> None:
    root = ET.fromstring(shown.get("/feed.atom").body)
    link = root.find("a:entry/a:link", ATOM)
    assert link is not None
    assert shown.get(link.attrib["href"].removeprefix(shown.address.rstrip("/"))).status == 200


def test_an_id_stays_and_is_another_on_another_desk() -> None:
    first, again = (texts(feed(entry("Fell.")), "a:entry/a:id") for _ in range(2))
    reworded = texts(feed(entry("Fell more.")), "a:entry/a:id")
    assert first == again == reworded
    assert first != texts(feed(entry("Fell."), origin="another"), "a:entry/a:id")
    assert first != texts(feed(entry("Fell.", 2)), "a:entry/a:id")


def test_what_is_not_ours_is_escaped_twice_for_html_and_xml_cannot_be_broken() -> None:
    root = feed(entry("<script>alert(1)</script> & \x00\x1b ]]>"))
    content = root.findtext("a:entry/a:content", "", ATOM)
    assert "<script>" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in content
    assert "Not &lt;selling&gt;." in content
    assert "<script>" in root.findtext("a:entry/a:title", "", ATOM)


def test_a_feed_of_nothing_is_as_old_as_the_database() -> None:
    assert feed().findtext("a:updated", "", ATOM) == "2025-04-09T22:30:00Z"


def test_who_has_the_feed_and_the_calendar_is_sent_neither_again(shown: Browser) -> None:
    for path in ("/feed.atom", "/calendar.ics"):
        etag = shown.get(path).headers["etag"]
        assert shown.get(path, **{"If-None-Match": etag}).status == 304, path


def test_the_calendar_reads_as_rfc_5545(shown: Browser) -> None:
    answer = shown.get("/calendar.ics", Accept="*/*")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = answer.body.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert max(len(one) for one in lines) <= 75
    calendar = Calendar.from_ical(answer.body)
    assert calendar["version"] == "2.0"
    events = list(calendar.walk("VEVENT"))
    uids = [str(one["uid"]) for one in events]
    assert len(uids) == len(set(uids))
    assert all("dtstamp" in one and "dtstart" in one and one["summary"] for one in events)
    named = {str(one["uid"]): one for one in events}
    spx = named["release-cboe-2025-04-11@havenwatch"]
    assert spx.decoded("dtstart") == utc("2025-04-11 22:30")
    friday = named["closed-2025-04-18@havenwatch"]
    assert friday.decoded("dtstart") == date(2025, 4, 18)
    assert "NYSE" in str(friday["summary"])


def test_an_estimated_release_is_tentative_and_what_was_never_fetched_is_left_out() -> None:
    line = Line(
        source="tic", publisher="US Treasury", state="OK", newest_period=date(2025, 4, 30),
        last_success_at=AT, next_period=date(2025, 5, 31), expected_at=utc("2025-07-17 20:00"),
        is_estimated=True, next_poll_at=None, licence="public domain", problem="",
    )  # fmt: skip
    never = replace(line, source="ecb", expected_at=None)
    (planned,) = releases([line, never], AT)
    assert planned.title == "tic: 2025-05-31 (estimated)"
    event = Calendar.from_ical(icalendar([planned], "x")).walk("VEVENT")[0]
    assert event["status"] == "TENTATIVE"
    assert event.decoded("dtstamp") == AT


def test_commas_newlines_and_long_lines_come_back_as_they_were() -> None:
    text = "Zins, Kurs; Höhe\\n\n" + "ü" * 200
    body = icalendar([Planned("a@b", AT, AT, AT, text, text)], "x")
    assert max(len(one) for one in body.split(b"\r\n")) <= 75
    event = Calendar.from_ical(body).walk("VEVENT")[0]
    assert event["description"] == text


def test_a_weekend_is_no_closed_day_and_each_holiday_comes_once() -> None:
    days = [one.begins for one in closed_days(date(2025, 4, 12), AT)]
    assert days == sorted(set(days), key=str)
    assert not any(isinstance(one, datetime) or one.weekday() >= 5 for one in days)
    assert date(2025, 7, 4) in days


@pytest.fixture(scope="module")
def locked(desk: Desk) -> Web:
    return Web(port=0, token_env="X")


@pytest.mark.parametrize("path", ["/feed.atom", "/calendar.ics"])
def test_the_key_opens_the_feeds_and_nothing_else(
    desk: Desk, locked: Web, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = feed_key(TOKEN)
    with caplog.at_level(logging.DEBUG), browsing(desk, locked, TOKEN) as browser:
        assert browser.get(f"{path}?key={key}").status == 200
        assert browser.get(path).status == 401
        assert browser.get(f"{path}?key={TOKEN}").status == 401
        assert browser.get(f"{path}?key=").status == 401
        assert browser.get(f"{path}?token={TOKEN}").status == 401
        assert browser.get(path, Authorization=f"Bearer {TOKEN}").status == 200
        assert browser.get(path, Authorization=f"Bearer {key}").status == 401
        for other in ("/", "/metrics", "/api/alerts.json", "/calendar", "/series"):
            for accepted in ("text/plain", "*/*"):
                answer = browser.get(f"{other}?key={key}", Accept=accepted)
                assert answer.status == 401, other
    assert key not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.slow
def test_the_key_is_shown_to_who_has_logged_in_and_to_nobody_else(
    desk: Desk, locked: Web, shown: Browser
) -> None:
    key = feed_key(TOKEN)
    with browsing(desk, locked, TOKEN) as browser:
        inside = browser.get("/", Authorization=f"Bearer {TOKEN}").text
        address = re.findall(r'href="([^"]*/calendar\.ics[^"]*)"', inside)
        assert address == [f"/calendar.ics?key={key}"]
        assert 'rel="alternate" type="application/atom+xml"' in inside
        outside = browser.get("/login").text
        assert key not in outside
    assert "?key=" not in shown.get("/").text


def test_a_key_says_nothing_of_the_token_and_there_is_none_without() -> None:
    assert feed_key(TOKEN) not in TOKEN
    assert len(feed_key(TOKEN)) == 32
    assert feed_key(TOKEN) != feed_key(TOKEN + "x")
    assert feed_key("") == ""
