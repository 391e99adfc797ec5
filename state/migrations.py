"""The schema, as the steps that made it. A step that has run anywhere is never edited."""

from __future__ import annotations

import sqlite3

from state.steps import Steps

MIGRATIONS = Steps()

DATA = (
    """CREATE TABLE series (
        series_key INTEGER PRIMARY KEY,
        series_id TEXT NOT NULL UNIQUE,
        dataset TEXT NOT NULL,
        title TEXT NOT NULL,
        unit TEXT NOT NULL,
        frequency TEXT NOT NULL,
        source TEXT NOT NULL,
        one_vintage INTEGER NOT NULL CHECK (one_vintage IN (0, 1))
    ) STRICT""",
    """CREATE TABLE vintages (
        vintage_id INTEGER PRIMARY KEY,
        dataset TEXT NOT NULL,
        urls TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        published_at TEXT,
        fetched_at TEXT NOT NULL,
        known_at TEXT NOT NULL,
        known_basis TEXT NOT NULL CHECK (known_basis IN ('observed', 'assumed')),
        is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1))
    ) STRICT""",
    "CREATE INDEX vintages_by_dataset ON vintages (dataset, known_at)",
    """CREATE TABLE observations (
        series_key INTEGER NOT NULL REFERENCES series (series_key),
        period_end TEXT NOT NULL,
        vintage_id INTEGER NOT NULL REFERENCES vintages (vintage_id),
        known_at TEXT NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (series_key, period_end, vintage_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE source_health (
        source TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        problem TEXT NOT NULL DEFAULT '',
        first_attempt_at TEXT NOT NULL,
        last_attempt_at TEXT NOT NULL,
        last_success_at TEXT,
        newest_period TEXT,
        failures INTEGER NOT NULL DEFAULT 0,
        next_due_at TEXT NOT NULL,
        stale_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE accepted_bodies (
        url TEXT PRIMARY KEY,
        etag TEXT,
        last_modified TEXT,
        sha256 TEXT NOT NULL,
        cells INTEGER NOT NULL
    ) STRICT""",
)

DECISIONS = (
    """CREATE TABLE rule_progress (
        rule_id TEXT PRIMARY KEY,
        decided_until TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE evaluations (
        rule_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        period_end TEXT NOT NULL,
        known_at TEXT NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('firing', 'quiet', 'unknown')),
        severity TEXT,
        provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
        measure REAL,
        measure_unit TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (rule_id, subject, period_end, known_at)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE alerts (
        alert_id TEXT PRIMARY KEY,
        rule_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        episode TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('event', 'condition')),
        state TEXT NOT NULL CHECK (state IN ('open', 'resolved', 'withdrawn')),
        severity TEXT NOT NULL CHECK (severity IN ('notice', 'warning', 'critical')),
        provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
        opened_at TEXT NOT NULL,
        closed_at TEXT,
        period_end TEXT NOT NULL,
        known_at TEXT NOT NULL,
        ratios TEXT NOT NULL,
        transitions INTEGER NOT NULL,
        UNIQUE (rule_id, subject, episode)
    ) STRICT""",
    """CREATE TABLE transitions (
        transition_id TEXT PRIMARY KEY,
        alert_id TEXT NOT NULL REFERENCES alerts (alert_id),
        at TEXT NOT NULL,
        reason TEXT NOT NULL,
        before TEXT,
        after TEXT NOT NULL,
        signal TEXT NOT NULL,
        releases TEXT NOT NULL,
        late INTEGER NOT NULL CHECK (late IN (0, 1))
    ) STRICT""",
    "CREATE INDEX transitions_by_alert ON transitions (alert_id)",
)

DELIVERIES = (
    """CREATE TABLE digests (
        digest_date TEXT PRIMARY KEY,
        composed_at TEXT NOT NULL,
        page TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE deliveries (
        delivery_id INTEGER PRIMARY KEY,
        transition_id TEXT REFERENCES transitions (transition_id),
        digest_date TEXT REFERENCES digests (digest_date),
        channel TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('due', 'sending', 'sent', 'dead')),
        attempts INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        not_before TEXT NOT NULL,
        settled_at TEXT,
        receipt TEXT,
        problem TEXT,
        CHECK ((transition_id IS NULL) <> (digest_date IS NULL)),
        UNIQUE (transition_id, channel),
        UNIQUE (digest_date, channel)
    ) STRICT""",
    "CREATE INDEX deliveries_owed ON deliveries (not_before) WHERE status IN ('due', 'sending')",
    """CREATE TABLE heartbeat (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        watching_since TEXT NOT NULL,
        last_tick_at TEXT NOT NULL,
        next_digest_at TEXT NOT NULL
    ) STRICT""",
)

BODIES = (
    """CREATE TABLE bodies (
        sha256 TEXT PRIMARY KEY,
        compressed BLOB NOT NULL,
        content_type TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        kept_at TEXT NOT NULL
    ) STRICT""",
    # No reference to `bodies`: a body is forgotten after a while, its digest never is.
    """CREATE TABLE vintage_bodies (
        vintage_id INTEGER NOT NULL REFERENCES vintages (vintage_id),
        url TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (vintage_id, url)
    ) STRICT, WITHOUT ROWID""",
)

BACKFILLS = (
    """CREATE TABLE backfills (
        source TEXT NOT NULL,
        since TEXT NOT NULL,
        url TEXT NOT NULL,
        stored_at TEXT NOT NULL,
        PRIMARY KEY (source, since, url)
    ) STRICT, WITHOUT ROWID""",
)

ANSWERS = (
    "ALTER TABLE alerts ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE alerts ADD COLUMN acknowledged_until TEXT",
    # What a person wrote with an acknowledgement, or the program with a summary.
    "ALTER TABLE transitions ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    # When a second channel was told of it, because nobody had acknowledged it.
    "ALTER TABLE transitions ADD COLUMN escalated_at TEXT",
    "ALTER TABLE deliveries RENAME TO deliveries_before",
    # `due_at`: when it was to be sent first, later than its making where quiet hours held it.
    """CREATE TABLE deliveries (
        delivery_id INTEGER PRIMARY KEY,
        transition_id TEXT REFERENCES transitions (transition_id),
        digest_date TEXT REFERENCES digests (digest_date),
        channel TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('due', 'sending', 'sent', 'dead', 'dropped')),
        attempts INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        due_at TEXT NOT NULL,
        not_before TEXT NOT NULL,
        is_escalation INTEGER NOT NULL DEFAULT 0 CHECK (is_escalation IN (0, 1)),
        settled_at TEXT,
        receipt TEXT,
        problem TEXT,
        CHECK ((transition_id IS NULL) <> (digest_date IS NULL)),
        UNIQUE (transition_id, channel),
        UNIQUE (digest_date, channel)
    ) STRICT""",
    """INSERT INTO deliveries SELECT delivery_id, transition_id, digest_date, channel, status,
        attempts, created_at, created_at, not_before, 0, settled_at, receipt, problem
        FROM deliveries_before""",
    "DROP TABLE deliveries_before",
    "CREATE INDEX deliveries_owed ON deliveries (channel) WHERE status IN ('due', 'sending')",
    """CREATE TABLE silences (
        silence_id INTEGER PRIMARY KEY,
        rule_id TEXT NOT NULL,
        subject TEXT,
        made_at TEXT NOT NULL,
        until TEXT NOT NULL,
        made_by TEXT NOT NULL,
        why TEXT NOT NULL,
        ended_at TEXT
    ) STRICT""",
    # Transitions that nobody was told of, and why; `settled_at` when a summary told of them.
    """CREATE TABLE withheld (
        transition_id TEXT PRIMARY KEY REFERENCES transitions (transition_id),
        why TEXT NOT NULL CHECK (why IN ('silenced', 'flapping', 'inhibited')),
        behind TEXT NOT NULL,
        settled_at TEXT
    ) STRICT, WITHOUT ROWID""",
)

# What a digest needs to be whole: how near a quiet answer came, and how far the last digest told.
DIGESTS = (
    "ALTER TABLE evaluations ADD COLUMN nearness REAL",
    # The newest transition's rowid when it was composed; NULL of one that was before this step.
    "ALTER TABLE digests ADD COLUMN told_through INTEGER",
)

# Of each rule the series it cannot judge without, in words, and who can give them: '' where nobody
# has yet.
NEEDS = (
    """CREATE TABLE rule_needs (
        rule_id TEXT NOT NULL,
        series TEXT NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (rule_id, series, source)
    ) STRICT, WITHOUT ROWID""",
)

# What the program listens to, as Slack's presses; `lost_since` is NULL while it is connected.
CONNECTIONS = (
    """CREATE TABLE connections (
        name TEXT PRIMARY KEY,
        lost_since TEXT,
        problem TEXT NOT NULL
    ) STRICT""",
)

# What a publisher changed that is held back until it is accepted; and whose each accepted body is,
# so that addresses nobody asks for any more can be forgotten ('' for those of before).
CORRECTIONS = (
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
HISTORY = (
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
BEING_ASKED = (
    """CREATE TABLE being_asked (
        source TEXT PRIMARY KEY,
        since TEXT NOT NULL
    ) STRICT""",
)

RETENTION = (
    """ALTER TABLE vintages ADD COLUMN rows_kept TEXT NOT NULL DEFAULT 'all'
       CHECK (rows_kept IN ('all', 'tail', 'none'))""",
    "ALTER TABLE vintages ADD COLUMN tail_from TEXT",
)


@MIGRATIONS
def first_schema(db: sqlite3.Connection) -> None:
    """Data, decisions and deliveries."""
    for statement in (*DATA, *DECISIONS, *DELIVERIES):
        db.execute(statement)


@MIGRATIONS
def kept_bodies(db: sqlite3.Connection) -> None:
    """The publishers' own bytes behind each vintage."""
    for statement in BODIES:
        db.execute(statement)


@MIGRATIONS
def backfill_progress(db: sqlite3.Connection) -> None:
    """How far a backfill that has not ended has come."""
    for statement in BACKFILLS:
        db.execute(statement)


@MIGRATIONS
def answers(db: sqlite3.Connection) -> None:
    """What people answer, and what is not told because of it."""
    for statement in ANSWERS:
        db.execute(statement)


@MIGRATIONS
def whole_digests(db: sqlite3.Connection) -> None:
    """How near a quiet answer came to its threshold, and which changes a digest told of."""
    for statement in DIGESTS:
        db.execute(statement)


@MIGRATIONS
def needs_of_rules(db: sqlite3.Connection) -> None:
    """Which sources a rule cannot judge without."""
    for statement in NEEDS:
        db.execute(statement)


@MIGRATIONS
def connections(db: sqlite3.Connection) -> None:
    """What is listened to, and since when it cannot be."""
    for statement in CONNECTIONS:
        db.execute(statement)


@MIGRATIONS
def held_corrections(db: sqlite3.Connection) -> None:
    """Corrections held back until somebody accepts them or they have stayed."""
    for statement in CORRECTIONS:
        db.execute(statement)


@MIGRATIONS
def history(db: sqlite3.Connection) -> None:
    """What every row that changes was before."""
    for statement in HISTORY:
        db.execute(statement)


@MIGRATIONS
def retention_of_vintages(db: sqlite3.Connection) -> None:
    """Which rows of a re-estimated vintage are kept, and where its tail begins."""
    for statement in RETENTION:
        db.execute(statement)


@MIGRATIONS
def being_asked(db: sqlite3.Connection) -> None:
    """Which source was being asked when a program died."""
    for statement in BEING_ASKED:
        db.execute(statement)


@MIGRATIONS
def alerts_by_state(db: sqlite3.Connection) -> None:
    """The open alerts by severity, which every check counts, without reading all alerts."""
    db.execute(
        "CREATE INDEX alerts_by_state ON alerts"
        " (state, kind, severity, opened_at, acknowledged_by, rule_id, alert_id)"
    )
