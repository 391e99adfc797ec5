"""What is asked at each cycle, each second or each digest reads no table that grows from one end
to the other: a database of ten years is as quick as one of a month."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from state.alert_store import AlertStore
from state.database import Database
from state.digests import Digests
from state.kept_views import KeptViews
from state.outbox import Outbox
from state.retention import drop_bodies, drop_charts, drop_quotes
from state.suppressions import SuppressionReason, Suppressions
from tests.support import utc

AT: Final = utc("2035-04-10 22:30")
# The others have a row a source, a rule or a setting.
GROWING: Final = (
    "alerts", "bodies", "bulletins", "deliveries", "delivery_changes", "digests", "evaluations",
    "observations", "program_runs", "quotes", "source_health_changes", "transitions", "vintages",
    "withheld",
)  # fmt: skip
ASKED: Final[dict[str, Callable[[Database], Any]]] = {
    "the newest alert of each subject": lambda db: AlertStore(db).newest_alerts("source_health"),
    "the alerts of a rule": lambda db: AlertStore(db).alerts("joint_selloff"),
    "the open alerts": lambda db: AlertStore(db).open_alerts(),
    "the open alerts of a rule": lambda db: AlertStore(db).open_alerts("source_outage"),
    "the answers since the last digest": lambda db: AlertStore(db).evaluations(
        AT - timedelta(days=1), AT
    ),
    "what the last digest told": lambda db: Digests(db).told_through(),
    "when the last digest was composed": lambda db: Outbox(db).last_digest_at(),
    "digests whose charts are old": lambda db: list(drop_charts(db.connection, AT)),
    "bodies that are old": lambda db: list(drop_bodies(db.connection, AT, "dataset = ?2", "x")),
    "quotes that are old": lambda db: list(drop_quotes(db.connection, AT)),
    "when a message is due": lambda db: Outbox(db).next_due(["slack", "email"]),
    "which channels have a message": lambda db: Outbox(db).due_channels(AT, ["slack", "email"]),
    "whether anything is newer": lambda db: KeptViews(db).is_newest(AT),
    "what flapped and is not told": lambda db: Suppressions(db).runs(SuppressionReason.FLAPPING),
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "x.db")
    yield opened
    opened.close()


def plans(database: Database, ask: Callable[[Database], Any]) -> list[str]:
    """How SQLite goes about the statements that a call makes, a line a step."""
    said: list[str] = []
    database.connection.set_trace_callback(said.append)
    ask(database)
    database.connection.set_trace_callback(None)
    assert said
    rows = [database.connection.execute(f"EXPLAIN QUERY PLAN {one}").fetchall() for one in said]
    return [str(row["detail"]) for some in rows for row in some]


@pytest.mark.parametrize("what", ASKED)
def test_what_is_asked_all_the_time_reads_no_whole_table(database: Database, what: str) -> None:
    steps = plans(database, ASKED[what])
    aliases = ("one", "before")
    # A walk along an index that ends at the first row it wants is none through the table.
    whole = [
        step
        for step in steps
        if step.startswith("SCAN ") and step.split()[1] in (*GROWING, *aliases)
        if " INDEX " not in step
    ]
    assert not whole
