"""Another configuration while running: taken whole between ticks, or not at all."""

from __future__ import annotations

import logging
import os
import signal
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.config.changes import changed_blocks
from monitor.config.load import Config, build
from monitor.ingest.calendars import closed_days
from monitor.service.reload import RESTART, next_configuration
from monitor.stop import Stop, Stopped

RULE = {
    "type": "conditions",
    "title": "Mine",
    "all": [{"series": "spx", "change_pct": 1, "below_pct": -5}],
}


def config(**found: Any) -> Config:
    return build(found, {}, Path("desk"))


def test_what_has_changed_is_said_by_the_paths_of_blocks() -> None:
    before = config(rules={"mine": RULE}, digest={"at": "18:00"})
    after = config(
        rules={"other": RULE, "joint_selloff": {"warning_weakest_leg_sd": 0.6}},
        sources={"cboe": {"enabled": False}},
    )
    assert changed_blocks(before, after) == [
        "digest changed",
        "sources.cboe changed",
        "rules.other added",
        "rules.mine removed",
        "rules.joint_selloff changed",
    ]
    assert changed_blocks(before, before) == []


def test_a_right_configuration_is_given_and_a_wrong_one_is_told_and_left(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "havenwatch.reload")
    stop, in_force = Stop(), config()
    loads = iter([{"rules": {"mne": RULE | {"kind": "x"}}}, {"rules": {"mine": RULE}}])
    stop.ask_reload()

    def load() -> Config:
        stop.ask_reload()
        return config(**next(loads))

    found = next_configuration(stop, in_force, load)
    assert found is not None
    assert "mine" in found.rules
    wrong, right = (one.getMessage() for one in caplog.records)
    assert wrong.startswith("not reloaded, the configuration in force stays: rules.mne.kind")
    assert right == "reloading: rules.mine added"


def test_another_database_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    stop, in_force = Stop(), config()
    stop.ask_reload()

    def load() -> Config:
        stop.tell()
        return replace(in_force, folder=Path("elsewhere"))

    closed = {"XNYS": ["2027-03-03"]}

    def load_with_days() -> Config:
        config(calendar={"closed": closed})
        return load()

    assert next_configuration(stop, in_force, load_with_days) is None
    assert RESTART in caplog.text
    assert date(2027, 3, 3) not in closed_days("XNYS")


def test_to_stop_goes_before_to_reload() -> None:
    stop = Stop()
    stop.ask_reload()
    stop.tell()
    assert next_configuration(stop, config(), config) is None


def test_hanging_up_asks_for_a_reload_where_that_is_taken() -> None:
    stop = Stop(takes_reloads=True)
    before = signal.getsignal(signal.SIGHUP)
    with stop.on_signals():
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGHUP)
            stop.wait()
            assert stop.take_reload()
            assert not stop.is_told
        os.kill(os.getpid(), signal.SIGTERM)
        stop.wait()
        assert stop.is_told
    assert signal.getsignal(signal.SIGHUP) is before


def test_a_program_that_has_to_pause_ends_its_steps_and_takes_no_configuration() -> None:
    stop = Stop(end=lambda _: None)
    stop.pause()
    with pytest.raises(Stopped):
        stop.refuse()
    assert next_configuration(stop, config(), config) is None
    assert not stop.is_told
    stop.go_on()
    stop.refuse()
