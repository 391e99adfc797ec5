"""Pictures of the page of a month of TIC, for the documents: on the day of April 2025."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from monitor.config.load import load
from tests.monitor.web.desk import Desk, browsing
from tests.screenshots_status import FLAGS, SCREENS
from tests.tic_days import LOOKED, build_tic_day


def shoot_tic(browser: str, folder: Path) -> Iterator[Path]:
    """The page on light and dark screens and on phones; each as it is written."""
    with tempfile.TemporaryDirectory() as there:
        build_tic_day(Path(there))
        config = load(Path(there) / "config.toml", {})
        desk = Desk(config, Path(there) / "havenwatch.db", LOOKED)
        with browsing(desk) as served, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
            for name, width, height, scheme in SCREENS:
                page = chromium.new_page(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                page.goto(f"{served.address}tic")
                picture = folder / f"tic-{name}.png"
                page.screenshot(path=picture)
                page.close()
                yield picture
            chromium.close()
