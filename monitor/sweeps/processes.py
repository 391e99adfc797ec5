"""A sweep by several processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for
from multiprocessing.process import BaseProcess

from monitor.sweeps.engine import MOST_DEATHS, Batch, BatchResult, BatchResults, killed
from monitor.sweeps.worker import run_batch


class _Worker:
    """A process that counts one batch at a time: when it dies, only that one is lost."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(
            1, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
        )
        self._process: BaseProcess | None = None

    def count(self, plan: bytes, batch: Batch) -> Future[BatchResult]:
        """The answer to a batch, once it is there; the first starts the process."""
        before = set(multiprocessing.active_children())
        found = self._pool.submit(run_batch, plan, batch)
        if self._process is None:
            (self._process,) = set(multiprocessing.active_children()) - before
        return found

    def end(self) -> None:
        """End the process at once, whatever it does."""
        if self._process is not None:
            self._process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True)
class Processes:
    """So many processes, started afresh, that each load the history once."""

    workers: int

    def run(self, plan: bytes, batches: Sequence[Batch]) -> BatchResults:
        """The place of each batch and its answer, as they come. Raises HavenwatchError for a batch
        whose workers died three times."""
        waiting, deaths = deque(range(len(batches))), Counter[int]()
        counting: dict[Future[BatchResult], tuple[_Worker, int]] = {}
        idle = [_Worker() for _ in range(min(self.workers, len(batches)))]
        try:
            while waiting or counting:
                while idle and waiting:
                    worker, place = idle.pop(), waiting.popleft()
                    counting[worker.count(plan, batches[place])] = worker, place
                done, _ = wait(counting, return_when=FIRST_COMPLETED)
                for future in done:
                    worker, place = counting.pop(future)
                    try:
                        answer = future.result()
                    except BrokenProcessPool:
                        worker.end()
                        idle.append(_Worker())
                        deaths[place] += 1
                        if deaths[place] == MOST_DEATHS:
                            raise killed(batches[place]) from None
                        waiting.appendleft(place)
                        continue
                    idle.append(worker)
                    yield place, answer
        finally:
            for worker in (*idle, *(one for one, _ in counting.values())):
                worker.end()


def _begin() -> None:
    """A worker leaves Ctrl-C to the process that started it, and ends when that has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait_for([parent.sentinel])
    os._exit(1)
