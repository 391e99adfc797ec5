"""The program as processes that can be killed: `python -m tests.crash.program CONFIG`,
and with `--session` the real rules over a session of quotes.

It imports everything once and then makes a process for each line it reads.
`{"step": "tick 10:00", "kill_at": ["slack", 7]}` does a step and dies at a boundary; the answer is
how the process ended and which boundaries it passed. `{"command": ["ack", ...]}` runs a command as
typed, and kills it one millisecond after it has returned; the answer is whether it did.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from monitor.app import App
from monitor.cli.main import main as havenwatch
from monitor.clock import SimulatedClock
from monitor.config.load import Config, load
from monitor.deliver.chart_cache import warm_up
from rules.evaluation import Rule
from tests.crash import session
from tests.crash.boundaries import Counter
from tests.crash.script import (
    ACKNOWLEDGED_AT,
    RULES,
    SETTLED_AT,
    SILENCED_AT,
    TICKS,
    instant,
)

ALERT = "term_premium_jump/acm_10y/2025-04-10"
# By then a message that was on its way when its sender died has arrived or never will.
RECOVERED_AFTER = timedelta(seconds=31)
AFTER_RETURN_S = 0.001
# The steps that go on, so much later, where one of each kind was killed.
RECOVERS = ("recover", "resume")


def main() -> None:
    """Serve until standard input ends."""
    path = Path(sys.argv[1])
    config = load(path, os.environ)
    # A rule's id belongs to its class; the script has one class for all of its.
    warm_up()
    rules = {one.rule_id: cast(Rule, one) for one in RULES}
    if "--session" in sys.argv:
        rules = {name: config.rules[name] for name in session.RULES}
    config = replace(config, rules=rules)
    for line in sys.stdin:
        asked = json.loads(line)
        if "command" in asked:
            answer = _killed_after(["--config", str(path), *asked["command"]])
        else:
            answer = _in_a_process(config, asked)
        print(json.dumps(answer), flush=True)  # noqa: T201


def _killed_after(words: list[str]) -> dict[str, Any]:
    """Whether a command returned before the kill that followed it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            havenwatch(words, standalone_mode=False)
            os.write(writing, b"!")
            signal.pause()
        finally:
            os._exit(1)
    os.close(writing)
    returned = os.read(reading, 1) == b"!"
    time.sleep(AFTER_RETURN_S)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    return {"returned": returned, "signal": int(signal.SIGKILL)}


def _in_a_process(config: Config, asked: dict[str, Any]) -> dict[str, Any]:
    """How a process that does the step ended, and what it passed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        kill_at = asked.get("kill_at")
        counter = Counter(None if kill_at is None else (kill_at[0], kill_at[1]))
        counter.install()
        try:
            _do(config, asked["step"])
            with os.fdopen(writing, "w") as report:
                json.dump([asdict(one) for one in counter.passed], report)
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 - the child must not go on as its parent
            print(f"{asked}: {error!r}", file=sys.stderr, flush=True)  # noqa: T201
            os._exit(1)
    os.close(writing)
    if asked.get("after_s") is not None:
        time.sleep(asked["after_s"])
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as report:
        passed = report.read()
    _, status = os.waitpid(child, 0)
    return {
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
        "passed": json.loads(passed) if passed else [],
    }


def _do(config: Config, step: str) -> None:
    """One step of the day: a tick, one a while after a kill, or an answer."""
    word, _, clock_time = step.partition(" ")
    at = instant(clock_time)
    if word in RECOVERS:
        at += RECOVERED_AFTER
    app = App(config, SimulatedClock(at))
    try:
        if word == "silence":
            until = at + timedelta(hours=3)
            app.answers.silence("rates_up_dollar_down", None, until, "Ann", "known", at)
        elif word == "acknowledge":
            app.answers.acknowledge(ALERT, "Ann", "on it", at)
        elif word in ("session", "resume"):
            app.follow_session(at)
            app.send_due(at)
        else:
            app.tick(at)
    finally:
        app.close()


def day() -> list[str]:
    """The steps of the day and of the one on which its month is answered, in order."""
    ticks = (*TICKS, SETTLED_AT)
    steps: list[tuple[datetime, str]] = [(instant(one), f"tick {one}") for one in ticks]
    steps += [
        (instant(SILENCED_AT), f"silence {SILENCED_AT}"),
        (instant(ACKNOWLEDGED_AT), f"acknowledge {ACKNOWLEDGED_AT}"),
    ]
    return [step for _, step in sorted(steps)]


if __name__ == "__main__":
    main()
