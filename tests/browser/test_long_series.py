"""Half a century of a series: its newest part is drawn first, and the whole of it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route

from monitor.config.load import build
from monitor.config.web import Web
from monitor.web.server import serving
from monitor.web.site import WebContext
from state.database import Database
from tests.browser.test_charts import SERIES, drawn, reading, seen_days, until
from tests.browser.watching import Watched
from tests.fifty_years import LAST, LOADED_AT, store

FIRST: Final = "1976-08-20"
# A year without numbers, so that the whole is in more stretches than its newest part.
MISSING: Final = slice("1990-01-01", "1990-12-31")
WHOLE: Final = "**/api/series/spx.json?periods=steps"
IS_WHOLE: Final = "document.querySelector('figure').dataset.extent === 'whole'"
ALL_DAYS: Final = "document.querySelector('figure').drawn.days.length"
CURSOR: Final = "document.querySelector('figure').drawn.cursor"
# The place in the library's own axis that is so many pixels from the left.
AT: Final = """(pixels => {
    const axis = document.querySelector("figure").drawn.chart.timeScale()
    return axis.coordinateToLogical(pixels)
})"""
# The day under the cursor, and its value in the chart.
SHOWN: Final = """() => {
    const {days, cursor, lines: [line]} = document.querySelector("figure").drawn
    const row = line.periods.indexOf(days[cursor])
    return [new Date(864e5 * days[cursor]).toISOString().slice(0, 10), line.values[row]]
}"""
# The days that have marks, each with the value that its mark stands on.
MARKS: Final = """() => {
    const [{series, marks}] = document.querySelector("figure").drawn.marked
    const values = new Map(series.data().map(one => [one.time, one.value]))
    const named = day => new Date(864e5 * day).toISOString().slice(0, 10)
    return marks.markers().map(({time}) => [named(time), values.get(time)])
}"""
# The days and the value that are looked at.
LOOKED_AT: Final = """() => {
    const {days, seen, cursor} = document.querySelector("figure").drawn
    return [days[Math.ceil(seen.from)], Math.round(seen.to - seen.from), days[cursor]]
}"""


@dataclass
class Held:
    """The answer with the whole series, held until a test lets it go."""

    page: Page
    routes: list[Route]

    def keep(self, route: Route) -> None:
        self.routes.append(route)

    def let_go(self) -> None:
        for one in self.routes:
            one.continue_()
        until(self.page, IS_WHOLE)


def levels() -> pd.Series[float]:
    days = pd.bdate_range(FIRST, LAST)
    days = days[~days.isin(days[days.slice_indexer(MISSING.start, MISSING.stop)])]
    steps = np.random.default_rng(1976).standard_normal(len(days))
    return pd.Series(100.0 + np.abs(steps.cumsum()), days)


@contextmanager
def served(folder: Path, numbers: pd.Series[float]) -> Iterator[str]:
    """The address of a site that has these of the S&P 500, and no more."""
    config = build({}, {}, folder)
    database = Database(config.database)
    store(database, config.sources["cboe"], pd.DataFrame({"spx": numbers}))
    database.close()
    site = WebContext(config, config.database, lambda: LOADED_AT, Web(port=0))
    with serving(site) as address:
        yield address.rstrip("/")


@pytest.fixture(scope="module")
def long_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where fifty years of the S&P 500 are served, made ones."""
    with served(Path(tmp_path_factory.mktemp("long")), levels()) as address:
        yield address


@pytest.fixture(scope="module")
def resumed_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a series is served that ended years ago, and has one number since."""
    ended = levels()[:"2010"]
    resumed = pd.concat([ended, levels().iloc[-1:]])
    with served(Path(tmp_path_factory.mktemp("resumed")), resumed) as address:
        yield address


@pytest.fixture
def held(seen: Watched, long_address: str) -> Iterator[Held]:
    """The page of a series with its newest part drawn, and the whole on its way."""
    page = seen.page()
    found = Held(page, [])
    page.route(WHOLE, found.keep)
    with page.expect_request(WHOLE):
        drawn(page, long_address)
    yield found
    page.unroute(WHOLE)


def test_the_newest_part_is_drawn_first_and_what_is_looked_at_stays(held: Held) -> None:
    page = held.page
    newest = levels().iloc[-1]
    assert f"{newest:,.2f}" in reading(page)
    assert page.evaluate(ALL_DAYS) < 300
    page.locator("[data-part=plot]").focus()
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    said, looked_at = reading(page), page.evaluate(LOOKED_AT)
    assert f"{levels().iloc[-31]:,.2f}" in said
    held.let_go()
    assert page.evaluate(ALL_DAYS) >= len(levels())
    assert (reading(page), page.evaluate(LOOKED_AT)) == (said, looked_at)
    page.keyboard.press("Home")
    assert f"{levels().iloc[0]:,.2f}" in reading(page)


@pytest.mark.parametrize(("name", "days"), [("max", 12_000), ("5y", 1_250)])
def test_a_longer_range_that_was_pressed_is_shown_when_the_whole_is_there(
    held: Held, name: str, days: int
) -> None:
    page = held.page
    button = page.get_by_role("button", name=name, exact=True)
    button.click()
    assert seen_days(page) < 300
    held.let_go()
    assert seen_days(page) > days
    assert button.get_attribute("aria-pressed") == "true"


def test_the_whole_has_every_number_in_stretches(held: Held) -> None:
    page = held.page
    held.let_go()
    stretches: list[list[dict[str, Any]]] = page.evaluate(
        """() => document.querySelector("figure").drawn.series[0].map(one => [...one.data()])"""
    )
    values = [one["value"] for stretch in stretches for one in stretch if "value" in one]
    assert len(stretches) == 2
    assert values == levels().tolist()


def test_several_days_a_pixel_are_said_with_their_own_values(held: Held) -> None:
    page = held.page
    held.let_go()
    page.get_by_role("button", name="max", exact=True).click()
    assert seen_days(page) > 12_000
    box = page.locator(".chart-canvas").bounding_box()
    assert box is not None
    said: set[int] = set()
    for share in (0.2, 0.21, 0.6):
        pixels = round(share * box["width"])
        page.mouse.move(box["x"] + pixels, box["y"] + box["height"] / 2)
        until(page, f"![null, {', '.join(map(str, said))}].includes({CURSOR})")
        said.add(page.evaluate(CURSOR))
        assert page.evaluate(CURSOR) == page.evaluate(f"{AT}({pixels})")
        day, value = page.evaluate(SHOWN)
        assert levels()[day] == value
        assert f"{value:,.2f}" in reading(page)
    assert len(said) == 3


def test_an_alert_before_a_span_without_data_is_marked_on_its_day(
    seen: Watched, long_address: str
) -> None:
    page = seen.page()
    day = "1980-06-02"
    alert = {"title": "Selloff", "severity": "warning", "period_end": day, "page": ""}

    def with_alert(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "alerts": [alert]})

    page.route(WHOLE, with_alert)
    drawn(page, long_address)
    until(page, IS_WHOLE)
    page.unroute(WHOLE)
    assert page.evaluate(MARKS) == [[day, levels()[day]]]


def test_one_number_after_years_without_any_is_drawn_with_the_whole(
    seen: Watched, resumed_address: str
) -> None:
    page = seen.page()
    with page.expect_request(WHOLE):
        drawn(page, resumed_address)
    days = page.evaluate(ALL_DAYS)
    assert days > len(levels()[:"2010"])
    assert reading(page).startswith(f"Thu 20 Aug 2026 {levels().iloc[-1]:,.2f}")
    page.locator("[data-part=plot]").focus()
    page.keyboard.press("ArrowLeft")
    assert reading(page).startswith("Fri 31 Dec 2010")
    assert not page.locator("[data-part=cut]").is_visible()


def test_without_the_whole_the_newest_part_stays_and_the_page_says_so(
    chromium: Chromium, long_address: str
) -> None:
    page = chromium.new_page()
    page.route(WHOLE, lambda route: route.abort())
    drawn(page, long_address, SERIES)
    note = page.locator("[data-part=cut]")
    note.wait_for()
    assert "Earlier numbers could not be loaded" in note.inner_text()
    assert page.locator("figure").get_attribute("data-state") == "drawn"
    assert f"{levels().iloc[-1]:,.2f}" in reading(page)
    page.close()
