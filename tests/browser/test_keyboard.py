"""The pages without a mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from state.alert_store import AlertStore
from state.database import Database
from tests.browser.pages import ALERT, PAGES
from tests.browser.watching import CHARTS_ARE_DRAWN, Watched
from tests.monitor.web.desk import TOKEN, Desk, browsing

# The alert under a chart's cursor is opened by Enter, and its link is no stop of its own.
CONTROLS = (
    "a[href]:not([data-part=reading] a), button:enabled, input:enabled:not([type=hidden]), select, "
    "textarea, summary, [tabindex='0']"
)

# Whether the element in focus can be told from the others: it has an outline and is in view.
HERE = """() => {
    const one = document.activeElement, style = getComputedStyle(one)
    const box = one.getBoundingClientRect()
    return {
        place: Number(one.dataset.place ?? -1),
        html: one.outerHTML.slice(0, 120),
        outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        isInView: box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
    }
}"""


@pytest.mark.parametrize("path", PAGES)
def test_the_tab_key_reaches_every_control_in_order_and_shows_where_it_is(
    seen: Watched, address: str, path: str
) -> None:
    page = seen.page()
    page.goto(address + path)
    page.wait_for_function(CHARTS_ARE_DRAWN)
    count = numbered(page)
    assert count > 5
    places = []
    for _ in range(count):
        page.keyboard.press("Tab")
        here: dict[str, Any] = page.evaluate(HERE)
        assert here["outline"] >= 2, here["html"]
        assert here["isInView"], here["html"]
        places.append(here["place"])
    assert places == list(range(count))


def test_the_first_tab_offers_to_skip_to_the_content(seen: Watched, address: str) -> None:
    page = seen.page()
    page.goto(f"{address}/")
    page.keyboard.press("Tab")
    assert "Skip to the content" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_an_alert_is_acknowledged_by_keyboard_alone(
    seen: Watched, desk: Desk, tmp_path: Path
) -> None:
    own = desk.copied(tmp_path)
    with browsing(own) as browser:
        page = seen.page()
        page.goto(browser.address.rstrip("/") + ALERT)
        tab_to(page, "summary", "Acknowledge")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("Ada")
        page.keyboard.press("Tab")
        page.keyboard.type("Looking <at> it")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "BUTTON"
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "acknowledged by ada" in page.inner_text("main").lower()
    database = Database(own.database, read_only=True)
    alert = AlertStore(database).alert(ALERT.removeprefix("/alerts/"))
    database.close()
    assert alert is not None
    assert alert.acknowledged_by == "Ada"


def test_somebody_logs_in_and_out_by_keyboard(seen: Watched, locked_address: str) -> None:
    page = seen.page()
    page.goto(f"{locked_address}/calendar")
    tab_to(page, "input", "")
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{locked_address}/calendar")
    tab_to(page, "button", "Log out")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(f"{locked_address}/calendar")
    assert "/login" in page.url


def numbered(page: Page) -> int:
    """How many controls can be seen; each is given its place in the order of the document."""
    count: int = page.evaluate(
        """selector => {
            const seen = [...document.querySelectorAll(selector)].filter(
                one => one.checkVisibility({visibilityProperty: true}))
            seen.forEach((one, place) => { one.dataset.place = place })
            return seen.length
        }""",
        CONTROLS,
    )
    return count


def tab_to(page: Page, tag: str, words: str, most: int = 60) -> None:
    """Press Tab until a control of this kind with these words is in focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found: tuple[str, str] = page.evaluate(
            "[document.activeElement.tagName.toLowerCase(), document.activeElement.textContent]"
        )
        if found[0] == tag and words in found[1]:
            return
    raise AssertionError(f"{most} times Tab did not come to a {tag} with {words!r}")
