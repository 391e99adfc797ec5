"""All targets fuzzed, each for its share of the time, and a line on each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fuzz.bounds import ROOT
from tests.fuzz.engine import Found, Place, found, in_a_fork
from tests.fuzz.target import Target

# Readers that were changed in so many commits have a larger share.
RECENT_COMMITS: Final = 10
RECENT_SHARE: Final = 3.0


@dataclass(frozen=True)
class Campaign:
    """A run over some targets: how many seconds of a processor it has, and on how many at once.
    What it finds is below `place`."""

    place: Path
    budget_s: float
    seed: int
    processes: int

    def over(self, chosen: Sequence[Target]) -> list[Found]:
        """What became of each target, in order of their names."""
        shares, waiting = budgets(chosen, self.budget_s, changed_lately()), [*chosen]
        running: dict[int, Target] = {}
        done: list[Found] = []
        try:
            while waiting or running:
                while waiting and len(running) < self.processes:
                    one = waiting.pop()
                    place = Place(self.place, one.name)
                    running[in_a_fork(one, place, shares[one.name], self.seed)] = one
                process, status = os.wait()
                one = running.pop(process)
                done.append(found(one, Place(self.place, one.name), status))
                _progress(done, len(chosen))
        finally:
            for process in running:
                os.kill(process, signal.SIGKILL)
        return sorted(done, key=lambda it: it.name)


def budgets(chosen: Iterable[Target], total_s: float, changed: set[str]) -> Mapping[str, float]:
    """The seconds of each target: those that read with a file that was changed have more."""
    shares = {
        one.name: one.share * (RECENT_SHARE if changed & set(one.files) else 1.0) for one in chosen
    }
    return {name: total_s * share / sum(shares.values()) for name, share in shares.items()}


def changed_lately() -> set[str]:
    """The files of the last commits, and what is not committed; none where git cannot say."""
    command = ["git", "diff", "--name-only", f"HEAD~{RECENT_COMMITS}"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return set(said.stdout.splitlines()) if said.returncode == 0 else set()


def summary(done: Sequence[Found], seed: int) -> Iterator[str]:
    """A line a target, those on each failure, and a last one on all."""
    width = max(len(one.name) for one in done)
    yield f"{'target':{width}}     runs  runs/s  branches     new  corpus  failures"
    for one in done:
        before, after = one.covered
        yield (
            f"{one.name:{width}} {one.runs:8,} {one.runs / max(one.cpu_s, 0.01):7,.0f} "
            f"{after:9,} {after - before:+7,} {one.corpus:7,} {len(one.failures):9,}"
        )
    for one in done:
        for path, said in one.failures.items():
            yield from _failure_lines(one.name, Path(path), said)
    failures, runs = sum(len(one.failures) for one in done), sum(one.runs for one in done)
    cpu_s = sum(one.cpu_s for one in done)
    yield (
        f"{len(done)} targets, {runs:,} runs in {cpu_s:,.0f} s of a processor, "
        f"{failures} failures, seed {seed}"
    )


def _failure_lines(name: str, path: Path, said: str) -> Iterator[str]:
    yield f"FAILED {name}: {said}"
    if path.is_file():
        shown = repr(path.read_bytes()[:200])
        yield f"  on {shown}"
        yield f"  again: .venv/bin/python -m tests.fuzz --target {name} --input {path}"
        yield f"  once it is mended: cp {path} tests/fuzz/regressions/{name}/"


def _progress(done: Sequence[Found], of: int) -> None:
    failed = sum(bool(one.failures) for one in done)
    if sys.stderr.isatty():
        print(  # noqa: T201
            f"{len(done)} of {of} targets, {failed} with failures",
            end="\r" if len(done) < of else "\n",
            file=sys.stderr,
            flush=True,
        )
