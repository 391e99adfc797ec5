"""A process that may not act any more and does not know it is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.standby import ends_with_parent
from tests.crash.test_takeover import wait_until

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys, time
from monitor.standby.dead_mans_switch import DeadMansSwitch
from monitor.standby.lease import Lease
from tests.monitor.standby.simulated import MemoryStore
clock = lambda: time.clock_gettime(time.CLOCK_BOOTTIME)
lease = Lease(MemoryStore(), "a", "a/1", clock, 1.0)
lease.step()
switch = DeadMansSwitch(lease)
switch.start()
if "ends" in sys.argv:
    switch.stop()
print("ready", flush=True)
while True:
    if "lapses" not in sys.argv:
        lease.step()
    time.sleep(0.1)
"""


def holder(*words: str) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", HOLDER, *words], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


@pytest.mark.slow
def test_one_that_is_stopped_until_its_lease_ends_is_killed() -> None:
    with holder() as process:
        process.send_signal(signal.SIGSTOP)
        try:
            assert process.wait(timeout=30) == -signal.SIGKILL
        finally:
            process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("how", ["lapses", "ends"])
def test_one_that_knows_that_its_lease_ended_or_that_stopped_acting_is_not(how: str) -> None:
    with holder(how) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1.5)
        process.kill()


@pytest.mark.slow
def test_a_child_ends_with_a_parent_that_is_killed() -> None:
    parent = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, sys.argv[1], str(os.getpid()), '/bin/sleep', "
        "'600'])\nprint(child.pid, flush=True)\nchild.wait()\n"
    )
    words = [sys.executable, "-c", parent, ends_with_parent.__file__]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        pid = int(started.stdout.readline())
        started.kill()
    assert wait_until(lambda: "Z" in _status(pid))


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except FileNotFoundError:
        return "Z"
