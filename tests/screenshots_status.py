"""Pictures of the status page, for the documents: the evening of 10 April 2025."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import sync_playwright

from tests.april import live
from tests.monitor.web.desk import Desk, browsing, desk_of

UNTIL: Final = "2025-04-10 20:00"
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update",
                "--disable-sync")  # fmt: skip
Scheme = Literal["light", "dark"]
# Name, path, width, height and screen of each.
SHOTS: Final[tuple[tuple[str, str, int, int, Scheme], ...]] = (
    ("status-light", "", 1440, 1500, "light"),
    ("status-dark", "", 1440, 1500, "dark"),
    ("status-phone", "", 375, 1400, "light"),
    ("status-phone-dark", "", 375, 1400, "dark"),
    ("heat-map-light", "calendar", 1440, 900, "light"),
    ("heat-map-dark", "calendar", 1440, 900, "dark"),
    ("heat-map-phone", "calendar", 375, 1000, "light"),
    ("heat-map-phone-dark", "calendar", 375, 1000, "dark"),
    ("rule-light", "rules/joint_selloff", 1440, 1000, "light"),
    ("rule-dark", "rules/joint_selloff", 1440, 1000, "dark"),
    ("sources-light", "sources", 1440, 900, "light"),
    ("sources-dark", "sources", 1440, 900, "dark"),
)
# Pages with charts, each on every screen: as a person sees them first.
CHARTED: Final = {
    "alert": "alerts/joint_selloff/us/2025-04-10",
    "series": "series/spx",
    "figures": "figures",
}
SCREENS: Final[tuple[tuple[str, int, int, Scheme], ...]] = (
    ("light", 1440, 900, "light"),
    ("dark", 1440, 900, "dark"),
    ("phone", 375, 667, "light"),
    ("phone-dark", 375, 667, "dark"),
)
# Every chart has come, or has failed.
DRAWN: Final = """async () => {
    const waiting = () => [...document.querySelectorAll("figure[data-sources]")].some(
        one => !one.dataset.state)
    for (let frame = 0; waiting() && frame < 1200; frame += 1)
        await new Promise(requestAnimationFrame)
    for (let frame = 0; frame < 5; frame += 1) await new Promise(requestAnimationFrame)
}"""


def made(folder: Path) -> Desk:
    """The desk of these days, made in a folder."""
    live(folder, UNTIL)
    return desk_of(folder, UNTIL)


def shoot_status(browser: str, folder: Path) -> Iterator[Path]:
    """The first page, the heat map and the pages with charts, on light and dark screens and on
    phones; each as it is written."""
    charted = [
        (f"{page}-{screen}", path, width, height, scheme)
        for page, path in CHARTED.items()
        for screen, width, height, scheme in SCREENS
    ]
    with (
        tempfile.TemporaryDirectory() as there,
        browsing(made(Path(there))) as served,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        for name, path, width, height, scheme in (*SHOTS, *charted):
            page = chromium.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page.goto(served.address + path)
            page.evaluate(DRAWN)
            picture = folder / f"{name}.png"
            page.screenshot(path=picture)
            page.close()
            yield picture
        chromium.close()
