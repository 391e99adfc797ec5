"""Acknowledging from a page, and what cannot be made to do it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.config.web import Web
from state.alert_store import AlertStore
from state.database import Database
from state.outbox import Outbox
from tests.monitor.web.desk import TOKEN, Browser, Desk, browsing

ALERT = "joint_selloff/us/2025-04-10"
PRESSED = f"/alerts/{ALERT}/acknowledge"


@pytest.fixture
def mine(desk: Desk, tmp_path: Path) -> Desk:
    """A desk of one's own, to write into."""
    return desk.copied(tmp_path)


@pytest.fixture
def browser(mine: Desk) -> Iterator[Browser]:
    with browsing(mine) as found:
        yield found


def token_of(browser: Browser, **headers: str) -> str:
    page = browser.get(f"/alerts/{ALERT}", **headers).text
    return page.partition('name="form_token" value="')[2].partition('"')[0]


def acknowledged_by(desk: Desk) -> str:
    database = Database(desk.database, read_only=True)
    alert = AlertStore(database).alert(ALERT)
    database.close()
    assert alert is not None
    return alert.acknowledged_by


def test_pressing_acknowledges_tells_whoever_was_told_and_says_so(
    mine: Desk, browser: Browser
) -> None:
    form = {"form_token": token_of(browser), "by": "  Ann   B. ", "note": "on it"}
    answer = browser.post(PRESSED, form)
    assert answer.status == 303
    page = browser.get(answer.headers["location"]).text
    assert f"{ALERT} is acknowledged by Ann B." in page
    assert "acknowledged by Ann B." in browser.get("/alerts").text or "Ann B." in page
    assert "on it" in page
    assert acknowledged_by(mine) == "Ann B."
    database = Database(mine.database, read_only=True)
    owed = [one.transition_id for one in Outbox(database).unsettled()]
    database.close()
    assert owed == [f"{ALERT}#3"]  # after it opened, and was confirmed


def test_a_second_press_says_what_holds_and_changes_nothing(mine: Desk, browser: Browser) -> None:
    form = {"form_token": token_of(browser), "by": "Ann"}
    for _ in range(2):
        location = browser.post(PRESSED, form).headers["location"]
        assert f"{ALERT} is acknowledged by Ann." in browser.get(location).text
    database = Database(mine.database, read_only=True)
    assert len(AlertStore(database).transitions_of(ALERT)) == 3  # opened, confirmed, acknowledged
    database.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://[is no address"},
        pytest.param({"Origin": "null"}, marks=pytest.mark.slow),
        pytest.param({"Origin": "http://localhost:1"}, marks=pytest.mark.slow),
        {"Sec-Fetch-Site": "cross-site"},
        pytest.param({"Sec-Fetch-Site": "same-site"}, marks=pytest.mark.slow),
    ],
)
def test_another_site_cannot_press(mine: Desk, browser: Browser, headers: dict[str, str]) -> None:
    form = {"form_token": token_of(browser), "by": "Mallory"}
    assert browser.post(PRESSED, form, **headers).status == 403
    assert acknowledged_by(mine) == ""


def test_who_does_not_say_from_where_is_refused(mine: Desk, browser: Browser) -> None:
    body = f"form_token={token_of(browser)}&by=x"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.ask("POST", PRESSED, body, kind).status == 403
    assert acknowledged_by(mine) == ""


def test_a_form_without_its_token_or_with_anothers_is_refused(mine: Desk, browser: Browser) -> None:
    token = token_of(browser)
    for wrong in ("", "x", token[:-1], token.upper()):
        assert browser.post(PRESSED, {"form_token": wrong, "by": "x"}).status == 403, wrong
    other = Browser(browser.address)
    assert other.post(PRESSED, {"form_token": token, "by": "x"}).status == 403
    other.cookies["havenwatch_form"] = "chosen-by-another"
    assert other.post(PRESSED, {"form_token": token, "by": "x"}).status == 403
    assert acknowledged_by(mine) == ""


def test_a_form_is_bound_to_the_login_it_was_shown_in(mine: Desk) -> None:
    with browsing(mine, Web(port=0, token_env="T"), TOKEN) as one:
        other = Browser(one.address)
        for each in (one, other):
            each.post("/login", {"token": TOKEN})
        form = {"form_token": token_of(one), "by": "Ann"}
        assert other.post(PRESSED, form).status == 403
        assert one.post(PRESSED, form).status == 303


def test_a_person_the_proxy_knows_answers_by_that_name_whatever_is_typed(mine: Desk) -> None:
    with browsing(mine, Web(port=0, login_header="X-Forwarded-User")) as browser:
        ann = {"X-Forwarded-User": "ann@desk"}
        form = {"form_token": token_of(browser, **ann), "by": "Mallory"}
        assert browser.post(PRESSED, form, **{"X-Forwarded-User": "bob@desk"}).status == 403
        assert browser.post(PRESSED, form, **ann).status == 303
    assert acknowledged_by(mine) == "ann@desk"


def test_a_program_with_the_token_needs_no_form(mine: Desk) -> None:
    with browsing(mine, Web(port=0, token_env="T"), TOKEN) as browser:
        kind = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"Bearer {TOKEN}",
        }
        assert browser.ask("POST", PRESSED, "by=bot", kind).status == 303
    assert acknowledged_by(mine) == "bot"


def test_nobody_answers_without_a_name(mine: Desk, browser: Browser) -> None:
    form = {"form_token": token_of(browser), "by": "  "}
    assert browser.post(PRESSED, form).status == 400
    assert acknowledged_by(mine) == ""


def test_switched_off_there_is_no_button_and_no_answer(mine: Desk) -> None:
    with browsing(mine, Web(port=0, token_env="T", acknowledge=False), TOKEN) as browser:
        browser.post("/login", {"token": TOKEN})
        page = browser.get(f"/alerts/{ALERT}").text
        assert "/acknowledge" not in page
        form = {"form_token": token_of(browser), "by": "Ann"}
        assert browser.post(PRESSED, form).status == 403
    assert acknowledged_by(mine) == ""


def test_an_alert_that_is_not_there_is_said_so(browser: Browser) -> None:
    form = {"form_token": token_of(browser), "by": "Ann"}
    assert browser.post("/alerts/x/y/2025-04-10/acknowledge", form).status == 404


@pytest.mark.slow
def test_a_database_that_stays_locked_is_told_and_nothing_is_done(
    mine: Desk, browser: Browser
) -> None:
    token = token_of(browser)
    writer = Database(mine.database)
    with writer.immediate():
        answer = browser.post(PRESSED, {"form_token": token, "by": "Ann"})
    writer.close()
    assert answer.status == 503
    assert "Not done: database busy" in answer.text
    assert acknowledged_by(mine) == ""


def test_too_much_is_refused(browser: Browser) -> None:
    form = {"form_token": token_of(browser), "by": "Ann", "note": "x" * 70_000}
    assert browser.post(PRESSED, form).status == 413
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.ask("POST", PRESSED, "x" * 200_000, kind).status == 413
