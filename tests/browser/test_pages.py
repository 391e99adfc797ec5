"""Every page, light and dark, on a desk and on a phone."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import FloatRect, Page

from monitor.config.web import Web
from monitor.web.server import create_site
from monitor.web.site import WebContext
from tests.browser.pages import LOGIN, NOT_PAGES, PAGES
from tests.browser.watching import CHARTS_ARE_DRAWN, Scheme, Watched, show
from tests.monitor.web.desk import Desk

SERIOUS_FINDINGS: Final = """async () => {
    const {violations} = await axe.run({resultTypes: ["violations"]})
    return violations.filter(one => ["serious", "critical"].includes(one.impact)).flatMap(
        one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 120)} `
            + (node.failureSummary ?? "").slice(0, 200)))
}"""

# The narrowest phone, the widest screen, and either side of each width at which columns begin.
WIDTHS: Final = (320, 375, 414, 640, 642, 660, 767, 959, 962, 1000, 1023, 1025, 1120, 1130, 1183,
                 1185, 1440)  # fmt: skip

LOOKS: Final[list[tuple[str, Scheme]]] = [
    ("desktop", "light"), ("desktop", "dark"), ("phone", "light"), ("phone", "dark"),
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_nothing_that_keeps_people_out(seen: Watched, address: str, path: str) -> None:
    page = seen.page()
    page.goto(address + path)
    page.wait_for_function(CHARTS_ARE_DRAWN)
    assert page.locator("figure[data-state=failed]").count() == 0
    open_details(page)
    for size in ("half", "desktop"):
        show(page, size, "light")
        assert (overflow(page), broken_days(page)) == ([], []), size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert overflow(page) == [], width
    leave_out_alike(page)
    for size, scheme in LOOKS:
        show(page, size, scheme)
        assert findings(page) == [], (size, scheme)
        assert overflow(page) == [], (size, scheme)


def test_nor_has_the_login(seen: Watched, locked_address: str) -> None:
    page = seen.page()
    page.goto(locked_address + "/")
    assert urlsplit(page.url).path == LOGIN
    for size, scheme in LOOKS:
        show(page, size, scheme)
        assert findings(page) == [], (size, scheme)
        assert overflow(page) == [], (size, scheme)


def test_every_page_there_is_is_looked_at(desk: Desk) -> None:
    site = create_site(WebContext(desk.config, desk.database, lambda: desk.at, Web()))
    rules = {one.rule for one in site.url_map.iter_rules() if "GET" in (one.methods or ())}
    paths = [urlsplit(path).path for path in (*PAGES, LOGIN)]

    def is_looked_at(rule: str) -> bool:
        pattern = re.sub(r"<\w+>", "[^/]+", re.sub(r"<path:\w+>", ".+", rule))
        return any(re.fullmatch(pattern, path) for path in paths)

    assert {rule for rule in rules if not is_looked_at(rule)} == NOT_PAGES


@pytest.mark.parametrize("path", ["/figures", "/calendar"])
def test_what_is_drawn_can_be_seen(seen: Watched, address: str, path: str) -> None:
    """An image that is blocked, broken or empty has no size of its own."""
    for scheme in ("light", "dark"):
        page = seen.page(scheme=scheme)
        page.goto(address + path)
        page.evaluate(
            """async () => {
                for (const one of document.images) {
                    one.loading = "eager"
                    await one.decode()
                }
            }"""
        )
        sizes = page.evaluate("[...document.images].map(one => one.naturalWidth)")
        assert all(size > 100 for size in sizes)
        used = page.evaluate("[...document.images].map(one => one.currentSrc)")
        assert all(one.endswith(f"ink={scheme}") for one in used)
        rects = page.evaluate(
            "[...document.querySelectorAll('.heat-map rect')]"
            ".map(one => getComputedStyle(one).fill)"
        )
        assert sizes or len(set(rects)) >= 4


def findings(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical: the rule and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(SERIOUS_FINDINGS)
    return found


def overflow(page: Page) -> list[str]:
    """The elements that reach out to the right, where the page can be scrolled sideways."""
    found: list[str] = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth
            if (document.documentElement.scrollWidth <= width) return []
            return [...document.body.querySelectorAll("*")]
                .filter(one => one.getBoundingClientRect().right > width + 0.5)
                .map(one => one.outerHTML.slice(0, 120))
        }"""
    )
    return found


def broken_days(page: Page) -> list[str]:
    """The cells of tables that are a day, such as 2025-04-10, in two lines."""
    found: list[str] = page.evaluate(
        r"""() => [...document.querySelectorAll("td, th")].filter(cell => {
            const text = document.createRange()
            text.selectNodeContents(cell)
            const lines = new Set([...text.getClientRects()].map(one => one.top))
            return /^\d{4}-\d\d-\d\d$/.test(cell.innerText) && lines.size > 1
        }).map(cell => cell.outerHTML.slice(0, 120))"""
    )
    return found


def leave_out_alike(page: Page) -> None:
    """Of a thousand rows alike axe would look at each for a minute: leave a dozen of each table."""
    page.evaluate(
        "document.querySelectorAll('tbody').forEach("
        "one => [...one.rows].slice(12).forEach(row => row.remove()))"
    )


def open_details(page: Page) -> None:
    """Show everything that a page folds away."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def test_a_wide_series_page_uses_its_width_and_a_phone_shows_an_alerts_numbers_first(
    seen: Watched, address: str
) -> None:
    def box(page: Page, selector: str) -> FloatRect:
        found = page.locator(selector).first.bounding_box()
        assert found is not None
        return found

    for size, is_beside in (("desktop", True), ("phone", False)):
        page = seen.page(size, "light")
        page.goto(f"{address}/series/spx")
        line, values = box(page, "figure.chart-box"), box(page, "table.values")
        assert (values["x"] >= line["x"] + line["width"]) == is_beside
        assert (values["y"] >= line["y"] + line["height"]) != is_beside
    page = seen.page("phone", "light")
    page.goto(f"{address}/alerts/joint_selloff/us/2025-04-10")
    bars, chart, facts = (box(page, one) for one in (".bars", ".chart-box", ".facts"))
    assert bars["y"] < chart["y"] < facts["y"]
