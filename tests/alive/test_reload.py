"""`havenwatch reload` of a program that runs: a rule comes and goes, a mistake changes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli.main import main
from monitor.config.plugins import source_types
from state.alert_store import AlertStore
from state.database import Database
from state.leader_lock import LeaderLock
from tests.crash.test_takeover import wait_until

pytestmark = pytest.mark.slow

RULE = """
[rules.gold_jump]
type = "conditions"
title = "Gold jump"
kind = "event"
all = [{ series = "gold.close", change_pct = 1, above_pct = 2 }]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    days = (date(2025, 3, 3) + timedelta(days=n) for n in range(5))
    lines = ["date,close", *(f"{day},{2600 + day.day}" for day in days)]
    (tmp_path / "gold.csv").write_text("\n".join(lines), encoding="utf-8")
    off = "".join(f"[sources.{name}]\nenabled = false\n" for name in source_types())
    gold = (
        '[sources.gold]\ntype = "table"\npublisher = "desk"\n'
        f'base_url = "{tmp_path.as_uri()}"\npath = "/gold.csv"\n'
        'columns.close = { column = "close", title = "Gold", unit = "index" }\n'
    )
    path = tmp_path / "config.toml"
    path.write_text(off.replace("[sources.table]\nenabled = false\n", "") + gold, "utf-8")
    return path


@pytest.fixture
def running(config: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "monitor", "--config", str(config), "--verbose", "run"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    ) as program:
        try:
            assert program.stderr is not None
            assert any("watching" in line for line in program.stderr)
            # It acts from its first cycle on, which begins a moment later.
            lock = LeaderLock(config.with_name("havenwatch.db"))
            assert wait_until(lambda: lock.holder() == str(program.pid))
            yield program
        finally:
            program.kill()
            program.communicate()


def reload(config: Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["--config", str(config), "reload"])
    return done.exit_code, done.output


def rules_that_decide(config: Path) -> set[str]:
    with closing(Database(config.with_name("havenwatch.db"), read_only=True)) as database:
        return {*AlertStore(database).progress()}


def test_a_rule_comes_and_goes_and_a_mistake_changes_nothing(
    config: Path, running: subprocess.Popen[str]
) -> None:
    before = config.read_text(encoding="utf-8")
    config.write_text(before + RULE, encoding="utf-8")
    code, said = reload(config)
    assert (code, f"(pid {running.pid}) runs on the configuration" in said) == (0, True), said
    assert reload(config)[0] == 0
    # A configuration is in force from the beginning of a cycle, and its rules decide at the end.
    assert wait_until(lambda: "gold_jump" in rules_that_decide(config))
    config.write_text(before + RULE.replace("above_pct", "abve_pct"), encoding="utf-8")
    code, said = reload(config)
    assert (code, "did you mean 'above_pct'?" in said) == (3, True), said
    assert running.poll() is None
    config.write_text(before, encoding="utf-8")
    assert reload(config)[0] == 0
    assert reload(config)[0] == 0
    assert wait_until(lambda: "gold_jump" not in rules_that_decide(config))
    running.send_signal(signal.SIGTERM)
    assert running.wait(60) == 0


def test_nobody_to_reload_is_said(config: Path) -> None:
    Database(config.with_name("havenwatch.db")).close()
    code, said = reload(config)
    assert code == 1
    assert "expected a havenwatch that runs on this database, got none; start it with" in said
