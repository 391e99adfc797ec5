"""The figures of the benchmark as a page, docs/performance.md, with the machine they are of."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from monitor import __version__

Say = Callable[[str, str, str], None]
PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"
CPU: Final = Path("/proc/cpuinfo")
# A machine with more than this to do per processor measures its other work too.
BUSY: Final = 0.3
HEAD: Final = """\
# Performance

Figures of `make bench` on one machine. Each stands beside what it is compared with: something
measured in turn with it in the same run, or what was wanted of it. Times of the same work differ
from machine to machine, the ratios hardly do. The commands below measure yours;
`.venv/bin/python -m tests.bench --page docs/performance.md` writes this page.

"""


@dataclass(frozen=True)
class Figure:
    """What was measured, how much it was, and what it is compared with."""

    name: str
    value: str
    against: str


NOT_YET: Final = Figure("all of this part", "not measured yet", "")


@dataclass(frozen=True)
class Part:
    """Some of the figures, with the function that says them."""

    title: str
    measure: Callable[[Say], None]


def printing(figures: list[Figure]) -> Say:
    """What prints a figure on a line of its own, and adds it to a list."""

    def say(name: str, value: str, against: str) -> None:
        print(f"{name}: {value} ({against})", flush=True)  # noqa: T201
        figures.append(Figure(name, value, against))

    return say


def machine_now() -> dict[str, str]:
    """What the figures depend on, by name, before they are measured."""
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    busy = ": other work was running, so times are too long" if load > BUSY * cores else ""
    return {
        "processor": f"{processor()}, {cores} cores",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "havenwatch": __version__,
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "load when it began": f"{load:.1f}{busy}",
    }


def processor() -> str:
    """The processor's name, where the system says it."""
    text = CPU.read_text(encoding="utf-8") if CPU.exists() else ""
    named = re.search(r"^model name\s*: *(.*)$", text, re.MULTILINE)
    return named[1] if named else platform.machine()


def page(
    machine: Mapping[str, str], figures: Mapping[str, Sequence[Figure]], parts: Mapping[str, Part]
) -> str:
    """The page: the machine, and each part with its command and a table of its figures."""
    rows = [f"| {name} | {value} |" for name, value in machine.items()]
    said = [HEAD + "\n".join(["| machine | |", "|---|---|", *rows, ""])]
    for name, part in parts.items():
        found = figures.get(name) or [NOT_YET]
        lines = [
            f"| {_cell(one.name)} | {_cell(one.value)} | {_cell(one.against)} |" for one in found
        ]
        command = f"```console\n$ .venv/bin/python -m tests.bench --only {name}\n```"
        table = "\n".join(["| figure | is | beside |", "|---|---|---|", *lines])
        said.append(f"## {part.title}\n\n{command}\n\n{table}\n")
    return "\n".join(said)


def _cell(text: str) -> str:
    return text.strip().replace("|", "\\|")
