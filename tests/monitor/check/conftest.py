"""A healthy database, for the tests of the check to break."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from state.database import Database
from state.instants import to_text
from tests.monitor.check.broken import AT, DAY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A healthy database that ticked a moment ago, in which three rules judge by three sources."""
    file = tmp_path / "x.db"
    database = Database(file)
    database.connection.execute(
        "INSERT INTO heartbeat VALUES (1, ?, ?, ?)", (to_text(AT), to_text(AT), to_text(AT))
    )
    for source in ("cboe", "treasury_curve", "h15", "cboe_vix"):
        database.connection.execute(
            "INSERT INTO source_health VALUES (?1, 'OK', '', ?2, ?2, ?2, ?3, 0, ?2, ?4)",
            (source, to_text(AT), DAY, to_text(AT + timedelta(days=1))),
        )
    database.connection.executemany(
        "INSERT INTO rule_needs VALUES (?, ?, ?)",
        [
            ("joint_selloff", "spx", "cboe"),
            ("joint_selloff", "ust10y", "treasury_curve"),
            ("joint_selloff", "ust10y", "h15"),
            ("haven_failure", "spx", "cboe"),
            ("weak_auction", "auction", ""),
        ],
    )
    for rule in ("joint_selloff", "haven_failure", "weak_auction"):
        database.connection.execute("INSERT INTO rule_progress VALUES (?, ?)", (rule, to_text(AT)))
    database.close()
    return file
