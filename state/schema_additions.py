"""The statements that later steps added: digests, inputs of rules, connections, corrections, and
what every row was before. A statement that has run anywhere is never edited."""

from __future__ import annotations

from typing import Final

# What a digest needs to be whole: how near a quiet answer came, and how far the last digest told.
DIGESTS: Final = (
    "ALTER TABLE evaluations ADD COLUMN nearness REAL",
    # The newest transition's rowid when it was composed; NULL of one that was before this step.
    "ALTER TABLE digests ADD COLUMN told_through INTEGER",
)

# Of each rule the series it cannot judge without, in words, and who can give them: '' where nobody
# has yet.
NEEDS: Final = (
    """CREATE TABLE rule_needs (
        rule_id TEXT NOT NULL,
        series TEXT NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (rule_id, series, source)
    ) STRICT, WITHOUT ROWID""",
)

# What the program listens to, as Slack's presses; `lost_since` is NULL while it is connected.
CONNECTIONS: Final = (
    """CREATE TABLE connections (
        name TEXT PRIMARY KEY,
        lost_since TEXT,
        problem TEXT NOT NULL
    ) STRICT""",
)

# What a publisher changed that is held back until it is accepted; and whose each accepted body is,
# so that addresses nobody asks for any more can be forgotten ('' for those of before).
CORRECTIONS: Final = (
    """CREATE TABLE corrections (
        correction_id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        problem TEXT NOT NULL,
        changes TEXT NOT NULL,
        change_count INTEGER NOT NULL,
        settles INTEGER NOT NULL CHECK (settles IN (0, 1)),
        status TEXT NOT NULL CHECK (status IN ('held', 'accepted', 'stored', 'withdrawn')),
        polls INTEGER NOT NULL,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        decided_by TEXT NOT NULL,
        decided_at TEXT
    ) STRICT""",
    "CREATE INDEX corrections_of_source ON corrections (source)",
    "ALTER TABLE accepted_bodies ADD COLUMN source TEXT NOT NULL DEFAULT ''",
)

# What rows that change were before, so that any past instant can be looked at; see state/as_of.py.
HISTORY: Final = (
    # When it was recorded, where that was later than what it says: a rule that crashed judges late.
    "ALTER TABLE transitions ADD COLUMN recorded_at TEXT",
    "ALTER TABLE evaluations ADD COLUMN recorded_at TEXT",
    # Whoever changes a delivery says when; the triggers below note what it then was.
    "ALTER TABLE deliveries ADD COLUMN changed_at TEXT",
    """CREATE TABLE delivery_changes (
        delivery_id INTEGER NOT NULL,
        changed_at TEXT NOT NULL,
        status TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        due_at TEXT NOT NULL,
        not_before TEXT NOT NULL,
        settled_at TEXT,
        receipt TEXT,
        problem TEXT,
        PRIMARY KEY (delivery_id, changed_at)
    ) STRICT, WITHOUT ROWID""",
    # Of those there are already: how each was made, and how it ended or stands.
    """INSERT INTO delivery_changes SELECT delivery_id, created_at, 'due', 0, created_at, due_at,
        due_at, NULL, NULL, NULL FROM deliveries""",
    """INSERT OR REPLACE INTO delivery_changes SELECT delivery_id, coalesce(settled_at, created_at),
        status, attempts, created_at, due_at, not_before, settled_at, receipt, problem
        FROM deliveries""",
    *(
        f"""CREATE TRIGGER delivery_{name} AFTER {event} ON deliveries BEGIN
            INSERT OR REPLACE INTO delivery_changes VALUES (
                NEW.delivery_id, coalesce(NEW.changed_at, NEW.created_at), NEW.status,
                NEW.attempts, NEW.created_at, NEW.due_at, NEW.not_before, NEW.settled_at,
                NEW.receipt, NEW.problem);
        END"""
        for name, event in (("made", "INSERT"), ("changed", "UPDATE"))
    ),
    """CREATE TRIGGER delivery_forgotten AFTER DELETE ON deliveries BEGIN
        DELETE FROM delivery_changes WHERE delivery_id = OLD.delivery_id;
    END""",
    # One row an attempt, or the end of asking, when `state` is ''.
    """CREATE TABLE source_health_changes (
        source TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        state TEXT NOT NULL,
        problem TEXT NOT NULL,
        last_success_at TEXT,
        newest_period TEXT,
        failures INTEGER NOT NULL,
        next_due_at TEXT NOT NULL,
        stale_at TEXT NOT NULL,
        PRIMARY KEY (source, changed_at)
    ) STRICT, WITHOUT ROWID""",
    """INSERT INTO source_health_changes SELECT source, last_attempt_at, state, problem,
        last_success_at, newest_period, failures, next_due_at, stale_at FROM source_health""",
    """CREATE TABLE connection_changes (
        name TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        lost_since TEXT,
        problem TEXT NOT NULL,
        is_wanted INTEGER NOT NULL CHECK (is_wanted IN (0, 1)),
        PRIMARY KEY (name, changed_at)
    ) STRICT, WITHOUT ROWID""",
    """INSERT INTO connection_changes SELECT name, lost_since, lost_since, problem, 1
        FROM connections WHERE lost_since IS NOT NULL""",
    # One row a time in which the program missed nothing that was due.
    """CREATE TABLE program_runs (
        began_at TEXT PRIMARY KEY,
        last_tick_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO program_runs SELECT watching_since, last_tick_at FROM heartbeat",
)

# Vintages of a re-estimated series: which rows are still stored, and the first of the newest rows
# that a decision can turn on (NULL where any row can be).
BEING_ASKED: Final = (
    """CREATE TABLE being_asked (
        source TEXT PRIMARY KEY,
        since TEXT NOT NULL
    ) STRICT""",
)

RETENTION: Final = (
    """ALTER TABLE vintages ADD COLUMN rows_kept TEXT NOT NULL DEFAULT 'all'
       CHECK (rows_kept IN ('all', 'tail', 'none'))""",
    "ALTER TABLE vintages ADD COLUMN tail_from TEXT",
)

# What takes long to compute, and all that it was computed from. `revisions` counts every change of
# the stored numbers and of the alerts, whoever makes it. Numbers come with a row of `vintages`.
KEPT_VIEWS: Final = (
    """CREATE TABLE revisions (
        name TEXT PRIMARY KEY,
        number INTEGER NOT NULL
    ) STRICT""",
    "INSERT INTO revisions VALUES ('numbers', 0), ('alerts', 0)",
    *(
        f"""CREATE TRIGGER {table}_{event.lower()}_counted AFTER {event} ON {table} BEGIN
            UPDATE revisions SET number = number + 1 WHERE name = '{name}';
        END"""
        for name, table, events in (
            ("numbers", "vintages", ("INSERT", "UPDATE", "DELETE")),
            ("numbers", "series", ("INSERT", "UPDATE", "DELETE")),
            ("numbers", "observations", ("UPDATE", "DELETE")),
            ("alerts", "transitions", ("INSERT", "UPDATE", "DELETE")),
        )
        for event in events
    ),
    """CREATE TABLE kept_views (
        name TEXT PRIMARY KEY,
        made_from TEXT NOT NULL,
        holds_from TEXT NOT NULL,
        view TEXT NOT NULL
    ) STRICT""",
)

# Where the clock of a finished database is frozen; empty in one that goes on.
FROZEN_CLOCK: Final = (
    """CREATE TABLE frozen_clock (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        at TEXT NOT NULL
    ) STRICT""",
)

# What Slack asked and was begun, by a hash: what it sends is a secret for some seconds.
SLACK_REQUESTS: Final = (
    """CREATE TABLE slack_requests (
        digest TEXT PRIMARY KEY,
        begun_at TEXT NOT NULL
    ) STRICT""",
)

# The answer to an alert by the transactions of its month, as JSON, where a transition is one; and
# up to when such answers were given.
SETTLEMENTS: Final = (
    "ALTER TABLE transitions ADD COLUMN settlement TEXT",
    """CREATE TABLE settlement_progress (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        decided_until TEXT NOT NULL
    ) STRICT""",
)

# Quotes while markets trade, by when they came; kept some weeks. Rows are only added and, all of a
# day, forgotten.
QUOTES: Final = (
    """CREATE TABLE quotes (
        received_at TEXT NOT NULL,
        series_id TEXT NOT NULL,
        feed TEXT NOT NULL,
        at TEXT NOT NULL,
        value REAL NOT NULL,
        previous_close REAL,
        label TEXT NOT NULL,
        PRIMARY KEY (received_at, series_id, feed, at)
    ) STRICT, WITHOUT ROWID""",
)

# Which definition of its rule made each change of an alert; '' of one that was before this step.
DEFINITIONS: Final = ("ALTER TABLE transitions ADD COLUMN definition TEXT NOT NULL DEFAULT ''",)

# What is announced for days to come; a row ends when the source no longer announces it so.
ANNOUNCED: Final = (
    """CREATE TABLE announced (
        source TEXT NOT NULL,
        day TEXT NOT NULL,
        what TEXT NOT NULL,
        offering_usd_mn REAL,
        seen_at TEXT NOT NULL,
        gone_at TEXT
    ) STRICT""",
    "CREATE INDEX announced_standing ON announced (source) WHERE gone_at IS NULL",
)

# What happened to the backups: a plan of when they are due, one made or not, a restore test that it
# passed or failed. Rows are only added; `contents` is emptied when the file goes.
BACKUP_EVENTS: Final = (
    """CREATE TABLE backup_events (
        event_id INTEGER PRIMARY KEY,
        what TEXT NOT NULL
            CHECK (what IN ('planned', 'made', 'failed', 'proven', 'disproven')),
        at TEXT NOT NULL,
        file TEXT NOT NULL,
        problem TEXT NOT NULL,
        overdue_at TEXT,
        contents TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX backup_events_by_kind ON backup_events (what)",
)
