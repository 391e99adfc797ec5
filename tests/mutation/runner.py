"""Tries mutants: pytest collects the tests once, and every mutant is a fork that runs those which
reach its line, the quickest and most telling first, until one fails."""

from __future__ import annotations

import functools
import gc
import os
import pickle
import resource
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import NoReturn

import coverage
import pytest

from tests.mutation.mutants import Mutant

# A mutant that loops is stopped after these seconds of processor time and this many times as long
# as its tests take, and one that grows when it has so much memory.
CPU_FLOOR_S = 5
CPU_FACTOR = 5
MEMORY_BYTES = 16 << 30
BY_SIGNAL = {-signal.SIGXCPU, -signal.SIGSEGV, -signal.SIGABRT}
# Before every so many mutants the tests of one run without it, which must pass: else what kills
# is not the mutant.
CONTROL_EVERY = 100
KILLED_BY = "killed-by"


class Result(Enum):
    """What came of a mutant; an error is one of the trial itself."""

    KILLED = auto()
    SURVIVED = auto()
    ERROR = auto()


@dataclass(frozen=True)
class Outcome:
    """What came of a mutant, and how many tests reach it."""

    mutant: Mutant
    result: Result
    reached_by: int


@dataclass(frozen=True)
class Trial:
    """A fork at work: which tests it runs, in order, and where it writes; a control changes
    nothing."""

    mutant: Mutant
    is_control: bool
    tests: Sequence[int]
    folder: Path


@dataclass(frozen=True)
class Baseline:
    """Of the unchanged code: the seconds of each test, and which tests reach a line of a file."""

    seconds: Sequence[float]
    reached: dict[str, dict[int, set[int]]]
    failed: Sequence[str]

    def tests_of(self, mutant: Mutant) -> set[int]:
        """The tests that reach a line of the statement that the mutant changes."""
        lines = self.reached.get(mutant.path, {})
        return set().union(*(lines.get(line, ()) for line in mutant.lines))


class Runner:
    """A pytest plugin that runs mutants where pytest would run the tests."""

    def __init__(
        self, mutants: Sequence[Mutant], workers: int, on_outcome: Callable[[Outcome], None]
    ):
        self.mutants = mutants
        self.workers = workers
        self.on_outcome = on_outcome
        self.kills: Counter[tuple[str, str, int]] = Counter()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the unchanged code, then every mutant, and nothing else."""
        folder = Path(tempfile.mkdtemp(prefix="mutants-", dir=_memory()))
        try:
            base = _baseline(session.items, folder)
            if base.failed:
                raise pytest.UsageError(f"fail without a mutant: {', '.join(base.failed)}")
            for outcome in self._outcomes(session.items, base, folder):
                self.on_outcome(outcome)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return True

    def _outcomes(
        self, items: Sequence[pytest.Item], base: Baseline, folder: Path
    ) -> Iterator[Outcome]:
        waiting = [
            (mutant, is_control)
            for number, mutant in reversed(list(enumerate(self.mutants)))
            for is_control in ([False, True] if number % CONTROL_EVERY == 0 else [False])
        ]
        running: dict[int, Trial] = {}
        while waiting or running:
            while waiting and len(running) < self.workers:
                mutant, is_control = waiting.pop()
                order = self._order(mutant, base)
                if order:
                    trial = Trial(mutant, is_control, order, Path(tempfile.mkdtemp(dir=folder)))
                    act = functools.partial(_try, trial, items, base)
                    running[_fork(trial.folder, act)] = trial
                elif not is_control:
                    yield Outcome(mutant, Result.SURVIVED, reached_by=0)
            if running:
                pid, status = os.wait()
                trial = running.pop(pid)
                result = self._result(trial, os.waitstatus_to_exitcode(status), items)
                shutil.rmtree(trial.folder, ignore_errors=True)
                if not trial.is_control:
                    yield Outcome(trial.mutant, result, reached_by=len(trial.tests))
                elif result is not Result.SURVIVED:
                    raise pytest.UsageError(f"tests of {trial.mutant} fail without it: {result}")

    def _result(self, trial: Trial, exit_code: int, items: Sequence[pytest.Item]) -> Result:
        killed_by = trial.folder / KILLED_BY
        if exit_code == 0:
            return Result.SURVIVED
        if exit_code == 1 and killed_by.exists():
            test = int(killed_by.read_text())
            if trial.is_control:
                raise pytest.UsageError(f"{items[test].nodeid} fails without a mutant")
            for key in self._keys(trial.mutant, test):
                self.kills[key] += 1
            return Result.KILLED
        return Result.KILLED if exit_code in BY_SIGNAL else Result.ERROR

    def _keys(self, mutant: Mutant, test: int) -> Iterator[tuple[str, str, int]]:
        yield mutant.path, mutant.qualname, test
        yield mutant.path, "", test

    def _order(self, mutant: Mutant, base: Baseline) -> Sequence[int]:
        """Most kills a second first, as far as seen; else the quickest first."""

        def worth(test: int) -> float:
            of_function, of_file = (self.kills[key] for key in self._keys(mutant, test))
            return (0.02 + 3 * of_function + of_file) / (base.seconds[test] + 0.002)

        return sorted(base.tests_of(mutant), key=worth, reverse=True)


def _memory() -> Path | None:
    """A disk in memory, where there is one."""
    return Path("/dev/shm") if Path("/dev/shm").is_dir() else None


def _fork(folder: Path, act: Callable[[], NoReturn]) -> int:
    """The process in which `act` runs and ends, with the folder for its tests' files."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        act()
    finally:
        os._exit(3)  # an error, unless `act` has ended the process itself


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


class _Failures:
    """Calls `act` with an exception of a test, which a skip is not."""

    def __init__(self, act: Callable[[pytest.Item], None]):
        self.act = act

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            self.act(item)


def _try(trial: Trial, items: Sequence[pytest.Item], base: Baseline) -> NoReturn:
    limit_s = int(CPU_FLOOR_S + CPU_FACTOR * sum(base.seconds[one] for one in trial.tests))
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s + CPU_FLOOR_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not trial.is_control:
        trial.mutant.apply()

    def killed(item: pytest.Item) -> None:
        (trial.folder / KILLED_BY).write_text(str(items.index(item)))
        os._exit(1)

    chosen = [items[one] for one in trial.tests]
    chosen[0].config.pluginmanager.register(_Failures(killed))
    for item, following in zip(chosen, [*chosen[1:], None], strict=True):
        _run(item, following)
    os._exit(0)


def _baseline(items: Sequence[pytest.Item], folder: Path) -> Baseline:
    """Run every test as if it were the first one, in a fork, so that this process stays clean."""
    result = folder / "baseline"
    own = folder / "own"
    own.mkdir()
    os.waitpid(_fork(own, functools.partial(_measure, items, result)), 0)
    return pickle.loads(result.read_bytes())  # type: ignore[no-any-return]


def _measure(items: Sequence[pytest.Item], result: Path) -> NoReturn:
    failed: list[str] = []
    items[0].config.pluginmanager.register(_Failures(lambda item: failed.append(item.nodeid)))
    measured = coverage.Coverage(data_file=None, source=["rules"], config_file=False)
    seconds = []
    caches = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
    measured.start()
    for number, item in enumerate(items):
        for one in caches:
            if one.__module__.startswith(("rules", "tests")):
                one.cache_clear()
        measured.switch_context(str(number))
        began = time.process_time()
        _run(item, None)
        seconds.append(time.process_time() - began)
    measured.stop()
    data = measured.get_data()
    root = Path.cwd()
    reached = {
        Path(path).relative_to(root).as_posix(): {
            line: {int(one) for one in contexts if one}
            for line, contexts in data.contexts_by_lineno(path).items()
        }
        for path in data.measured_files()
    }
    result.write_bytes(pickle.dumps(Baseline(seconds, reached, failed)))
    os._exit(0)
