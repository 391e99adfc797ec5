"""No test waits for the machine's clock or judges by it: on a busy machine it would be wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent
OF_THE_CLOCK: Final = {"perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "sleep"} | {
    "process_time",
    "thread_time",
    "time",
    "time_ns",
}
# What `make test` does not collect, or where nothing is judged by it.
MAY: Final = {
    "alive/stops.py": "signals at random instants, for `make stops`",
    "crash/matrix.py": "prints how long it took",
    "crash/program.py": "kills at random instants, for `make crash`",
    "first_hour.py": "prints how long each step took, for `make first-hour`",
    "fuzz/engine.py": "shares processor time among the targets, for `make fuzz`",
    "image.py": "prints how long each step took, for `make image-test`",
    "mutation/runner.py": "runs the quickest tests first, for `make mutants`",
    "soak/costs.py": "processor time by year, for `make soak`",
    "soak/life.py": "processor time by year, for `make soak`",
    "standby/host.py": "a host with the machine's clock, for `make standby`",
    "standby/pair.py": "kills and stops hosts at random instants, for `make standby`",
    "standby/sweep.py": "prints how long it took, for `make standby`",
    "alive/test_breakages_process.py": "a job of the scheduler, which has the machine's clock",
    "monitor/cli/test_cli_answers.py": "only that now is not before",
    "monitor/cli/conftest.py": "moves the stand-ins' clock sixty times as fast",
}


# Without it a file needs no parsing.
WRITTEN: Final = re.compile(r"\b(?:time|asyncio|datetime)\s*\.|\bfrom\s+time\b")


def uses(text: str) -> Iterator[str]:
    """Each use of the clock or of a sleep, by its line."""
    for node in ast.walk(ast.parse(text)) if WRITTEN.search(text) else ():
        match node:
            case ast.Attribute(value=ast.Name(id="time" | "asyncio"), attr=name):
                found = name in OF_THE_CLOCK
            case ast.Attribute(value=ast.Name(id="datetime"), attr="now" | "utcnow"):
                found = True
            case ast.ImportFrom(module="time", names=names):
                found = any(one.name in OF_THE_CLOCK for one in names)
            case _:
                continue
        if found:
            yield f"line {node.lineno}"


FILES: Final = [
    one
    for one in sorted(TESTS.rglob("*.py"))
    if not one.name.startswith("bench") and one.relative_to(TESTS).as_posix() not in MAY
]


def test_no_test_sleeps_or_reads_the_machines_clock() -> None:
    found = {
        one.relative_to(TESTS).as_posix(): list(uses(one.read_text(encoding="utf-8")))
        for one in FILES
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("name", MAY)
def test_those_that_may_do(name: str) -> None:
    assert list(uses((TESTS / name).read_text(encoding="utf-8")))
