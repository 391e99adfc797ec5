"""A sweep on a Dask cluster, whose workers may be on other machines."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from monitor.errors import HavenwatchError
from monitor.sweeps.engine import Batch, BatchResults, killed
from monitor.sweeps.worker import run_batch

if TYPE_CHECKING:
    from distributed import Client, Future

# For the scheduler to answer, and for a first worker to be there.
CONNECT_S: Final = 15
# Without an answer for so long the cluster is asked whether anybody is left to give one.
LOOK_EVERY_S: Final = 10


@dataclass(frozen=True)
class DaskCluster:
    """The workers of the scheduler at an address such as `tcp://scheduler:8786`; `workers` of them
    were there at the start, and others may join."""

    address: str
    client: Client
    workers: int

    def run(self, plan: bytes, batches: Sequence[Batch]) -> BatchResults:
        """The place of each batch and its answer, as they come; a batch whose worker dies is run
        again by another. Raises HavenwatchError."""
        from distributed import wait
        from distributed.scheduler import KilledWorker

        waiting = deque(range(len(batches)))
        counting: dict[Future, int] = {}
        try:
            while waiting or counting:
                # No worker has two, so that one that dies costs no other batch.
                while waiting and len(counting) < max(self._threads(), 1):
                    place = waiting.popleft()
                    future = self.client.submit(run_batch, plan, batches[place], pure=False)
                    counting[future] = place
                try:
                    with self.client.as_current():
                        done = wait(list(counting), LOOK_EVERY_S, "FIRST_COMPLETED").done
                except TimeoutError:
                    self._refuse_deserted()
                    continue
                for future in done:
                    place = counting.pop(future)
                    try:
                        yield place, future.result(LOOK_EVERY_S)
                    except KilledWorker:
                        raise killed(batches[place]) from None
                    except (CancelledError, OSError) as error:
                        raise _nobody(self.address, f"it has gone: {error}") from None
                    except ModuleNotFoundError as error:
                        raise _nobody(self.address, f"one that says {error}") from None
        finally:
            self.client.cancel(list(counting), force=True)

    def _threads(self) -> int:
        return sum(one["nthreads"] for one in self.client.scheduler_info()["workers"].values())

    def _refuse_deserted(self) -> None:
        if self.client.status != "running" or not self._threads():
            raise _nobody(self.address, "none that is left")


@contextmanager
def dask_cluster(address: str, connect_s: float = CONNECT_S) -> Iterator[DaskCluster]:
    """The cluster at an address, which has so long to answer; left when done. Raises
    HavenwatchError where the package is missing, or nobody answers."""
    try:
        from distributed import Client
    except ImportError:
        raise HavenwatchError(
            "tune --on",
            expected="distributed, which talks to a Dask scheduler",
            got="a Python without it",
            remedy="install it with: pip install '.[dask]' in its checkout, or use --jobs",
        ) from None
    try:
        client = Client(address, timeout=connect_s, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise HavenwatchError(
            "tune --on",
            expected=f"a Dask scheduler at {address} that answers within {connect_s:g} s",
            got=str(error).partition("\n")[0] or type(error).__name__,
            remedy="start one with `dask scheduler`, and name its address: tcp://HOST:8786",
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=connect_s)
        except TimeoutError:
            raise _nobody(address, f"none after {connect_s:g} s") from None
        threads = sum(one["nthreads"] for one in client.scheduler_info()["workers"].values())
        yield DaskCluster(address, client, threads)


def _nobody(address: str, got: str) -> HavenwatchError:
    return HavenwatchError(
        "tune --on",
        expected=f"workers of the scheduler at {address}",
        got=got,
        remedy=f"start some where havenwatch is installed: dask worker {address} --nthreads 1",
    )
