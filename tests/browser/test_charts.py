"""The charts: hovered, zoomed, walked through by mouse, finger and keys, and without scripts."""

from __future__ import annotations

import json
import re
from typing import Final

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.browser.test_pages import findings, overflow
from tests.browser.watching import Scheme, Watched

SERIES: Final = "/series/spx"
DAY: Final = r"^(Mon|Tue|Wed|Thu|Fri) \d+ [A-Z][a-z]+ 20\d\d\b"
NEWEST: Final = "Thu 10 Apr 2025 5,268.05 −3.46%"


def drawn(page: Page, address: str, path: str = SERIES) -> None:
    page.goto(address + path)
    page.locator("figure[data-state=drawn]").first.wait_for()


def reading(page: Page) -> str:
    return " ".join(page.locator("[data-part=reading]").first.inner_text().split())


def until(page: Page, condition: str) -> None:
    """Wait until something holds; what waits by a text of its own the page's policy forbids."""
    page.evaluate(
        f"""async () => {{
            for (let frame = 0; frame < 600; frame += 1) {{
                if ({condition}) return
                await new Promise(requestAnimationFrame)
            }}
            throw new Error("it did not come to hold")
        }}"""
    )


def seen_days(page: Page) -> int:
    """How many periods the chart shows."""
    range_: dict[str, float] = page.evaluate(
        """async () => {
            for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
            return document.querySelector("figure[data-sources]")
                .drawn.chart.timeScale().getVisibleLogicalRange()
        }"""
    )
    return round(range_["to"] - range_["from"])


def test_at_rest_it_says_the_newest_value_and_on_hover_that_of_the_day(
    seen: Watched, address: str
) -> None:
    page = seen.page()
    drawn(page, address)
    assert reading(page).startswith(NEWEST)
    box = page.locator(".chart-canvas").bounding_box()
    assert box is not None
    said = set()
    before = page.locator("[data-part=reading]").inner_text()
    for share in (0.2, 0.4, 0.6):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        until(
            page,
            f"document.querySelector('[data-part=reading]').innerText !== {json.dumps(before)}",
        )
        before = page.locator("[data-part=reading]").inner_text()
        assert re.search(rf"{DAY} \d,\d\d\d\.\d\d [+−]\d", reading(page))
        said.add(reading(page))
    assert len(said) == 3
    page.mouse.move(1, 1)
    until(page, "document.querySelector('figure[data-sources]').drawn.cursor === null")
    assert reading(page).startswith(NEWEST)


def test_range_buttons_are_buttons_that_show_their_range(seen: Watched, address: str) -> None:
    page = seen.page()
    drawn(page, address)
    group = page.get_by_role("group", name="Range")
    names = [one.inner_text() for one in group.get_by_role("button").all()]
    assert names == ["1m", "6m", "1y", "5y", "max"]
    spans = {}
    for name in names:
        group.get_by_role("button", name=name, exact=True).click()
        pressed = group.locator("[aria-pressed=true]")
        assert pressed.inner_text() == name
        spans[name] = seen_days(page)
    assert spans["1m"] < 30 < spans["6m"] < 140 < spans["1y"] < 280 < spans["max"]


def test_keys_move_the_cursor_zoom_and_open_an_alert(seen: Watched, address: str) -> None:
    page = seen.page()
    drawn(page, address)
    page.locator("[data-part=plot]").focus()
    live = page.locator("[data-part=live]")
    page.keyboard.press("ArrowLeft")
    assert live.inner_text().startswith("Wed 9 Apr 2025 5,456.90 +9.52%")
    page.keyboard.press("ArrowLeft")
    assert live.inner_text().startswith("Tue 8 Apr 2025")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert live.inner_text().startswith(NEWEST)
    assert "critical: Joint selloff" in live.inner_text()
    page.keyboard.press("Home")
    assert live.inner_text().startswith("Fri 29 Dec 2023")
    page.keyboard.press("End")
    before = seen_days(page)
    page.keyboard.press("+")
    assert seen_days(page) < before
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert seen_days(page) > before
    page.keyboard.press("Escape")
    assert live.inner_text() == ""
    page.keyboard.press("End")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/alerts/" in page.url


def test_it_says_what_it_is_to_those_who_do_not_see_it(seen: Watched, address: str) -> None:
    page = seen.page()
    drawn(page, address)
    plot = page.get_by_role("application", name="S&P 500 close, index points")
    assert plot.get_attribute("aria-roledescription") == "interactive chart"
    described = plot.get_attribute("aria-describedby")
    assert "move the cursor" in page.locator(f"#{described}").inner_text()
    assert page.locator("[data-part=live]").get_attribute("aria-live") == "polite"
    assert page.locator(".chart-canvas").get_attribute("aria-hidden") == "true"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_colours_are_those_of_the_screen(seen: Watched, address: str, scheme: Scheme) -> None:
    page = seen.page(scheme=scheme)
    drawn(page, address)
    colours = "document.querySelector('figure[data-sources]').drawn.series[0][0].options().color"
    mine = page.evaluate(colours)
    other: Scheme = "dark" if scheme == "light" else "light"
    page.emulate_media(color_scheme=other)
    until(page, f"{colours} !== '{mine}'")
    page.emulate_media(color_scheme=scheme)
    until(page, f"{colours} === '{mine}'")


def test_a_finger_on_a_day_shows_its_value(seen: Watched, chromium: Chromium, address: str) -> None:
    context = chromium.new_context(viewport={"width": 375, "height": 667}, has_touch=True)
    page = context.new_page()
    drawn(page, address)
    box = page.locator(".chart-canvas").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2)
    until(page, "document.querySelector('figure[data-sources]').drawn.pinned")
    assert re.search(DAY, reading(page))
    assert not reading(page).startswith(NEWEST)
    assert overflow(page) == []
    context.close()


def test_without_scripts_the_drawing_the_table_and_the_numbers_are_there(
    chromium: Chromium, address: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + SERIES)
    assert page.locator(".chart-drawing svg").is_visible()
    assert not page.locator(".chart-bar").is_visible()
    assert page.locator("table.values").is_visible()
    assert page.get_by_role("link", name="CSV", exact=True).is_visible()
    context.close()


def test_where_the_numbers_do_not_come_the_drawing_stays_and_says_so(
    chromium: Chromium, address: str
) -> None:
    page = chromium.new_page()
    page.route("**/api/series/**", lambda route: route.abort())
    page.goto(address + SERIES)
    page.locator("figure[data-state=failed]").wait_for()
    assert page.locator(".chart-drawing svg").is_visible()
    assert "could not be loaded" in page.inner_text("figure")
    page.close()


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("path", [SERIES, "/series/tic.42609.for_lt_treas_net"])
def test_a_drawn_chart_keeps_nobody_out(seen: Watched, address: str, path: str, size: str) -> None:
    for scheme in ("light", "dark"):
        page = seen.page(size, scheme)
        drawn(page, address, path)
        assert findings(page) == []
        assert overflow(page) == []


def test_every_figure_is_a_chart_with_its_lines_by_name(seen: Watched, address: str) -> None:
    page = seen.page()
    drawn(page, address, "/figures")
    until(
        page,
        "document.querySelectorAll('figure[data-state=drawn]').length"
        " === document.querySelectorAll('figure[data-sources]').length",
    )
    assert page.locator("figure[data-state=drawn]").count() == 6
    said = " ".join(page.locator("#figure-4-chart [data-part=reading]").inner_text().split())
    assert re.fullmatch(
        r"Jan 2025 foreigners \d\d\.\d% Federal Reserve \d\d\.\d% domestic private \d\d\.\d%", said
    )
    # Of two lines that end on different days each number has its own.
    said = " ".join(page.locator("#figure-3-chart [data-part=reading]").inner_text().split())
    assert re.search(r"^Wed 9 Apr 2025 ACM .*% Kim-Wright .*% \(Fri 4 Apr 2025\)$", said)
    assert findings(page) == []
