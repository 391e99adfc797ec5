"""The sliders of a rule's page: what it would have sent follows them, by mouse and by keys."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.watching import Watched

RATE = re.compile(r"([\d.]+) alerts a year")


def test_a_slider_that_is_moved_gives_another_answer(seen: Watched, address: str) -> None:
    page = seen.page()
    page.goto(f"{address}/rules/joint_selloff")
    answer = page.locator("#answer .strong")
    before = answer.inner_text()
    slider = page.get_by_role("slider", name="Notice weakest leg sd")
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(answer).not_to_have_text(before)
    expect(page.locator("#answer")).not_to_have_attribute("aria-busy", "true")
    fewer, more = (RATE.search(text) for text in (answer.inner_text(), before))
    assert fewer is not None
    assert more is not None
    assert float(fewer[1]) < float(more[1])
    number = page.get_by_role("spinbutton", name="Notice weakest leg sd")
    assert number.input_value() == slider.input_value()
    # By itself, as a link to send to somebody.
    page.get_by_role("button", name="Try").click()
    expect(page.locator("#answer .strong")).to_have_text(fewer.string)


def test_a_size_that_is_none_is_said_and_mended(seen: Watched, address: str) -> None:
    page = seen.page()
    page.goto(f"{address}/rules/joint_selloff")
    number = page.get_by_role("spinbutton", name="Window sessions")
    number.fill("1")
    expect(page.get_by_role("alert")).to_contain_text("greater than or equal to 20, got 1")
    number.fill("63")
    expect(page.locator("#answer .strong")).to_be_visible()
