"""Who may look: by token, by a reverse proxy's word, or from this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.clock import SystemClock
from monitor.config.web import Web
from monitor.web.login import COOKIE, LOGIN_LASTS, WRONG_TOKEN_WAITS_S
from monitor.web.site import WebContext
from tests.monitor.web.desk import TOKEN, Browser, Desk, browsing
from tests.slow import quick_where

WITH_TOKEN = Web(port=0, token_env="T")
# What is behind the login and soon made.
SHOWN = "/outbox"
WITH_PROXY = Web(port=0, login_header="X-Forwarded-User")


@pytest.fixture
def asked(desk: Desk) -> Iterator[Browser]:
    """A browser before a page that asks for the token."""
    with browsing(desk, WITH_TOKEN, TOKEN) as browser:
        yield browser


@pytest.mark.parametrize(
    "path",
    quick_where(
        {"/", "/there-is-none"}.__contains__,
        ["/", "/alerts", "/sources", "/outbox", "/there-is-none"],
    ),
)
def test_without_the_token_nothing_is_shown(asked: Browser, path: str) -> None:
    answer = asked.get(path)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/login?to=/")
    program = asked.get(path, Accept="application/json")
    assert program.status == 401
    assert program.headers["www-authenticate"] == "Bearer"


def test_the_token_lets_a_person_in_and_leads_where_they_wanted(asked: Browser) -> None:
    form = asked.get("/login?to=/alerts?state=open")
    assert 'name="to" value="/alerts?state=open"' in form.text
    answer = asked.post("/login", {"token": TOKEN, "to": "/alerts?state=open"})
    assert (answer.status, answer.headers["location"]) == (303, "/alerts?state=open")
    said = answer.headers["set-cookie"]
    assert all(one in said for one in ("HttpOnly", "SameSite=Strict", "Max-Age=43200"))
    assert TOKEN not in said
    assert asked.get(SHOWN).status == 200


def test_the_cookie_is_only_for_https_where_people_use_https(desk: Desk) -> None:
    web = Web(port=0, token_env="T", public_url="https://desk.example.org")
    with browsing(desk, web, TOKEN) as browser:
        assert "Secure" in browser.post("/login", {"token": TOKEN}).headers["set-cookie"]


def test_a_wrong_token_is_refused_and_waits(desk: Desk) -> None:
    waited: list[float] = []
    with browsing(desk, WITH_TOKEN, TOKEN, sleep=waited.append) as browser:
        answer = browser.post("/login", {"token": f"{TOKEN}x"})
        assert answer.status == 403
        assert "Wrong token." in answer.text
        assert "set-cookie" not in answer.headers
        assert waited == [WRONG_TOKEN_WAITS_S]
        assert browser.get(SHOWN, Authorization="Bearer guess").status == 303
        assert len(waited) == 2


def test_right_and_wrong_tokens_are_counted_apart(desk: Desk) -> None:
    with browsing(desk, WITH_TOKEN, TOKEN, sleep=lambda _: None) as browser:
        for offered in ("x", "y", TOKEN):
            browser.post("/login", {"token": offered})
        text = browser.get("/metrics", Authorization=f"Bearer {TOKEN}").text
    counted = [line for line in text.splitlines() if line.startswith("havenwatch_tokens")]
    assert counted == [
        'havenwatch_tokens_offered_total{outcome="right"} 2.0',
        'havenwatch_tokens_offered_total{outcome="wrong"} 2.0',
    ]


def test_while_wrong_tokens_wait_a_third_is_refused_and_the_right_one_let_in(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[int] = []

    def meanwhile(_: float) -> None:
        # Inside the waiting of the first guess comes the second, and inside that what follows.
        if not said:
            said.append(0)
            said[0] = browser.post("/login", {"token": "x"}).status
        else:
            said.append(browser.post("/login", {"token": "x"}).status)
            said.append(browser.post("/login", {"token": TOKEN}).status)
            said.append(browser.get(SHOWN, Authorization=f"Bearer {TOKEN}").status)

    with browsing(desk, WITH_TOKEN, TOKEN, sleep=meanwhile) as browser:
        browser.post("/login", {"token": "x"})
    assert said == [403, 429, 303, 200]
    lines = [one.getMessage() for one in caplog.records if "failed login" in one.getMessage()]
    assert lines == ["1 failed login(s), the last from 127.0.0.1"], "one a minute"


def test_logins_end_by_the_machines_clock_while_the_page_shows_the_past(desk: Desk) -> None:
    site = WebContext(desk.config, desk.database, lambda: desk.at, WITH_TOKEN, TOKEN)
    assert abs(site.real_now() - SystemClock().now()) < timedelta(hours=1)


def test_after_a_logout_nobody_comes_in_with_its_cookie(asked: Browser) -> None:
    asked.post("/login", {"token": TOKEN})
    kept = asked.cookies[COOKIE]
    token = asked.get(SHOWN).text.partition('name="form_token" value="')[2].partition('"')[0]
    asked.post("/logout", {"form_token": token})
    asked.cookies[COOKIE] = kept
    assert asked.get(SHOWN).status == 303


@pytest.mark.parametrize("path", ["/api/alerts.json", "/feed.atom"])
def test_a_name_that_somebody_asks_by_is_in_no_link(asked: Browser, path: str) -> None:
    ask = {"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}
    answer = asked.get(path, **ask)
    assert answer.status in (200, 401)
    assert "evil.example" not in answer.text


def test_a_cookie_ends_and_cannot_be_made_or_prolonged(desk: Desk) -> None:
    at = desk.at
    with browsing(desk, WITH_TOKEN, TOKEN, now=lambda: at) as browser:
        browser.post("/login", {"token": TOKEN})
        good = browser.cookies[COOKIE]
        ends, _, rest = good.partition(".")
        for forged in (f"{int(ends) + 9}.{rest}", f"{ends}.x.y", "x", f"-{good}", f"{ends}."):
            browser.cookies[COOKIE] = forged
            assert browser.get(SHOWN).status == 303, forged
        browser.cookies[COOKIE] = good
        at = desk.at + LOGIN_LASTS - timedelta(seconds=1)
        assert browser.get(SHOWN).status == 200
        at = desk.at + LOGIN_LASTS
        assert browser.get(SHOWN).status == 303
    with browsing(desk, WITH_TOKEN, f"{TOKEN}-another") as other:
        other.cookies[COOKIE] = good
        assert other.get(SHOWN).status == 303


def test_a_program_sends_the_token_itself(asked: Browser) -> None:
    assert asked.get(SHOWN, Authorization=f"Bearer {TOKEN}").status == 200
    assert asked.get(SHOWN, Authorization=TOKEN).status == 303


def test_logging_out_forgets(asked: Browser) -> None:
    asked.post("/login", {"token": TOKEN})
    page = asked.get(SHOWN).text
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    assert asked.post("/logout", {"form_token": token}).status == 303
    assert asked.cookies[COOKIE] == ""
    assert asked.get(SHOWN).status == 303


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/\tx", "javascript:x"]
)
def test_a_login_leads_to_no_other_site(asked: Browser, to: str) -> None:
    assert asked.post("/login", {"token": TOKEN, "to": to}).headers["location"] == "/"


def test_a_proxy_says_who_it_is(desk: Desk) -> None:
    with browsing(desk, WITH_PROXY) as browser:
        assert browser.get(SHOWN, **{"X-Forwarded-User": "Ann"}).status == 200
        assert browser.get(SHOWN).status == 403
        assert browser.get(SHOWN, **{"X-Forwarded-User": " "}).status == 403
        # Whoever can add a header by another spelling of the same name is refused all the same.
        assert browser.get(SHOWN, X_Forwarded_User="Ann").status == 403


@pytest.mark.slow
def test_a_page_elsewhere_cannot_pretend_to_be_the_proxy_by_another_name(desk: Desk) -> None:
    ann = {"X-Forwarded-User": "Ann"}
    with browsing(desk, WITH_PROXY) as browser:
        assert browser.get(SHOWN, Host="evil.example", **ann).status == 403
    web = Web(port=0, login_header="X-Forwarded-User", public_url="https://desk.example.org")
    with browsing(desk, web) as browser:
        assert browser.get(SHOWN, Host="desk.example.org", **ann).status == 200


def test_under_the_path_of_a_proxy_everything_stays_there(desk: Desk) -> None:
    web = Web(port=0, token_env="T", public_url="https://desk.example.org/watch/")
    with browsing(desk, web, TOKEN) as browser:
        asked = browser.get("/alerts").headers["location"]
        assert asked == "/watch/login?to=/alerts"
        answer = browser.post("/login", {"token": TOKEN, "to": "/alerts"})
        assert answer.headers["location"] == "/watch/alerts"
        assert "Path=/watch/" in answer.headers["set-cookie"]
        for path in ("/alerts", "/watch/alerts"):
            assert 'href="/watch/alerts/joint_selloff/' in browser.get(path).text


def test_a_stranger_who_says_who_they_are_is_refused(desk: Desk) -> None:
    web = Web(port=0, login_header="X-Forwarded-User", trusted_proxies=("10.1.0.0/16",))
    with browsing(desk, web) as browser:
        answer = browser.get(SHOWN, **{"X-Forwarded-User": "Ann"})
        assert answer.status == 403
        assert "trusted_proxies" in answer.text


@pytest.mark.slow
def test_a_stranger_with_the_header_does_not_come_in_by_token_either(desk: Desk) -> None:
    web = Web(port=0, login_header="X-Forwarded-User", token_env="T", trusted_proxies=())
    with browsing(desk, web, TOKEN) as browser:
        bearer = f"Bearer {TOKEN}"
        assert browser.get(SHOWN, Authorization=bearer).status == 200
        pretending = browser.get(SHOWN, Authorization=bearer, **{"X-Forwarded-User": "Ann"})
        assert pretending.status == 403


def test_the_style_is_there_before_the_login(asked: Browser) -> None:
    assert asked.get("/style.css").status == 200
