"""One desk for all tests that only look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.april import lived_until
from tests.monitor.web.desk import UNTIL, Browser, Desk, browsing, desk_of


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Spring 2025 until the morning of 11 April."""
    return desk_of(lived_until(tmp_path_factory, UNTIL))


@pytest.fixture(scope="session")
def shown(desk: Desk) -> Iterator[Browser]:
    """A browser in front of it, on loopback without a login."""
    with browsing(desk) as browser:
        yield browser
