"""What the on-call check costs as a whole process, beside a bare import of sqlite3."""

from __future__ import annotations

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import click

import monitor

Say = Callable[[str, str, str], None]

BARE: Final = (sys.executable, "-c", "import sqlite3")
PAIRS: Final = 100
COLD_PAIRS: Final = 30
MEGABYTE: Final = 1024 * 1024


def measure(say: Say, database: Path) -> None:
    """Say how long `check` takes over this database, with its files in memory and on disk, and over
    the same with a gigabyte of kept bodies."""
    command = (sys.executable, "-m", "monitor", "--db", str(database), "check")
    _say_pairs(say, "check as a process", command, PAIRS, lambda: None)
    files = [*_program_files(), database]
    _say_pairs(say, "check, nothing cached", command, COLD_PAIRS, lambda: _evict(files))
    large = database.with_name("large.db")
    _with_a_gigabyte(database, large)
    command = (*command[:4], str(large), *command[5:])
    _say_pairs(say, f"check of {_size(large)}", command, COLD_PAIRS, lambda: None)
    large.unlink()


def _say_pairs(
    say: Say, name: str, command: Iterable[str], pairs: int, before: Callable[[], object]
) -> None:
    """Both side by side, `before` each of them."""
    alone, checked = [], []
    for _ in range(pairs):
        before()
        alone.append(_seconds(BARE))
        before()
        checked.append(_seconds(tuple(command)))
    ratios = [one / bare for one, bare in zip(checked, alone, strict=True)]
    p99 = statistics.quantiles(checked, n=100, method="inclusive")[98]
    say(
        name,
        f"{p99 * 1e3:.0f} ms at p99",
        f"median {statistics.median(checked) * 1e3:.0f} ms, {statistics.median(ratios):.1f} times "
        f"a bare `python -c 'import sqlite3'`, of {pairs} side by side; 150 ms and 4 times wanted",
    )


def _seconds(command: tuple[str, ...]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def _program_files() -> list[Path]:
    """The interpreter's library, click and the program: what starting reads."""
    standard = Path(os.__file__).parent
    return [
        *standard.glob("*.py"),
        *standard.glob("__pycache__/*.pyc"),
        *standard.glob("lib-dynload/*.so"),
        *Path(click.__file__).parent.rglob("*.pyc"),
        *Path(monitor.__file__).parent.rglob("*.pyc"),
    ]


def _evict(files: Iterable[Path]) -> None:
    """Ask the kernel to forget the contents of files."""
    for path in files:
        opened = os.open(path, os.O_RDONLY)
        os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(opened)


def _with_a_gigabyte(database: Path, large: Path) -> None:
    shutil.copyfile(database, large)
    connection = sqlite3.connect(large)
    with connection:
        connection.executemany(
            "INSERT INTO bodies VALUES (?, zeroblob(?), 'text/csv', 0, '2025-01-01T00:00:00Z')",
            [(f"{number:064d}", 8 * MEGABYTE) for number in range(128)],
        )
    connection.close()


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e9:.1f} GB"
