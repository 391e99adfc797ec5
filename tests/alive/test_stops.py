"""A signal ends `run` with 0 whatever hangs; `make stops` does so at hundreds of instants."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from monitor.stop import Stop, Stopped
from tests.alive.stops import Trial, carry_out, owing_database


@pytest.fixture(scope="module")
def owing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return owing_database(tmp_path_factory.mktemp("owing"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "number"),
    [("once", signal.SIGTERM), ("twice", signal.SIGINT), ("locked", signal.SIGTERM)],
)
def test_run_ends_with_0_while_everybody_it_asks_hangs(
    owing: Path, kind: str, number: signal.Signals
) -> None:
    done = carry_out(Trial(None, kind, number), owing)
    assert done.code == 0, done.said


def test_a_signal_is_noted_while_the_main_thread_holds_a_lock() -> None:
    ended: list[int] = []
    came = threading.Event()

    def end(code: int) -> None:
        ended.append(code)
        came.set()

    stop, lock = Stop(end, grace_s=0.0), threading.Lock()
    before = signal.getsignal(signal.SIGTERM)
    with stop.on_signals(), stop.on_signals():
        with lock:
            os.kill(os.getpid(), signal.SIGTERM)
            stop.wait()
        assert came.wait(60), "what does not end by itself is ended"
    assert (stop.number, ended) == (signal.SIGTERM, [0])
    assert signal.getsignal(signal.SIGTERM) is before
    with pytest.raises(Stopped):
        stop.refuse()


def test_what_ends_in_time_is_not_ended() -> None:
    ended: list[int] = []
    stop = Stop(ended.append)
    with stop.on_signals():
        os.kill(os.getpid(), signal.SIGINT)
        stop.wait()
    assert (stop.number, ended) == (signal.SIGINT, [])
