"""What is small as sent and large as read is refused in words, before it is in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.bombs.bombs import BOMBS, FILES

ROOT: Final = Path(__file__).resolve().parents[2]
# Twenty megabytes of a body are there three times: as sent, as text, and in parts.
MOST_MB: Final = 150


@pytest.fixture(scope="module")
def read() -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bombs.bombs"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["name"]: one for one in lines}


@pytest.mark.parametrize("name", [*BOMBS, *FILES])
def test_a_bomb_is_refused_before_it_is_in_memory(read: dict[str, Any], name: str) -> None:
    wanted = BOMBS[name][2] if name in BOMBS else FILES[name][1]
    assert wanted in read[name]["said"]
    assert "a body it can read" not in read[name]["said"]
    assert read[name]["peak_mb"] <= MOST_MB
