"""The page of a rule: what it would have told, with the sizes in force and with others."""

from __future__ import annotations

import html
import re

import pytest

from tests.monitor.web.desk import Browser


def said(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status == 200, path
    return html.unescape(answer.text)


def test_every_rule_is_listed_with_a_page(shown: Browser) -> None:
    pages = re.findall(r'href="(/rules/[a-z_]+)"', said(shown, "/rules"))
    assert "/rules/joint_selloff" in pages
    for page in pages:
        assert "<h1>" in said(shown, page)


def test_the_page_says_how_often_and_which_episodes(shown: Browser) -> None:
    page = said(shown, "/rules/joint_selloff")
    assert re.search(r"[\d.]+ alerts a year, 2024 to 2025: [\d.]+ critical, ", page)
    assert "Yen carry unwind</th>" in page
    assert "Lehman" not in page
    assert 'name="warning_weakest_leg_sd" value="0.5"' in page


def test_another_size_gives_another_answer_and_says_so(shown: Browser) -> None:
    def alerts(path: str) -> float:
        found = re.search(r'class="strong">([\d.]+) alerts a year', said(shown, path))
        assert found is not None
        return float(found[1])

    fewer = "/rules/joint_selloff?notice_weakest_leg_sd=1.5&warning_weakest_leg_sd=2"
    assert alerts(fewer) < alerts("/rules/joint_selloff")
    assert "<code>notice_weakest_leg_sd = 1.5</code>" in said(shown, fewer)
    part = said(shown, f"{fewer}&part=1")
    assert "<html" not in part
    assert alerts(f"{fewer}&part=1") == alerts(fewer)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("notice_weakest_leg_sd=x", "'x' is no number"),
        ("notice_weakest_leg_sd=nan", "'nan' is no number"),
        ("window_sessions=1", "greater than or equal to 20, got 1"),
        ("there_is_none=1", "there_is_none is no size of this rule"),
    ],
)
def test_a_size_that_is_none_is_told(shown: Browser, query: str, expected: str) -> None:
    page = said(shown, f"/rules/joint_selloff?{query}")
    assert expected in page
    assert "Known episodes" not in page


def test_a_rule_that_is_none_is_not_found(shown: Browser) -> None:
    assert shown.get("/rules/joint_sellof").status == 404


def test_years_in_which_the_rule_could_not_be_judged_are_left_out(shown: Browser) -> None:
    page = said(shown, "/rules/joint_selloff")
    assert "<title>2024: " in page
    assert "<title>2023: " not in page
    assert ">2023</th>" not in page
    assert ">2024</text>" in page
