"""A headless Chromium in front of a desk; without one these tests are skipped, and say so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from monitor.config.load import build
from monitor.config.web import Web
from tests.april import lived_until
from tests.browser.watching import Watched
from tests.monitor.web.desk import TOKEN, UNTIL, Desk, browsing, desk_of
from tests.slow import slow_below

# Set by `make test-browser` to the path of Debian's Chromium; none is ever downloaded.
BROWSER_ENV: Final = "HAVENWATCH_BROWSER"
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--js-flags=--min-semi-space-size=64",  # MB: axe-core makes much garbage
)  # fmt: skip

STOCKS_FALL: Final = {
    "type": "conditions",
    "title": "Stocks fall",
    "all": [{"series": "spx", "change_pct": 5, "below_pct": -5}],
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this folder are slow, and skipped where no browser is named."""
    skipped = pytest.mark.skip(reason="browser tests: run make test-browser")
    for item in slow_below(Path(__file__).parent, items):
        if not os.environ.get(BROWSER_ENV):
            item.add_marker(skipped)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for all tests of a worker."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ[BROWSER_ENV], args=list(FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Spring 2025 until the morning of 11 April, with a rule of the desk's own."""
    lived = desk_of(lived_until(tmp_path_factory, UNTIL))
    own = build({"rules": {"stocks_fall": STOCKS_FALL}}, {}, Path()).rules["stocks_fall"]
    rules = {**lived.config.rules, "stocks_fall": own}
    return replace(lived, config=replace(lived.config, rules=rules))


@pytest.fixture(scope="session")
def address(desk: Desk) -> Iterator[str]:
    """Where it is served on loopback, without a login."""
    with browsing(desk) as browser:
        yield browser.address.rstrip("/")


@pytest.fixture(scope="session")
def locked_address(desk: Desk) -> Iterator[str]:
    """Where it is served to those who have the token."""
    with browsing(desk, Web(port=0, token_env="X"), TOKEN) as browser:
        yield browser.address.rstrip("/")


@pytest.fixture(scope="session")
def watched(chromium: Chromium) -> Watched:
    """The page that the tests share."""
    return Watched(chromium)


@pytest.fixture
def seen(watched: Watched) -> Iterator[Watched]:
    """Opens pages, and at the end has nothing to complain of."""
    yield watched
    assert watched.leave() == []
