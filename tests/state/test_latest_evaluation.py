"""The newest answers, and where a number came from: what the database finds for itself."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from state.alert_lists import active_alerts, list_alerts
from state.alert_names import Wanted, count_alerts
from state.alert_store import AlertStore
from state.database import Database
from state.provenance import origins
from tests.support import VINTAGE, utc

PLAIN = """SELECT rule_id, subject, period_end, known_at FROM (SELECT *, row_number() OVER
    (PARTITION BY rule_id, subject ORDER BY period_end DESC, known_at DESC) AS place
    FROM evaluations) WHERE place = 1 ORDER BY rule_id, subject"""


def test_the_newest_answers_are_those_that_looking_at_all_of_them_finds(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    assert AlertStore(database).latest_evaluations() == []
    dice = random.Random(1)
    for _ in range(400):
        day = date(2025, 1, 1) + timedelta(days=dice.randrange(60))
        known = f"2025-04-{dice.randrange(1, 30):02}T00:00:00Z"
        database.connection.execute(
            "INSERT OR IGNORE INTO evaluations VALUES (?, ?, ?, ?, 'quiet', NULL, 0, 1, 'bp', '', "
            "NULL, NULL)",
            (dice.choice("abc"), dice.choice(["", "x", "xy", "z"]), day.isoformat(), known),
        )
    found = [
        (one.rule_id, one.subject, one.period_end.isoformat(), one.known_at)
        for one in AlertStore(database).latest_evaluations()
    ]
    plain = [(*row[:3], utc(row[3][:10])) for row in database.connection.execute(PLAIN)]
    assert found == plain
    assert len(found) == 12
    database.close()


def test_a_number_comes_from_the_vintage_that_was_newest_then(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    execute = database.connection.execute
    execute("INSERT INTO series VALUES (1, 'spx', 'cboe', 'S&P', 'index', 'session', 'Cboe', 0)")
    for number, known, value in ((1, "10", 1.0), (2, "11", 2.0), (3, "12", 3.0)):
        at = f"2025-04-{known}T12:00:00Z"
        execute(
            f"INSERT INTO vintages {VINTAGE} "
            "VALUES (?1, 'cboe', '[]', ?2, NULL, ?3, ?3, 'observed', 1)",
            (number, f"sha{number}", at),
        )
        execute("INSERT INTO observations VALUES (1, '2025-04-09', ?, ?, ?)", (number, at, value))
    periods = [date(2025, 4, 9)]
    (found,) = origins(database, ["spx", "none"], periods, utc("2025-04-11 12:00"))
    assert (found.value, found.vintage_id, found.sha256, found.assumed) == (2.0, 2, "sha2", False)
    assert origins(database, ["spx"], periods, utc("2025-04-10 11:59")) == []
    assert origins(database, ["spx"], [date(2025, 4, 8)], utc("2025-04-12 12:00")) == []
    database.close()


def test_alerts_are_chosen_counted_and_put_in_order(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    for number, (kind, state, severity) in enumerate(
        (
            ("event", "open", "critical"),
            ("condition", "open", "notice"),
            ("condition", "resolved", "notice"),
            ("event", "open", "notice"),
        )
    ):
        opened = f"2025-04-1{number}T12:00:00Z"
        database.connection.execute(
            "INSERT INTO alerts VALUES (?1, 'r', ?1, '2025-04-10', ?2, ?3, ?4, 0, ?5, NULL, "
            "'2025-04-10', ?5, '[]', 1, '', NULL)",
            (f"{number}", kind, state, severity, opened),
        )

    def subjects(wanted: Wanted, count: int = 9, skipped: int = 0) -> list[str]:
        return [one.subject for one in list_alerts(database, wanted, count, skipped)]

    assert subjects(Wanted()) == ["3", "2", "1", "0"]
    assert subjects(Wanted(), 2, 1) == ["2", "1"]
    assert subjects(Wanted(severity="notice", state="open")) == ["3", "1"]
    assert subjects(Wanted(rule="s")) == []
    assert count_alerts(database, Wanted(severity="notice")) == 3
    assert [one.subject for one in active_alerts(database, utc("2025-04-10 12:00"))] == ["3", "1"]
    database.close()
