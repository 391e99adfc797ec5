"""Publishers of nothing, for what depends on time alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.demo.server import Standins


@pytest.fixture
def no_publishers() -> Iterator[Standins]:
    with Standins(lambda: datetime(2025, 1, 1, tzinfo=UTC), {}) as running:
        yield running
