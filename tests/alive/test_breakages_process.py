"""Ways to break the process and its clock: each turns the check or the heartbeat red.

docs/alive.md has a line for each test here, with the same words.
"""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.service.tick_loop import scheduler_of
from tests.alive.bench import BAD, GOOD, MINUTE, STARTED, running
from tests.alive.manager import Manager
from tests.alive.process import process, write_config
from tests.alive.receiver import PATIENCE_S, PingReceiver
from tests.support import utc

AT = utc("2025-04-08 01:00")
QUIET_S = 1.5  # longer than the second between two jobs


@pytest.mark.slow
def test_the_scheduler_is_dead(standins: Standins, clock: SimulatedClock, tmp_path: Path) -> None:
    with running(standins, clock, tmp_path, monitor={"tick_seconds": 1}) as bench:
        bench.manager.heard()
        scheduler = scheduler_of(bench.app, bench.signs)
        for job in scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))  # its clock is the machine's
        thread = threading.Thread(target=scheduler.start, daemon=True)
        thread.start()
        bench.manager.wait_for("WATCHDOG=1")
        scheduler.remove_job("tick_safely")
        while bench.manager.next(QUIET_S):
            pass  # a tick that was running
        pings = len(bench.receiver.pings)
        assert bench.manager.next(QUIET_S) == [], "nothing is said without ticks"
        bench.pass_time(16)
        assert bench.manager.next(QUIET_S) == []
        assert len(bench.receiver.pings) == pings
        assert bench.code() == 3
        assert "is havenwatch running?" in bench.check_says()
        scheduler.shutdown()
        thread.join(PATIENCE_S)


def test_a_tick_hangs(standins: Standins, clock: SimulatedClock, tmp_path: Path) -> None:
    hangs, go_on = threading.Event(), threading.Event()
    at_rules = threading.Event()

    def observe(step: str) -> None:
        if step == "decide" and hangs.is_set():
            at_rules.set()
            go_on.wait(PATIENCE_S)

    with running(standins, clock, tmp_path, observe) as bench:
        bench.pass_time(1)
        bench.manager.heard()
        hangs.set()
        thread = threading.Thread(target=bench.tick)
        thread.start()
        assert at_rules.wait(PATIENCE_S)
        bench.receiver.wait_until("a start", lambda: bench.last.kind == STARTED)
        bench.pass_time(16)
        assert bench.last.kind == STARTED, "started, and never ended"
        assert bench.manager.heard() == []
        assert bench.code() == 3
        go_on.set()
        thread.join(PATIENCE_S)
        assert "is havenwatch running?" in bench.last.said, "a tick of 16 minutes is no tick"
        bench.tick()
        assert bench.last.kind == GOOD


@pytest.mark.slow
def test_the_process_is_killed(
    standins: Standins, receiver: PingReceiver, manager: Manager, tmp_path: Path
) -> None:
    with process(write_config(tmp_path, standins), receiver, manager) as program:
        assert program.hear() == "started"
        program.tick(AT)
        receiver.wait_until("good", lambda: receiver.last.kind == GOOD)
        program.running.kill()
        assert program.end() == -signal.SIGKILL
        assert "STOPPING=1" not in manager.heard()
        assert [one.kind for one in receiver.pings] == [STARTED, GOOD]
        assert program.code_at(AT + 16 * MINUTE) == 3


@pytest.mark.slow
def test_the_process_is_stopped(
    standins: Standins, receiver: PingReceiver, manager: Manager, tmp_path: Path
) -> None:
    with process(write_config(tmp_path, standins), receiver, manager) as program:
        assert program.hear() == "started"
        program.tick(AT)
        receiver.wait_until("good", lambda: receiver.last.kind == GOOD)
        manager.heard()
        program.running.send_signal(signal.SIGSTOP)
        program.begin_tick(AT + MINUTE)
        assert manager.next(QUIET_S) == []
        assert [one.kind for one in receiver.pings] == [STARTED, GOOD]
        assert program.code_at(AT + 16 * MINUTE) == 3
        program.running.send_signal(signal.SIGCONT)
        assert program.hear() == "ticked"
        assert program.code_at(AT + 2 * MINUTE) == 0


@pytest.mark.slow
def test_another_process_holds_the_leadership_and_does_nothing(
    standins: Standins, receiver: PingReceiver, manager: Manager, tmp_path: Path
) -> None:
    config = write_config(tmp_path, standins)
    with (
        PingReceiver() as mine,
        process(config, receiver, manager) as zombie,
        process(config, mine, manager) as program,
    ):
        assert (zombie.hear(), program.hear()) == ("started", "started")
        zombie.tick(AT)
        receiver.wait_until("good", lambda: receiver.last.kind == GOOD)
        zombie.running.send_signal(signal.SIGSTOP)
        manager.heard()
        program.tick(AT + MINUTE)
        assert f"STATUS=waiting: another havenwatch (pid {zombie.running.pid}) is active" in (
            manager.heard()
        )
        program.tick(AT + 16 * MINUTE)
        assert mine.pings == [], "only the process that acts pings"
        assert program.code_at(AT + 16 * MINUTE) == 3
        zombie.running.kill()
        zombie.running.wait()
        program.tick(AT + 17 * MINUTE)
        mine.wait_until("it took over", lambda: mine.pings[-1:] != [] and mine.last.kind == GOOD)


@pytest.mark.slow
def test_the_clock_steps_back(
    standins: Standins, receiver: PingReceiver, manager: Manager, tmp_path: Path
) -> None:
    with process(write_config(tmp_path, standins), receiver, manager) as program:
        assert program.hear() == "started"
        program.tick(AT)
        program.tick(AT - timedelta(hours=1))
        receiver.wait_until("a fail", lambda: receiver.last.kind == BAD)
        assert "ClockWentBack" in receiver.last.said
        assert "fix the machine's clock" in receiver.last.said
        assert program.code_at(AT - timedelta(hours=1)) == 3


@pytest.mark.slow
def test_the_clock_is_far_ahead(standins: Standins, clock: SimulatedClock, tmp_path: Path) -> None:
    with running(standins, clock, tmp_path) as bench:
        standins.now = lambda: clock.now() - timedelta(minutes=40)
        took = bench.minutes_until("heartbeat red", bench.is_bad, 15 * MINUTE)
        assert took <= 24 * 60
        assert "This machine's clock is 40 minutes or more ahead" in bench.last.said
        (alert,) = [one for one in bench.app.report.alerts_json() if one["rule"] == "clock_skew"]
        assert alert["severity"] == "warning"
        standins.now = clock.now
        bench.minutes_until("well again", lambda: not bench.is_bad(), 15 * MINUTE)
