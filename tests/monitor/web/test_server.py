"""The server: what every answer carries, who is refused, and what errors look like."""

from __future__ import annotations

from tests.monitor.web.desk import Browser


def test_the_first_page_answers(shown: Browser) -> None:
    answer = shown.get("/")
    assert answer.status == 200
    assert "<h1>" in answer.text


def test_nothing_from_elsewhere_is_ever_allowed(shown: Browser) -> None:
    for path in ("/", "/there-is-none", "/style.css"):
        headers = shown.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_page_is_not_kept_by_a_browser_and_its_style_is(shown: Browser) -> None:
    assert shown.get("/").headers["cache-control"] == "no-store"
    assert "immutable" in shown.get("/style.css").headers["cache-control"]


def test_a_page_that_is_not_there_says_where_to_go(shown: Browser) -> None:
    answer = shown.get("/there-is-none")
    assert answer.status == 404
    assert "There is no such page" in answer.text


def test_another_name_than_this_machines_is_refused(shown: Browser) -> None:
    assert shown.get("/", Host="evil.example").status == 403
    assert shown.get("/", Host="evil.example:8321").status == 403
    assert shown.get("/", Host="localhost:1").status == 200
    assert shown.get("/", Host="[::1]:8321").status == 200
