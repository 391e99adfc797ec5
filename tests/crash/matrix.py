"""The crash matrix: the scripted day, killed at each of its boundaries and taken up again.

`python -m tests.crash.matrix` kills at every boundary; `--every N` takes each N-th one only,
`--each-kind` one of each kind, `--random N` kills at N random instants instead, `--power-cut` also
drops what was not yet on the disk; `--session` is a session followed by quotes instead of the day.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from tests.crash.boundaries import PROGRAM
from tests.crash.world import Snapshot, Told, World

WORKERS = 2
STATEMENT = re.compile(
    r"sql (?:((?:CREATE|ALTER|DROP)) |(SAVEPOINT|RELEASE) "
    r"|(?:(INSERT)(?: OR \w+)? INTO|(UPDATE)|(DELETE) FROM) \W?(\w+))"
)
# What goes on where such a step was killed; anything else is done again.
AGAIN = {"tick": "recover", "session": "resume"}
MAIL_CHANNELS = ("mail", "duty")


@dataclass(frozen=True)
class Case:
    """One kill: of a step of the day, at a boundary of its or after some seconds."""

    step: str
    actor: str = ""
    number: int = 0
    what: str = ""
    after_s: float | None = None

    def __str__(self) -> str:
        if self.after_s is not None:
            return f"{self.step} after {1000 * self.after_s:.0f} ms"
        return f"{self.step} at {self.actor} {self.number} ({self.what})"


@dataclass(frozen=True)
class Expected:
    """A step of the undisturbed day: everything before it, and what is told and stored after it."""

    before: Snapshot
    told: Told
    heads: list[tuple[str, str]]
    stored: dict[str, list[tuple[object, ...]]]
    cases: tuple[Case, ...]
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """What came of a kill: the problem, empty where there is none; how many mails came twice."""

    case: Case
    problem: str
    mails_repeated: int


class Matrix:
    """The undisturbed day, and the kills measured against it."""

    def __init__(self, world: World):
        self.world = world
        self.expected: dict[str, Expected] = {}
        for step in world.steps():
            before = world.snapshot(step.replace(":", "").replace(" ", "-"))
            began = time.perf_counter()
            ended = world.run(step)
            seconds = time.perf_counter() - began
            if ended["exit"] != 0:
                raise AssertionError(f"{step}, undisturbed, ended with {ended}")
            cases = tuple(Case(step, **one) for one in ended["passed"])
            self.expected[step] = Expected(
                before, world.told(), world.heads(), world.stored(), cases, seconds
            )

    def cases(self) -> list[Case]:
        """Every boundary of the day, in order; of a session without the closes before it."""
        steps = list(self.expected.values())[1 if self.world.is_session else 0 :]
        return [case for one in steps for case in one.cases]

    def check(self, case: Case) -> Outcome:
        """Kill, take up again, and compare with the undisturbed day."""
        expected, world = self.expected[case.step], self.world
        world.restore(expected.before)
        if case.after_s is None:
            ended = world.run(case.step, (case.actor, case.number))
        else:
            ended = world.run(case.step, after_s=case.after_s)
        if case.after_s is None and ended["signal"] == 0:
            return Outcome(case, "it was not reached again", 0)
        word, _, clock_time = case.step.partition(" ")
        again = world.run(f"{AGAIN.get(word, word)} {clock_time}")
        if again["exit"] != 0:
            return Outcome(case, f"taken up again it ended with {again}", 0)
        told = world.told()
        repeated = [len(ids) - len(set(ids)) for ids in (told.mail, told.duty)]
        return Outcome(case, _problem(expected, told, repeated, world), sum(repeated))


def _problem(expected: Expected, told: Told, repeated: Sequence[int], world: World) -> str:
    """What is wrong after a kill, or empty."""
    for name, wanted in asdict(expected.told).items():
        found = getattr(told, name)
        once = tuple(dict.fromkeys(found)) if name in MAIL_CHANNELS else found
        # An escalation due anyway is sent before what a source asked last brings: another alert.
        is_same = sorted(once) == sorted(wanted) if name == "duty" else once == wanted
        if not is_same:
            return f"{name}: {_difference(once, wanted)}"
    # Each mail channel may have been inside its SMTP call, whoever was at the boundary.
    if max(repeated) > 1:
        return f"{repeated} mails came twice"
    if world.heads() != expected.heads:
        return "a first message in Slack does not show how its alert stands"
    stored = world.stored()
    for name, rows in expected.stored.items():
        if stored[name] != rows:
            return f"{name}: {_difference(stored[name], rows)}"
    return ""


def _difference(found: Sequence[object], wanted: Sequence[object]) -> str:
    lost = [one for one in wanted if one not in found]
    more = [one for one in found if one not in wanted]
    if lost or more:
        return f"lost {lost}, and {more} too much"
    return f"repeated or in another order: {list(found)}"


def sample(matrix: Matrix, every: int) -> list[Case]:
    """Each so manieth boundary of each actor, so that none is left out."""
    seen: Counter[str] = Counter()
    chosen = []
    for case in matrix.cases():
        seen[case.actor] += 1
        if seen[case.actor] % every == every - 1 or every == 1:
            chosen.append(case)
    return chosen


def kind(case: Case) -> tuple[str, str, str]:
    """What is alike in many boundaries: the step, who is at it, and what is about to happen: a
    change of which table, or which call of a socket; whatever makes the schema is alike."""
    found = STATEMENT.match(case.what)
    what = " ".join(one for one in found.groups() if one) if found else case.what
    return case.step.partition(" ")[0], case.actor, what


def each_kind(cases: Sequence[Case]) -> list[Case]:
    """One boundary of each kind, from the middle of those of its kind."""
    found: dict[tuple[str, str, str], list[Case]] = {}
    for case in cases:
        found.setdefault(kind(case), []).append(case)
    return [alike[len(alike) // 2] for alike in found.values()]


def at_random(matrix: Matrix, count: int, seed: int) -> list[Case]:
    """Kills at random instants of random ticks."""
    chance = random.Random(seed)
    steps = [step for step in matrix.expected if step.startswith("tick")]
    chosen = [chance.choice(steps) for _ in range(count)]
    return [
        Case(step, after_s=chance.uniform(0.0, 1.1 * matrix.expected[step].seconds))
        for step in chosen
    ]


def _chosen(matrix: Matrix, arguments: argparse.Namespace) -> list[Case]:
    """The kills that were asked for."""
    if arguments.random:
        return at_random(matrix, arguments.random, seed=1)
    if arguments.each_kind:
        return each_kind(matrix.cases())
    return sample(matrix, arguments.every)


def _work(place: int, arguments: argparse.Namespace, results: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    """One worker's share of the kills, in a world of its own."""
    folder = Path(tempfile.mkdtemp())
    # A mail server says of every client that dies that it did.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
    try:
        with World(
            folder / "world", power_cut=arguments.power_cut, is_session=arguments.session
        ) as world:
            matrix = Matrix(world)
            chosen = _chosen(matrix, arguments)
            results.put(len(chosen))
            for case in chosen[place::WORKERS]:
                results.put(matrix.check(case))
    except Exception as error:  # noqa: BLE001 - told by the process that waits for this one
        results.put(Outcome(Case("the harness"), repr(error), 0))
    finally:
        results.put(None)
        shutil.rmtree(folder)


def _outcomes(arguments: argparse.Namespace) -> Iterator[int | Outcome]:
    """The number of kills, then what came of each, from all workers."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    workers = [
        context.Process(target=_work, args=(place, arguments, results)) for place in range(WORKERS)
    ]
    for one in workers:
        one.start()
    running = WORKERS
    while running:
        found = results.get()
        if found is None:
            running -= 1
        else:
            yield found
    for one in workers:
        one.join()


def main(words: Sequence[str] | None = None) -> int:
    """Run it, say what came of it, and fail if anything was lost or repeated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--each-kind", action="store_true")
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--power-cut", action="store_true")
    parser.add_argument("--session", action="store_true")
    arguments = parser.parse_args(words)
    terminal, began = Console(highlight=False), time.perf_counter()
    found = _outcomes(arguments)
    total = next(one for one in found if isinstance(one, int))
    outcomes = [
        one
        for one in track(found, "killing", total, console=terminal, transient=True)
        if isinstance(one, Outcome)
    ]
    bad = [one for one in outcomes if one.problem]
    for one in bad:
        terminal.print(f"{one.case}: {one.problem}", soft_wrap=True)
    mails = sum(one.mails_repeated for one in outcomes)
    at = Counter(one.case.actor or "random instants" for one in outcomes)
    by_program = at.pop(PROGRAM, 0)
    places = ", ".join(f"{count} in {name}" for name, count in sorted(at.items()))
    kind = "power cuts" if arguments.power_cut else "kills"
    terminal.print(
        f"crash matrix: {len(outcomes):,} {kind} ({by_program} in the program, {places}) in "
        f"{time.perf_counter() - began:.0f} s: {len(bad)} with anything lost or repeated; {mails} "
        "mails came twice with the same Message-ID, each cut inside SMTP",
        soft_wrap=True,
    )
    return 1 if bad or len(outcomes) != total else 0


if __name__ == "__main__":
    sys.exit(main())
