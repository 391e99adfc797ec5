"""The schema step for the newest estimates of series that are re-estimated at each release. A step
that has run anywhere is never edited."""

from __future__ import annotations

import sqlite3
from typing import Final

import state.leadership_schema  # noqa: F401 - its step, and those that it names, come before
from state.migrations import MIGRATIONS

# Each poll is compared with them. In `observations` they lie among those of every older vintage,
# so that reading them there takes longer with each vintage that is kept.
NEWEST_ESTIMATES: Final = (
    """CREATE TABLE newest_estimates (
        series_key INTEGER NOT NULL REFERENCES series (series_key),
        period_end TEXT NOT NULL,
        vintage_id INTEGER NOT NULL REFERENCES vintages (vintage_id),
        known_at TEXT NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (series_key, period_end)
    ) STRICT, WITHOUT ROWID""",
    # SQLite takes the other columns from the row of the greatest vintage, without sorting.
    """INSERT INTO newest_estimates
       SELECT series_key, period_end, max(vintage_id), known_at, value
       FROM observations JOIN series USING (series_key) WHERE one_vintage = 1
       GROUP BY series_key, period_end""",
    """CREATE TRIGGER observations_newest_estimates AFTER INSERT ON observations
       WHEN (SELECT one_vintage FROM series WHERE series_key = NEW.series_key) BEGIN
           INSERT INTO newest_estimates
           VALUES (NEW.series_key, NEW.period_end, NEW.vintage_id, NEW.known_at, NEW.value)
           ON CONFLICT (series_key, period_end) DO UPDATE SET vintage_id = NEW.vintage_id,
               known_at = NEW.known_at, value = NEW.value
           WHERE NEW.vintage_id > newest_estimates.vintage_id;
       END""",
)


@MIGRATIONS
def newest_estimates(db: sqlite3.Connection) -> None:
    """The newest number of each period of the series that are re-estimated at each release."""
    for statement in NEWEST_ESTIMATES:
        db.execute(statement)
