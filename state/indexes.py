"""The schema steps that keep a database as quick in ten years as in its first: indexes for what is
asked at each cycle, each second or each digest of tables that grow. A step that has run anywhere is
never edited."""

from __future__ import annotations

import sqlite3
from typing import Final

import state.delivery_schema  # noqa: F401 - its steps, and those of the views, come before
from state.migrations import MIGRATIONS

FOR_YEARS: Final = (
    # Of a sent message that lacks a part, which the outbox looks for each second: there are few.
    """CREATE INDEX deliveries_incomplete ON deliveries (channel)
       WHERE status = 'sent' AND missing <> '[]'""",
    # The newest digest, and those that still have their charts, without reading the pages of all.
    "CREATE INDEX digests_by_time ON digests (composed_at, digest_date, told_through)",
    """CREATE INDEX digests_with_charts ON digests (composed_at)
       WHERE instr(page, '"png":') > 0""",
    # What became known, was recorded or was stored since the last digest or the last look.
    "CREATE INDEX evaluations_by_time ON evaluations (known_at)",
    "CREATE INDEX transitions_by_time ON transitions (at)",
    "CREATE INDEX vintages_by_time ON vintages (known_at)",
    # What was withheld for a reason and is not settled yet.
    "CREATE INDEX withheld_unsettled ON withheld (why, settled_at)",
)


@MIGRATIONS
def indexes_for_years(db: sqlite3.Connection) -> None:
    """What each cycle asks of tables that grow, without reading all of them."""
    for statement in FOR_YEARS:
        db.execute(statement)
