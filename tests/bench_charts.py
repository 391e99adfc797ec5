"""How soon a chart of fifty years is drawn in Chromium, from the request for its page on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from playwright.sync_api import Browser, sync_playwright

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update",
                "--disable-sync")  # fmt: skip
RUNS: Final = 7
MOST_MS: Final = 500.0
WHOLE_HISTORY: Final = '[data-months="max"]'
# From a press of the button to the second picture after it.
PRESSED: Final = """async button => {
    const began = performance.now()
    button.click()
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
    return performance.now() - began
}"""


def measure_drawing(
    address: str, paths: Sequence[str], what: str, say: Callable[[str, str, str], None]
) -> None:
    """Say for each page with a chart when its first is drawn; nothing where there is no browser."""
    found = next((one for name in BROWSERS if (one := shutil.which(name))), None)
    if found is None:
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        for path in paths:
            drawn, pressed, worked = _times(browser, address.rstrip("/") + path)
            if drawn:
                say(
                    f"chart on {path} in Chromium",
                    f"drawn after {median(drawn):.0f} ms, {median(worked):.0f} ms of CPU of the "
                    f"page's thread; all of it {median(pressed):.0f} ms after its button",
                    f"{what}; median of {RUNS} browsers that have nothing of it; at most "
                    f"{MOST_MS:.0f} ms wanted",
                )
        browser.close()


def _times(browser: Browser, url: str) -> tuple[list[float], list[float], list[float]]:
    """From navigation to the first chart, from the button for all of it to its picture, and the
    processor's time until the first chart."""
    drawn: list[float] = []
    pressed: list[float] = []
    worked: list[float] = []
    for _ in range(RUNS):
        context = browser.new_context()
        page = context.new_page()
        watching = context.new_cdp_session(page)
        watching.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(url)
        if page.locator("figure[data-sources]").count():
            page.locator("figure[data-state=drawn]").first.wait_for()
            drawn.append(page.evaluate("performance.getEntriesByName('chart drawn')[0].startTime"))
            found = watching.send("Performance.getMetrics")["metrics"]
            (task,) = (one["value"] for one in found if one["name"] == "TaskDuration")
            worked.append(1000.0 * task)
            pressed.append(page.locator(WHOLE_HISTORY).first.evaluate(PRESSED))
        context.close()
    return drawn, pressed, worked
