"""One target fuzzed in a process of its own, guided by coverage, until its share of time is over.

libFuzzer keeps every input that reaches new code, and mutates those. Whatever fails is noted, made
as small as it can be and saved, and the fuzzing goes on.

Compared with Hypothesis on three errors planted in three targets, three seeds each, 8 s of a
processor for each: this found six of nine, at 10,000 to 30,000 inputs a second; Hypothesis, with
the same seeds and words to mutate, none, at 500.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, NoReturn

from tests.fuzz.bounds import Failure, TookTooLong, entries_written, failure
from tests.fuzz.smallest import smallest
from tests.fuzz.target import Target

# Behind these a loop in C, which no signal ends, and memory that is never given back.
HANGS_S: Final = 60
MOST_RSS_MB: Final = 2048
COVERED: Final = re.compile(r" cov: (\d+) ft: (\d+) ")


@dataclass
class Found:
    """What became of one target. `covered` counts branches: those that its corpus reached to begin
    with, and at the end; `failures` are the files of the inputs, with what was said of each."""

    name: str
    runs: int = 0
    cpu_s: float = 0.0
    new_inputs: int = 0
    corpus: int = 0
    covered: tuple[int, int] = (0, 0)
    failures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where a target's files are."""

    root: Path
    name: str

    @property
    def corpus(self) -> Path:
        """Inputs that reach what none before did, from run to run."""
        return self.root / "corpus" / self.name

    @property
    def failures(self) -> Path:
        """Inputs on which it failed."""
        return self.root / "failures" / self.name

    @property
    def temporary(self) -> Path:
        """Where its temporary files go."""
        return self.of_run(".tmp")

    def of_run(self, ending: str) -> Path:
        """A file of one run."""
        return self.root / "runs" / f"{self.name}{ending}"


def in_a_fork(target: Target, place: Place, budget_s: float, seed: int) -> int:
    """The process that fuzzes a target; `found` reads what it left behind."""
    for folder in (place.corpus, place.failures, place.of_run("")):
        folder.mkdir(parents=True, exist_ok=True)
    place.of_run(".json").unlink(missing_ok=True)
    child = os.fork()
    if child:
        return child
    try:
        # What a target leaves there when its process ends is removed by `found`.
        tempfile.tempdir = str(place.temporary)
        place.temporary.mkdir(exist_ok=True)
        _silenced(place.of_run(".log"))
        _fuzz(target, place, budget_s, seed)
    except BaseException:  # noqa: BLE001 - said in the log of the target, which `found` reads
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(1)


def found(target: Target, place: Place, status: int) -> Found:
    """What the process of a target left, of which its temporary files are removed. One that died is
    a failure of the input it died of."""
    shutil.rmtree(place.temporary, ignore_errors=True)
    try:
        read = Found(**json.loads(place.of_run(".json").read_text("utf-8")))
    except (OSError, ValueError):
        read = Found(target.name)
    if os.waitstatus_to_exitcode(status) != 0:
        last = place.of_run(".log").read_text("utf-8", "replace")[-2000:]
        died = [str(one) for one in place.of_run("").glob("*-*")] or [str(place.of_run(".log"))]
        read.failures |= dict.fromkeys(died, f"the process ended ({status}): {last}")
    said = COVERED.findall(place.of_run(".log").read_text("utf-8", "replace"))
    if said:
        read.covered = (int(said[0][0]), int(said[-1][0]))
    read.corpus = len(list(place.corpus.iterdir()))
    return read


class _Run:
    """The inputs of one target, given one by one by libFuzzer."""

    def __init__(self, target: Target, place: Place, budget_s: float):
        self._target = target
        self._place = place
        self._ends = _cpu_s() + budget_s
        self._began = _cpu_s()
        self._known: dict[str, str] = {}
        self._runs = 0
        self._had = len(list(place.corpus.iterdir()))

    def one(self, content: bytes) -> None:
        """One input; with the last the process ends."""
        if _cpu_s() > self._ends:
            self._end()
        self._runs += 1
        wrong = failure(self._target, content)
        if wrong is not None and wrong.key not in self._known:
            self._note(content, wrong)

    def _note(self, content: bytes, wrong: Failure) -> None:
        self._known[wrong.key] = ""
        with suppress(TookTooLong):
            content = smallest(self._target, content, wrong)
        path = self._place.failures / hashlib.sha256(content).hexdigest()[:16]
        path.write_bytes(content)
        self._known[wrong.key] = str(path)
        self._write()

    def _write(self) -> None:
        report = Found(
            self._target.name,
            self._runs,
            _cpu_s() - self._began,
            len(list(self._place.corpus.iterdir())) - self._had,
            failures={path: key for key, path in self._known.items() if path},
        )
        self._place.of_run(".json").write_text(json.dumps(asdict(report)), "utf-8")

    def _end(self) -> NoReturn:
        self._write()
        sys.stderr.flush()
        os._exit(0)


def _cpu_s() -> float:
    """Of a processor, with that of processes which a target had read something."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _fuzz(target: Target, place: Place, budget_s: float, seed: int) -> None:
    import atheris

    for old in place.of_run("").iterdir():
        old.unlink()
    seeds, words = place.of_run(".seeds"), place.of_run(".words")
    _write_seeds(target, seeds)
    words.write_text("".join(f'"{_escaped(one)}"\n' for one in target.words), "utf-8")
    run = _Run(target, place, budget_s)
    arguments: Sequence[str] = [
        "fuzz",
        str(place.corpus),
        str(seeds),
        *([f"-dict={words}"] if target.words else []),
        f"-seed={seed}",
        f"-max_len={max(target.most_bytes, *(one.stat().st_size for one in seeds.iterdir()))}",
        "-len_control=0",
        f"-timeout={HANGS_S}",
        f"-rss_limit_mb={MOST_RSS_MB}",
        f"-artifact_prefix={place.of_run('')}/",
    ]
    with entries_written():
        atheris.Setup(list(arguments), run.one)
        atheris.Fuzz()


def _write_seeds(target: Target, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    before = [path.read_bytes() for path in target.regressions]
    for number, content in enumerate([*target.seeds(), *before]):
        (folder / f"{number:04}").write_bytes(content)


def _escaped(word: str) -> str:
    """A word as libFuzzer's dictionaries have it."""
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


def _silenced(log: Path) -> None:
    """Send all that this process says to a file."""
    to = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(to, stream)
