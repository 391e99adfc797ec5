-- steps: first_schema
CREATE TABLE accepted_bodies (
        url TEXT PRIMARY KEY,
        etag TEXT,
        last_modified TEXT,
        sha256 TEXT NOT NULL,
        cells INTEGER NOT NULL
    ) STRICT;
CREATE TABLE alerts (
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
    ) STRICT;
CREATE TABLE deliveries (
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
    ) STRICT;
CREATE TABLE digests (
        digest_date TEXT PRIMARY KEY,
        composed_at TEXT NOT NULL,
        page TEXT NOT NULL
    ) STRICT;
CREATE TABLE evaluations (
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
    ) STRICT, WITHOUT ROWID;
CREATE TABLE heartbeat (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        watching_since TEXT NOT NULL,
        last_tick_at TEXT NOT NULL,
        next_digest_at TEXT NOT NULL
    ) STRICT;
CREATE TABLE observations (
        series_key INTEGER NOT NULL REFERENCES series (series_key),
        period_end TEXT NOT NULL,
        vintage_id INTEGER NOT NULL REFERENCES vintages (vintage_id),
        known_at TEXT NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (series_key, period_end, vintage_id)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE rule_progress (
        rule_id TEXT PRIMARY KEY,
        decided_until TEXT NOT NULL
    ) STRICT;
CREATE TABLE series (
        series_key INTEGER PRIMARY KEY,
        series_id TEXT NOT NULL UNIQUE,
        dataset TEXT NOT NULL,
        title TEXT NOT NULL,
        unit TEXT NOT NULL,
        frequency TEXT NOT NULL,
        source TEXT NOT NULL,
        one_vintage INTEGER NOT NULL CHECK (one_vintage IN (0, 1))
    ) STRICT;
CREATE TABLE source_health (
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
    ) STRICT;
CREATE TABLE transitions (
        transition_id TEXT PRIMARY KEY,
        alert_id TEXT NOT NULL REFERENCES alerts (alert_id),
        at TEXT NOT NULL,
        reason TEXT NOT NULL,
        before TEXT,
        after TEXT NOT NULL,
        signal TEXT NOT NULL,
        releases TEXT NOT NULL,
        late INTEGER NOT NULL CHECK (late IN (0, 1))
    ) STRICT;
CREATE TABLE vintages (
        vintage_id INTEGER PRIMARY KEY,
        dataset TEXT NOT NULL,
        urls TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        published_at TEXT,
        fetched_at TEXT NOT NULL,
        known_at TEXT NOT NULL,
        known_basis TEXT NOT NULL CHECK (known_basis IN ('observed', 'assumed')),
        is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1))
    ) STRICT;
CREATE INDEX deliveries_owed ON deliveries (not_before) WHERE status IN ('due', 'sending');
CREATE INDEX transitions_by_alert ON transitions (alert_id);
CREATE INDEX vintages_by_dataset ON vintages (dataset, known_at);
