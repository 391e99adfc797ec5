"""What somebody at a terminal waits for, each a whole process beside a bare import of click."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

Say = Callable[[str, str, str], None]

BARE: Final = (sys.executable, "-c", "import click")
TIMES: Final = 15


def measure(say: Say, database: Path) -> None:
    """Say how long help, a completion and the status take over this database."""
    program = (sys.executable, "-m", "monitor", "--db", str(database))
    line = f"havenwatch --db {database} show joint"
    asking = {"_HAVENWATCH_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": "4"}
    main = "from monitor.cli.main import main; main(prog_name='havenwatch')"
    _say(say, "help as a process", (*program, "--help"), {})
    _say(say, "an alert's id completed", (sys.executable, "-c", main), asking)
    _say(say, "status as a process", (*program, "status"), {})


def _say(say: Say, name: str, command: tuple[str, ...], environ: Mapping[str, str]) -> None:
    alone, asked = [], []
    for _ in range(TIMES):
        alone.append(_seconds(BARE, {}))
        asked.append(_seconds(command, environ))
    ratio = statistics.median(a / b for a, b in zip(asked, alone, strict=True))
    said = f"{ratio:.1f} times a bare `python -c 'import click'`, of {TIMES} side by side"
    say(name, f"{statistics.median(asked) * 1e3:.0f} ms", said)


def _seconds(command: tuple[str, ...], environ: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        command,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return time.perf_counter() - began
