"""Each alert of April 2025 on the real figures is answered on 18 June, once, whatever is killed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import build
from monitor.config.plugins import rule_types, source_types
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.crash.boundaries import PROGRAM, Counter
from tests.support import new_york

JUDGED: Final = ("joint_selloff", "haven_failure", "term_premium_day", "term_premium_jump")
BEGAN: Final = "2025-04-07 12:00"
FIRST_PERIOD: Final = "2015-01-01"
TOLD_AT: Final = "2025-05-02 12:00"
EVE: Final = "2025-06-18 15:00"
SETTLED_AT: Final = "2025-06-18 16:01"
RECOVERED: Final = ("2025-06-18 16:02", "2025-06-18 16:04")
# Of the places at which the cycle may die, one in so many, for each that acts.
EVERY: Final = {PROGRAM: 29, "slack": 97}
ALERTS: Final = {
    *(f"joint_selloff/us/2025-04-{day}" for day in ("08", "10", "21")),
    *(f"term_premium_day/acm_10y/2025-04-{day}" for day in ("07", "08", "10", "21")),
    "term_premium_jump/acm_10y/2025-04-08",
}


@dataclass
class April:
    """A copy of the real figures since 2015 in which a program without sources looks at one
    instant after the other, as if it had been there; `kept` is what Slack and the database were on
    18 June."""

    folder: Path
    slack: SlackStandin
    kept: list[dict[str, Any]] = field(default_factory=list)

    def tick(self, at: str) -> None:
        """One cycle."""
        self.slack.second = int(new_york(at).timestamp())
        self._tick(at)

    def tick_killed_at(self, at: str, actor: str, number: int) -> bool:
        """One cycle in a process that dies at a boundary; whether it came to it."""
        self.slack.second = int(new_york(at).timestamp())
        child = os.fork()
        if child == 0:
            Counter((actor, number)).install()
            try:
                self._tick(at)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status)

    def _tick(self, at: str) -> None:
        found = {
            "sources": {name: {"enabled": False} for name in source_types()},
            "rules": {name: {"enabled": name in JUDGED} for name in rule_types()},
            "routing": {"warning": ["slack"], "critical": ["slack"], "digest": []},
            "channels": {"slack": {"conversation": CONVERSATION, "base_url": self.slack.base_url}},
        }
        config = build(found, {"HAVENWATCH_SLACK_TOKEN": TOKEN}, self.folder)
        app = App(config, SimulatedClock(new_york(at)))
        app.tick(new_york(at))
        app.close()

    def put_back(self) -> None:
        """Everything as it was before the transactions came."""
        for path in self.folder.glob("havenwatch.db*"):
            path.unlink()
        shutil.copy(self.folder / "before.db", self.folder / "havenwatch.db")
        self.slack.posted[:] = [dict(one) for one in self.kept]

    def answers(self) -> list[tuple[str, str]]:
        """The alert of each answer in Slack, and the one whose message it stands below."""
        by_ts = {one["ts"]: one.get("key", "") for one in self.slack.posted}
        return [
            (one["key"].partition("#")[0], by_ts[one["thread_ts"]].partition("#")[0])
            for one in self.slack.posted
            if "] Settled: in April 2025 foreigners sold" in one["text"]
        ]


@pytest.fixture(scope="module")
def april(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[April]:
    folder = tmp_path_factory.mktemp("april")
    shutil.copy(database, folder / "havenwatch.db")
    forget_before(FIRST_PERIOD, folder / "havenwatch.db")
    with SlackStandin() as slack:
        found = April(folder, slack)
        found.tick(BEGAN)
        found.tick(TOLD_AT)
        found.tick(EVE)
        shutil.copy(folder / "havenwatch.db", folder / "before.db")
        found.kept = [dict(one) for one in slack.posted]
        yield found


def forget_before(period: str, path: Path) -> None:
    """Leave out what each of a hundred starts would read and no alert of April turns on."""
    database = sqlite3.connect(path)
    with database:
        database.execute("DELETE FROM observations WHERE period_end < ?", (period,))
    database.close()


def answered_once(april: April) -> bool:
    """Whether each alert has its answer, once and below its own message."""
    found = april.answers()
    return sorted(alert for alert, _ in found) == sorted(ALERTS) and all(
        alert == head for alert, head in found
    )


def test_each_alert_of_april_is_answered_once_in_its_own_thread(april: April) -> None:
    april.put_back()
    assert april.answers() == []
    for at in (SETTLED_AT, *RECOVERED):
        april.tick(at)
        assert answered_once(april)


@pytest.mark.slow
@pytest.mark.parametrize("actor", [PROGRAM, "slack"])
def test_a_kill_while_it_is_answered_loses_and_repeats_none(april: April, actor: str) -> None:
    number, killed = 1, 0
    april.put_back()
    while april.tick_killed_at(SETTLED_AT, actor, number):
        for at in RECOVERED:
            april.tick(at)
        assert answered_once(april), (actor, number, april.answers())
        number, killed = number + EVERY[actor], killed + 1
        april.put_back()
    assert killed >= 3
