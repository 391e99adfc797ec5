"""What somebody at a terminal waits for, each a whole process beside a bare import of click."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.bench_check import PROGRAM, cpu_seconds

Say = Callable[[str, str, str], None]

BARE: Final = (sys.executable, "-c", "import click")
TIMES: Final = 15


def measure(say: Say, database: Path) -> None:
    """Say what the status takes over this database."""
    alone, asked = [], []
    for _ in range(TIMES):
        alone.append(cpu_seconds(BARE))
        asked.append(cpu_seconds((PROGRAM, "--db", str(database), "status")))
    ratio = statistics.median(a / b for a, b in zip(asked, alone, strict=True))
    against = f"{ratio:.1f} times a bare `python -c 'import click'`, of {TIMES} side by side"
    say("status as a process", f"{statistics.median(asked) * 1e3:.0f} ms of CPU", against)
