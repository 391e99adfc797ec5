"""A desk over an empty database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.monitor.evaluate.desk import Desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.database.close()
