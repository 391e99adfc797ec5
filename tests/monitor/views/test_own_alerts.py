"""The alerts beside a verdict: those of before the program watched are judged once, and what was
open when it began is in the store alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from alerts.model import Alert
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.views.own_alerts import PastAlerts
from rules.evaluation import Evaluations
from rules.model import Panel
from state.alert_store import AlertStore
from state.database import Database
from state.health import Health
from state.instants import to_text
from tests.desk import CRITICAL, LOOKED, Desk
from tests.support import DECIDING, config_for, new_york

LATER = new_york("2025-04-11 19:30")
PAST = "joint_selloff/us/2025-03-27"  # before the program began
ENDED = "correlation_regime/stock_bond/2025-02-11"  # on 10 March


class Counting:
    """A rule that counts how often it is asked to judge."""

    def __init__(self, rule: Any):
        self._rule = rule
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rule, name)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        self.asked += 1
        found: tuple[Evaluations, ...] = self._rule.judge(panel)
        return found


@pytest.fixture
def app(desk: Desk, tmp_path: Path) -> Iterator[App]:
    clock = SimulatedClock(LOOKED)
    with Standins(clock.now) as standins:
        config = config_for(standins, desk.copy(tmp_path).folder, DECIDING, None)
        path = tmp_path / "havenwatch.db"
        opened = App(config, clock, path, channels={"console": RecordingChannel()})
        yield opened
        opened.close()


def past_of(app: App, rules: Any = None) -> PastAlerts:
    return PastAlerts(AlertStore(app.database), app.reading.archive, rules or app.rules)


def ids(alerts: list[Alert]) -> set[str]:
    return {one.alert_id for one in alerts}


def since(app: App) -> Any:
    return Health(app.database).watching_since()


@pytest.mark.slow
def test_what_the_program_did_not_see_is_judged_once(app: App) -> None:
    decided = AlertStore(app.database).first_recorded()
    rules = [Counting(one) for one in app.rules if one.rule_id in decided]
    past = past_of(app, rules)
    first = past.at(LOOKED, since(app))
    asked = sum(one.asked for one in rules)
    assert asked
    app.tick(LATER)
    assert ids(past.at(LATER, since(app))) >= ids(first)
    assert sum(one.asked for one in rules) == asked


def test_a_database_that_saw_nothing_finds_the_same_events(app: App, tmp_path: Path) -> None:
    with closing(Database(tmp_path / "empty.db")) as empty:
        whole = PastAlerts(AlertStore(empty), app.reading.archive, app.rules).at(LOOKED, None)
    found = past_of(app).at(LOOKED, since(app))
    assert ids(found) == ids(whole) > {PAST, CRITICAL}


def test_numbers_loaded_later_are_judged_anew(app: App) -> None:
    past = past_of(app)
    assert PAST in ids(past.at(LOOKED, since(app)))
    _delete(app, "observations", "period_end = '2025-03-27'")
    assert PAST not in ids(past.at(LOOKED, since(app)))


def test_a_rule_switched_on_later_has_its_past_until_then(app: App) -> None:
    _delete(app, "evaluations", "rule_id = 'joint_selloff'")
    _delete(app, "transitions", "alert_id LIKE 'joint_selloff/%'")
    found = ids(past_of(app).at(LOOKED, since(app)))
    assert found >= {PAST, CRITICAL}


def test_a_condition_that_was_open_at_the_start_is_in_the_store_or_nowhere(app: App) -> None:
    assert ENDED in ids(past_of(app).at(LOOKED, since(app)))
    began = new_york("2025-02-20 12:00")
    with app.database.immediate() as connection:
        connection.execute(
            "UPDATE evaluations SET recorded_at = ? WHERE rule_id = 'correlation_regime'",
            (to_text(began),),
        )
    assert ENDED in ids(past_of(app).at(began, began))
    assert ENDED not in ids(past_of(app).at(LOOKED, began))


def _delete(app: App, table: str, where: str) -> None:
    app.database.connection.execute("PRAGMA foreign_keys = OFF")
    with app.database.immediate() as connection:
        found = connection.execute(f"DELETE FROM {table} WHERE {where} RETURNING 1").fetchall()
        assert found
