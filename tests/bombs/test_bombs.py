"""What is small as sent and large as read is refused in words, before it is in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.bombs.bombs import BOMBS, FILES

ROOT: Final = Path(__file__).resolve().parents[2]
# Twenty megabytes of a body are there three times: as sent, as text, and in parts.
MOST_MB: Final = 150

# The process that reads takes two seconds to start.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    """The process that reads what it is named."""
    command = [sys.executable, "-m", "tests.bombs.bombs"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as running:
        yield running


@pytest.mark.parametrize("name", [*BOMBS, *FILES])
def test_a_bomb_is_refused_before_it_is_in_memory(reader: subprocess.Popen[str], name: str) -> None:
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(f"{name}\n")
    reader.stdin.flush()
    read = json.loads(reader.stdout.readline())
    wanted = BOMBS[name][2] if name in BOMBS else FILES[name][1]
    assert wanted in read["said"]
    assert "a body it can read" not in read["said"]
    assert read["peak_mb"] <= MOST_MB
