"""Who counts the batches of a sweep, and their lines in the order of the configurations."""

from __future__ import annotations

import pickle
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from typing import Final, Protocol

from monitor.errors import HavenwatchError
from monitor.sweeps.plan import Configuration, SweepPlan, SweptLine
from monitor.sweeps.worker import Refused, Sweeper

# A batch takes about a second, which is what a worker that dies costs.
MOST_A_BATCH: Final = 100
# Each worker has at least so many, so that none waits long for the last.
BATCHES_A_WORKER: Final = 4
# A batch whose workers died so often is what kills them.
MOST_DEATHS: Final = 3

Batch = Sequence[Configuration]
BatchResult = list[SweptLine] | Refused
BatchResults = Generator[tuple[int, BatchResult], None, None]


class Engine(Protocol):
    """Counts batches somewhere. `workers`: how many at once."""

    @property
    def workers(self) -> int:
        """How many batches are counted at once."""
        ...

    def run(self, plan: bytes, batches: Sequence[Batch]) -> BatchResults:
        """The place of each batch and its answer, as they come. Raises HavenwatchError. Closed, it
        ends everything that it started."""
        ...


def sweep(
    plan: SweepPlan, configurations: Sequence[Configuration], engine: Engine | None = None
) -> Iterator[SweptLine]:
    """The line of each configuration, in order; by this process where there is no engine. Raises
    HavenwatchError."""
    if engine is None:
        yield from _here(plan, configurations)
        return
    batches = _batches(configurations, engine.workers)
    waiting: dict[int, list[SweptLine]] = {}
    following = 0
    with closing(engine.run(pickle.dumps(plan), batches)) as answers:
        for place, answer in answers:
            if isinstance(answer, Refused):
                raise answer.error()
            waiting[place] = answer
            while following in waiting:
                yield from waiting.pop(following)
                following += 1


def killed(batch: Batch) -> HavenwatchError:
    """The error of a batch that no worker survives."""
    first, last = batch[0].said, batch[-1].said
    which = f"from {first} to {last}" if len(batch) > 1 else first
    return HavenwatchError(
        "tune",
        expected="workers that count each batch",
        got=f"{MOST_DEATHS} that died over the {len(batch)} configurations {which}",
        remedy="look at their memory and logs; without --jobs and --on this process counts them",
    )


def _here(plan: SweepPlan, configurations: Batch) -> Iterator[SweptLine]:
    sweeper = Sweeper(plan)
    for batch in _batches(configurations, 1):
        yield from sweeper.lines(batch)


def _batches(configurations: Batch, workers: int) -> list[Batch]:
    size = -(-len(configurations) // (workers * BATCHES_A_WORKER))
    size = max(1, min(MOST_A_BATCH, size))
    return [configurations[at : at + size] for at in range(0, len(configurations), size)]
