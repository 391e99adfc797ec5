"""An alert on a phone: its numbers and its chart at once, what is behind them folded below."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Page

from state.alert_store import AlertStore
from state.database import Database
from tests.browser.pages import ALERT
from tests.browser.test_keyboard import tab_to
from tests.browser.watching import SIZES, Watched
from tests.monitor.web.desk import Desk

FIRST_SCREEN: Final = "first screen"
RULES: Final = ("joint_selloff", "haven_failure", "term_premium_day", "term_premium_jump")


@pytest.mark.parametrize("rule", RULES)
def test_a_phones_first_screen_has_the_bars_and_the_whole_chart(
    seen: Watched, desk: Desk, address: str, rule: str
) -> None:
    database = Database(desk.database, read_only=True)
    alert_id = AlertStore(database).alerts(rule)[-1].alert_id
    database.close()
    page = seen.page(FIRST_SCREEN)
    page.goto(f"{address}/alerts/{alert_id}")
    page.locator("figure[data-state=drawn]").wait_for()
    top = 0.0
    for part in (".bars", ".ranges", ".chart-canvas"):
        box = page.locator(part).bounding_box()
        assert box is not None, part
        assert box["y"] >= top, part
        top = box["y"] + box["height"]
    assert top <= SIZES[FIRST_SCREEN][1]


def panes(page: Page) -> int:
    count: int = page.evaluate(
        "document.querySelector('figure[data-sources]').drawn.chart.panes().length"
    )
    return count


def test_its_chart_has_a_pane_a_market_up_to_what_was_known(seen: Watched, address: str) -> None:
    page = seen.page()
    page.goto(address + ALERT)
    page.locator("figure[data-state=drawn]").wait_for()
    assert panes(page) == 3
    said = page.locator("[data-part=reading]").inner_text()
    for words in ("Thu 10 Apr 2025", "S&P 500 close 5,268.05", "4.40%", "critical: Joint selloff"):
        assert words in said


def test_what_is_behind_it_is_folded_and_opens_by_keyboard(seen: Watched, address: str) -> None:
    page = seen.page()
    page.goto(address + ALERT)
    folded = ("#evidence", "#history", "#deliveries")
    assert not any(page.locator(f"{one} table").is_visible() for one in folded)
    tab_to(page, "summary", "Evidence")
    page.keyboard.press("Enter")
    assert page.locator("#evidence table").is_visible()
    assert "with source and vintage" in page.locator("#evidence summary").inner_text()
