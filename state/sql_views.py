"""The views: what the tables hold, under plain names with units, for datasette and pandas.

VIEWS is what they should be. To change or add one, edit VIEWS and add a step after the last that
calls `renew_views`; a database then has the newest of all of them, whatever it had before. A step
that renames or rebuilds a table calls `drop_views` first: SQLite refuses to rename under a view.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

from state.migrations import MIGRATIONS
from state.tic_split import TIC_SPLIT

OPEN_ALERTS: Final = """
SELECT alert_id AS id, rule_id AS rule, subject, period_end AS period, kind, severity, provisional,
    (SELECT json_extract(signal, '$.explained.headline') FROM transitions
     WHERE transitions.alert_id = alerts.alert_id AND json_extract(signal, '$.answer') = 'firing'
     ORDER BY transitions.rowid DESC LIMIT 1) AS headline,
    opened_at AS opened_at_utc, acknowledged_by, acknowledged_until AS acknowledged_until_utc
FROM alerts WHERE state = 'open'"""

# The newest period by the vintage stored last. Of a series that is re-estimated whole, the value
# before it is of the same vintage: two vintages of such a series are never compared. CROSS JOIN
# makes SQLite look each series up, where it would else read every observation.
LATEST_LEVELS: Final = """
SELECT series.series_id AS series, title, unit, frequency, source, newest.period_end, newest.value,
    before.period_end AS previous_period_end, before.value AS previous_value,
    newest.value - before.value AS change, newest.known_at AS known_at_utc
FROM series
CROSS JOIN observations AS newest ON newest.series_key = series.series_key
    AND newest.period_end = (SELECT period_end FROM observations
        WHERE series_key = series.series_key ORDER BY period_end DESC LIMIT 1)
    AND newest.vintage_id = (SELECT vintage_id FROM observations
        WHERE series_key = series.series_key AND period_end = newest.period_end
        ORDER BY vintage_id DESC LIMIT 1)
LEFT JOIN observations AS before ON before.series_key = series.series_key
    AND before.period_end = (SELECT period_end FROM observations
        WHERE series_key = series.series_key AND period_end < newest.period_end
        AND (series.one_vintage = 0 OR vintage_id = newest.vintage_id)
        ORDER BY period_end DESC LIMIT 1)
    AND before.vintage_id = CASE series.one_vintage WHEN 1 THEN newest.vintage_id ELSE
        (SELECT vintage_id FROM observations
         WHERE series_key = series.series_key AND period_end = before.period_end
         ORDER BY vintage_id DESC LIMIT 1) END"""

ALERT_HISTORY: Final = """
SELECT alert_id AS alert, at AS at_utc,
    CASE reason
        WHEN 'opened' THEN 'opened as ' || severity
        WHEN 'worsened' THEN 'worsened from ' || severity_before || ' to ' || severity
        WHEN 'confirmed' THEN 'confirmed as ' || severity
        WHEN 'acknowledged' THEN 'acknowledged by ' || json_extract(after, '$.acknowledged_by')
        WHEN 'reminder' THEN 'reminder: still ' || severity
        WHEN 'flapped' THEN 'flapping summary: ' || json_extract(after, '$.state')
        WHEN 'revised' THEN 'revised from ' || severity_before || ' to ' || severity
        WHEN 'past' THEN 'past, never acknowledged'
        WHEN 'withdrawn' THEN 'withdrawn after data revision'
        WHEN 'resolved' THEN 'resolved'
        ELSE reason END
    || CASE json_extract(after, '$.provisional') WHEN 1 THEN ', provisional' ELSE '' END
    || CASE late WHEN 1 THEN ', late' ELSE '' END AS what,
    severity_before, severity, json_extract(after, '$.state') AS state,
    json_extract(signal, '$.explained.headline') AS headline, note,
    (SELECT CASE why WHEN 'inhibited' THEN 'inhibited by ' || behind ELSE why END FROM withheld
     WHERE withheld.transition_id = changes.transition_id) AS not_told_because
FROM (SELECT transitions.rowid AS place, *,
        CASE json_extract(before, '$.severity') WHEN 1 THEN 'notice' WHEN 2 THEN 'warning'
            WHEN 3 THEN 'critical' END AS severity_before,
        CASE json_extract(after, '$.severity') WHEN 1 THEN 'notice' WHEN 2 THEN 'warning'
            WHEN 3 THEN 'critical' END AS severity
    FROM transitions) AS changes
ORDER BY place"""

# STALE by the machine's clock when it is read, as `havenwatch sources` says it.
SOURCE_STATUS: Final = """
SELECT source,
    CASE WHEN state = 'OK' AND stale_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now') THEN 'STALE'
        ELSE state END AS state,
    problem, newest_period, last_success_at AS last_success_at_utc,
    last_attempt_at AS last_attempt_at_utc, failures AS failures_in_a_row,
    next_due_at AS next_poll_at_utc, stale_at AS stale_at_utc
FROM source_health"""

DELIVERIES_OWED: Final = """
SELECT delivery_id AS id, channel,
    coalesce(transition_id, 'digest/' || digest_date, bulletin_id) AS what, alert_id AS alert,
    CASE status WHEN 'sending' THEN 'delivery unknown' WHEN 'dead' THEN 'failed'
        ELSE 'queued' END AS status,
    attempts, created_at AS created_at_utc, due_at AS due_at_utc,
    CASE status WHEN 'dead' THEN NULL ELSE not_before END AS next_try_at_utc,
    is_escalation, problem
FROM deliveries LEFT JOIN transitions USING (transition_id)
WHERE status IN ('due', 'sending', 'dead')"""

OBSERVATIONS_NAMED: Final = """
SELECT series_id AS series, title, unit, frequency, series.source, period_end, value,
    observations.known_at AS known_at_utc,
    CASE WHEN observations.known_at < vintages.known_at THEN 'assumed' ELSE 'observed' END
        AS known_basis,
    vintage_id, fetched_at AS fetched_at_utc, published_at AS published_at_utc
FROM observations JOIN series USING (series_key) JOIN vintages USING (vintage_id)"""

VIEWS: Final[Mapping[str, str]] = {
    "open_alerts": OPEN_ALERTS,
    "alert_history": ALERT_HISTORY,
    "latest_levels": LATEST_LEVELS,
    "observations_named": OBSERVATIONS_NAMED,
    "tic_split": TIC_SPLIT,
    "source_status": SOURCE_STATUS,
    "deliveries_owed": DELIVERIES_OWED,
}


def drop_views(db: sqlite3.Connection) -> None:
    """Drop every view there is, so that a step may rename or rebuild a table."""
    for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        db.execute(f"DROP VIEW {row[0]}")


def renew_views(db: sqlite3.Connection) -> None:
    """Make the views what VIEWS says, whatever they were."""
    drop_views(db)
    for name, select in VIEWS.items():
        db.execute(f"CREATE VIEW {name} AS {select.strip()}")


@MIGRATIONS
def plain_views(db: sqlite3.Connection) -> None:
    """The first views; an index that had the plain name of one has another."""
    db.execute("DROP INDEX deliveries_owed")
    db.execute(
        "CREATE INDEX owed_by_channel ON deliveries (channel) WHERE status IN ('due', 'sending')"
    )
    renew_views(db)


@MIGRATIONS
def resolved_without_a_claim(db: sqlite3.Connection) -> None:
    """The end of a condition says no more than that it ended: not each number need be back."""
    renew_views(db)
