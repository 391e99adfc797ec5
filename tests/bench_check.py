"""What the on-call check, help and a completion cost as whole processes, beside a bare import of
sqlite3 by the Python of an empty virtual environment: ours loads what is installed in it too."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import click

import monitor

Say = Callable[[str, str, str], None]

PROGRAM: Final = str(Path(sys.executable).with_name("havenwatch"))
PAIRS: Final = 60
COLD_PAIRS: Final = 30
MOST_TIMES: Final = 3.5
MEGABYTE: Final = 1024 * 1024


def measure(say: Say, database: Path) -> None:
    """Say what `check` takes over this database, with its files in memory and on disk, and over
    the same with a gigabyte of kept bodies; then help and a completion."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder)
        bare = (str(Path(folder) / "bin" / "python"), "-c", "import sqlite3")
        check = (PROGRAM, "--db", str(database), "check")
        _say_pairs(say, "check as a process", bare, check)
        files = [*_program_files(), database]
        _say_pairs(
            say, "check, nothing cached", bare, check, COLD_PAIRS, before=lambda: _evict(files)
        )
        large = database.with_name("large.db")
        _with_a_gigabyte(database, large)
        of_large = (PROGRAM, "--db", str(large), "check")
        _say_pairs(say, f"check of {_size(large)}", bare, of_large, COLD_PAIRS)
        large.unlink()
        _say_pairs(say, "help as a process", bare, (PROGRAM, "help"))
        _say_pairs(say, "--help as a process", bare, (PROGRAM, "--help"))
        line = f"havenwatch --db {database} show joint"
        asking = {"_HAVENWATCH_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": "4"}
        _say_pairs(say, "an alert's id completed", bare, (PROGRAM,), environ=asking)


def _say_pairs(
    say: Say,
    name: str,
    bare: tuple[str, ...],
    command: tuple[str, ...],
    pairs: int = PAIRS,
    *,
    environ: Mapping[str, str] | None = None,
    before: Callable[[], object] = lambda: None,
) -> None:
    """Both side by side, `before` each of them."""
    alone, asked = [], []
    for _ in range(pairs):
        before()
        alone.append(cpu_seconds(bare))
        before()
        asked.append(cpu_seconds(command, environ or {}))
    ratio = statistics.median(one / other for one, other in zip(asked, alone, strict=True))
    say(
        name,
        f"{ratio:.2f} times a bare `python -c 'import sqlite3'`",
        f"median of {pairs} pairs of CPU time, {statistics.median(asked) * 1e3:.0f} ms to "
        f"{statistics.median(alone) * 1e3:.0f} ms; at most {MOST_TIMES} wanted",
    )


def cpu_seconds(command: tuple[str, ...], environ: Mapping[str, str] | None = None) -> float:
    """The CPU time of a process, user and system; of one that keeps compiled files, as an installed
    one does."""
    kept = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command,
        env={**kept, **(environ or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
