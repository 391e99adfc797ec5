"""A month walked through hour by hour, by keyboard, and without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from tests.browser.watching import Watched

THEN = "/?at=2025-04-10T17:00-04:00"
SELLOFF = "joint_selloff/us/2025-04-10"


def test_the_slider_walks_by_keyboard_and_keeps_the_focus(seen: Watched, address: str) -> None:
    page = seen.page()
    page.goto(address + THEN)
    assert SELLOFF not in page.content()
    slider = page.get_by_role("slider", name="Hour of April 2025")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".walk output")).to_have_text(re.compile("Thu,? 10 Apr,? 19:00"))
    page.wait_for_url(re.compile("at=2025-04-10T23%3A00Z"))
    expect(page.get_by_role("slider")).to_be_focused()
    assert SELLOFF in page.content()
    assert "As it was at Thu 10 Apr 2025 19:00 EDT" in page.inner_text(".moment")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile("at=2025-04-10T22%3A00Z"))
    page.get_by_role("link", name="Back to now").click()
    page.wait_for_url(f"{address}/")


@pytest.mark.parametrize("name", ["Next hour", "Go"])
def test_without_a_script_a_form_and_links_do(chromium: Chromium, address: str, name: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + THEN)
    assert not page.get_by_role("slider").count()
    if name == "Go":
        page.fill(".walk input[name=at]", "2025-04-10 18:00")
        page.get_by_role("button", name=name, exact=True).click()
    else:
        page.get_by_role("link", name=name).click()
    assert "18:00 EDT" in page.inner_text(".moment")
    context.close()
