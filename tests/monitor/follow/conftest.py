"""Two desks for the tests of following."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monitor.follow.desks import Desks


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Desks]:
    """A desk that polls and one that follows; neither has had a tick."""
    found = Desks(tmp_path)
    yield found
    found.close()
