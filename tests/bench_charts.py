"""How soon a chart of fifty years is drawn in Chromium, from the request for its page on, and what
of that time is the browser's own: an empty page is loaded in turn with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final

from playwright.sync_api import Browser, sync_playwright

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update",
                "--disable-sync")  # fmt: skip
RUNS: Final = 9
MOST_MS: Final = 500.0
# The steps of a page with a chart, as chart.js and the browser mark them.
DRAWN: Final = "drawn"
SEEN: Final = "picture"
WHOLE: Final = "whole series"
HAS_CHART: Final = "document.querySelector('figure[data-sources]') !== null"
# Waits in the page itself: whatever looks from outside again and again would be measured too.
STEPS: Final = f"""async () => {{
    const marked = name => new Promise(found => new PerformanceObserver(list => {{
        const [one] = list.getEntriesByName(name)
        if (one) found(one.startTime)
    }}).observe({{type: "mark", buffered: true}}))
    const [page] = performance.getEntriesByType("navigation")
    const begun = await marked("chart begun")
    const steps = {{
        "first byte": page.responseStart, "page parsed": page.domInteractive, "scripts run": begun,
        "numbers read": await marked("chart read"), "{DRAWN}": await marked("chart drawn"),
        "{SEEN}": await marked("chart seen"),
    }}
    return steps
}}"""
# Before the scripts of a page run: shows the whole of its charts from the start.
IN_SIGHT: Final = """document.addEventListener("readystatechange", () => {
    for (const one of document.querySelectorAll("figure[data-sources]")) one.dataset.months = "max"
})"""
ALL_SEEN: Final = """async () => {
    const {whole} = document.querySelector("figure[data-sources]").dataset
    if (!whole) return null
    return new Promise(found => new PerformanceObserver(list => {
        const [one] = list.getEntriesByName("whole chart seen")
        if (one) found(one.startTime)
    }).observe({type: "mark", buffered: true}))
}"""
EMPTY: Final = """async () => {
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
    return performance.now()
}"""
# From a press of the button to the second picture after it.
PRESSED: Final = """async () => {
    const button = document.querySelector('figure [data-months="max"]')
    const began = performance.now()
    button.click()
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame)
    return performance.now() - began
}"""
WORKED: Final = "page's thread"
BUTTON: Final = "button"
NOTHING: Final = "empty page"
PAINTED: Final = "all in sight"


def measure_drawing(
    address: str,
    empty: str,
    paths: Sequence[str],
    what: str,
    say: Callable[[str, str, str], None],
) -> None:
    """Say for each page with a chart when its first is drawn, step by step, and when a page with
    two bytes at `empty` is; nothing where there is no browser."""
    found = next((one for name in BROWSERS if (one := shutil.which(name))), None)
    if found is None:
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        for path in paths:
            url = address.rstrip("/") + path
            if not _has_chart(browser, url):
                continue
            took = _medians([_load(browser, url, empty) for _ in range(RUNS)])
            say(
                f"chart on {path} in Chromium",
                f"drawn after {took[DRAWN]:.0f} ms, {took[WORKED]:.0f} ms of CPU of the page's "
                f"thread until its picture; all of it {took[BUTTON]:.0f} ms after its button",
                f"{what}; median of {RUNS} browsers that have nothing of it; at most "
                f"{MOST_MS:.0f} ms wanted; in turn with an empty page: {took[NOTHING]:.0f} ms",
            )
            say(
                f"chart on {path} in Chromium, all of it",
                f"in the chart after {took.get(WHOLE, took[SEEN]):.0f} ms; where all of it is "
                f"shown from the start, painted after {took[PAINTED]:.0f} ms",
                f"{what}; at most {MOST_MS:.0f} ms wanted",
            )
            steps = (f"{name} {ms:.0f}" for name, ms in took.items() if name not in _BESIDE)
            say(f"chart on {path} in Chromium, by step", f"{', '.join(steps)} ms", what)
        browser.close()


_BESIDE: Final = frozenset({WORKED, BUTTON, NOTHING, PAINTED})


def _has_chart(browser: Browser, url: str) -> bool:
    page = browser.new_page()
    page.goto(url)
    found: bool = page.evaluate(HAS_CHART)
    page.close()
    return found


def _load(browser: Browser, url: str, empty: str) -> dict[str, float]:
    """When each step of a page was over, in ms after it was asked for; its thread's CPU time until
    the picture, what the button for all of it took, and when an empty page was seen."""
    context = browser.new_context()
    page = context.new_page()
    watching = context.new_cdp_session(page)
    watching.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(url, wait_until="commit")
    found: dict[str, float] = page.evaluate(STEPS)
    metrics = watching.send("Performance.getMetrics")["metrics"]
    (task,) = (one["value"] for one in metrics if one["name"] == "TaskDuration")
    found[WORKED] = 1000.0 * task
    if (all_seen := page.evaluate(ALL_SEEN)) is not None:
        found[WHOLE] = all_seen
    found[BUTTON] = page.evaluate(PRESSED)
    context.close()
    found[PAINTED] = _all_painted(browser, url)
    context = browser.new_context()
    page = context.new_page()
    page.goto(empty, wait_until="commit")
    found[NOTHING] = page.evaluate(EMPTY)
    context.close()
    return found


def _all_painted(browser: Browser, url: str) -> float:
    """When all numbers of a page's charts were in sight, in ms after it was asked for."""
    context = browser.new_context()
    context.add_init_script(IN_SIGHT)
    page = context.new_page()
    page.goto(url, wait_until="commit")
    steps: dict[str, float] = page.evaluate(STEPS)
    whole: float | None = page.evaluate(ALL_SEEN)
    context.close()
    return steps[SEEN] if whole is None else whole


def _medians(loads: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: median(one[name] for one in loads) for name in loads[0]}
