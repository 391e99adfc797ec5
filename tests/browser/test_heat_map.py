"""The heat maps without a mouse, and with one."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.watching import Watched

SAID = re.compile("10 April 2025: joint selloff, smallest leg 0.97σ, critical; S&P 500 −3.5%, "
                  "10-year \\+6bp, dollar −2.0%")  # fmt: skip


def test_the_arrow_keys_say_the_moves_of_a_week_and_enter_opens_its_alert(
    seen: Watched, address: str
) -> None:
    page = seen.page()
    page.goto(f"{address}/calendar")
    years = page.locator(".heat").first
    years.focus()
    said = page.locator(".readout").first
    places = []
    for _ in range(40):
        page.keyboard.press("ArrowRight")
        places.append(said.inner_text())
        if SAID.search(places[-1]):
            break
    expect(said).to_have_text(SAID)
    assert len(set(places)) == len(places)  # never the same twice
    page.keyboard.press("ArrowLeft")
    expect(said).not_to_have_text(SAID)
    page.keyboard.press("ArrowRight")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/alerts/joint_selloff/us/2025-04-10")


@pytest.mark.parametrize("size", ["phone", "first screen", "desktop"])
def test_the_years_stand_apart_and_beside_their_weeks(
    seen: Watched, address: str, size: str
) -> None:
    page = seen.page(size)
    page.goto(f"{address}/calendar")
    years = page.locator(".overview a text").all()
    boxes = [box for one in years if (box := one.bounding_box()) is not None]
    assert len(boxes) >= 2
    for upper, lower in pairwise(boxes):
        assert upper["y"] + upper["height"] <= lower["y"]
    weeks = page.locator(".overview .rest").first.bounding_box()
    assert weeks is not None
    assert all(one["x"] + one["width"] <= weeks["x"] for one in boxes)


@pytest.mark.parametrize("path", ["/calendar", "/"])
def test_hovering_says_the_moves_too(seen: Watched, address: str, path: str) -> None:
    page = seen.page()
    page.goto(address + path)
    cell = page.locator(".heat g", has_text="10 April 2025: joint").last
    cell.hover()
    expect(page.locator(".readout").last).to_have_text(SAID)
