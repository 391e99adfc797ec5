"""How the tests are run: where their files are, by how many workers, and which of the slow ones."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import Final

import pytest

# A disk in memory, where a commit costs nothing; four runs side by side take 2 GB at most.
IN_MEMORY: Final = Path("/dev/shm")
ENOUGH_BYTES: Final = 4 << 30

# What is imported and collected stays, and looking for garbage in it takes a fifth of the start.
gc.disable()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--slow-part N/PARTS`, by which CI takes its share of the slow tests."""
    parser.addoption(
        "--slow-part", metavar="N/PARTS", help="slow tests of a part of the files only"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow tests of the files that are another part's."""
    wanted: str | None = config.getoption("--slow-part")
    if wanted is None:
        return
    slow = [one for one in items if one.get_closest_marker("slow")]
    number, parts = map(int, wanted.split("/"))
    files = sorted({one.path for one in slow})
    left_out = {path for place, path in enumerate(files) if place % parts != number % parts}
    items[:] = [
        one for one in items if not one.get_closest_marker("slow") or one.path not in left_out
    ]


def pytest_collection_finish() -> None:
    """Look for garbage again, but not in what has been collected."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have the tests' files in memory, where there is room and nobody named another place; and the
    fixtures, before hypothesis takes the profile that is asked for."""
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ENOUGH_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))
    hands_out = config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")
    if not hands_out or config.getoption("--hypothesis-profile"):
        config.pluginmanager.import_plugin("tests.fixtures")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many as there are processors: each imports and collects for seven seconds, which is more
    than one more would save while others wait for a socket or another process."""
    return os.cpu_count() or 1
