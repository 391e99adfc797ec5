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
SHOTS: Final[tuple[tuple[str, int, int, Literal["light", "dark"]], ...]] = (
    ("status-light", 1180, 1440, "light"),
    ("status-dark", 1180, 1440, "dark"),
    ("status-phone", 375, 1400, "light"),
)


def made(folder: Path) -> Desk:
    """The desk of these days, made in a folder."""
    live(folder, UNTIL)
    return desk_of(folder, UNTIL)


def shoot_status(browser: str, folder: Path) -> Iterator[Path]:
    """The first page on a light screen, on a dark one and on a phone; each as it is written."""
    with (
        tempfile.TemporaryDirectory() as there,
        browsing(made(Path(there))) as served,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        for name, width, height, scheme in SHOTS:
            page = chromium.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme
            )
            page.goto(served.address)
            path = folder / f"{name}.png"
            page.screenshot(path=path)
            page.close()
            yield path
        chromium.close()
