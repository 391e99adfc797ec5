"""What systemd is told, over a real datagram socket."""

from __future__ import annotations

import os

import pytest

from monitor.liveness.systemd import Watchdog
from tests.alive.manager import Manager


@pytest.mark.parametrize("abstract", [True, False])
def test_it_is_ready_after_the_first_tick_and_alive_after_each(abstract: bool) -> None:
    with Manager(abstract=abstract) as manager:
        watchdog = Watchdog(manager.environ)
        watchdog.proceeds("polled cboe")
        watchdog.returned("one\nline")
        watchdog.returned("two")
        watchdog.stopping()
        assert manager.heard() == [
            *("READY=1", "STATUS=one line", "WATCHDOG=1"),
            *("STATUS=two", "WATCHDOG=1"),
            "STOPPING=1",
        ]


def test_a_tick_that_raised_is_not_alive_until_one_returns() -> None:
    with Manager() as manager:
        watchdog = Watchdog(manager.environ)
        watchdog.returned("fine")
        manager.heard()
        watchdog.raised("the last tick failed")
        watchdog.proceeds("polled cboe")
        assert manager.heard() == ["STATUS=the last tick failed"]
        watchdog.returned("fine")
        watchdog.proceeds("polled cboe")
        assert manager.heard().count("WATCHDOG=1") == 2


def test_only_the_asking_of_a_source_is_progress_of_a_tick() -> None:
    with Manager() as manager:
        watchdog = Watchdog(manager.environ)
        watchdog.returned("fine")
        manager.heard()
        for step in ("send", "claim", "settle", "decide"):
            watchdog.proceeds(step)
        assert manager.heard() == []


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, True),
        ({"WATCHDOG_PID": str(os.getpid())}, True),
        ({"WATCHDOG_PID": "1"}, False),
        ({"WATCHDOG_USEC": "0"}, False),
        ({"WATCHDOG_USEC": "soon"}, False),
        ({"WATCHDOG_USEC": ""}, False),
    ],
)
def test_the_watchdog_is_told_only_where_it_is_on_and_for_this_process(
    variables: dict[str, str], wanted: bool
) -> None:
    with Manager() as manager:
        Watchdog({**manager.environ, **variables}).returned("fine")
        assert ("WATCHDOG=1" in manager.heard()) is wanted


def test_without_a_manager_nothing_is_told_and_one_that_is_gone_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    Watchdog({}).returned("fine")
    assert caplog.records == []
    watchdog = Watchdog({"NOTIFY_SOCKET": "@nobody-listens-here", "WATCHDOG_USEC": "1000000"})
    for _ in range(3):
        watchdog.returned("fine")
    assert [one.getMessage() for one in caplog.records] == [
        "cannot notify the service manager: ConnectionRefusedError"
    ]


@pytest.mark.parametrize(("tick_seconds", "warned"), [(15, False), (60, False), (61, True)])
def test_ticks_too_rare_for_the_watchdog_are_said_at_the_start(
    caplog: pytest.LogCaptureFixture, tick_seconds: int, warned: bool
) -> None:
    Watchdog({"WATCHDOG_USEC": "120000000"}).warn_of_rare_ticks(tick_seconds)
    assert ("too rare for WatchdogSec=120" in caplog.text) is warned
