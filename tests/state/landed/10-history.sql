-- steps: history
CREATE TABLE connection_changes (
        name TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        lost_since TEXT,
        problem TEXT NOT NULL,
        is_wanted INTEGER NOT NULL CHECK (is_wanted IN (0, 1)),
        PRIMARY KEY (name, changed_at)
    ) STRICT, WITHOUT ROWID;
DROP TABLE deliveries;
CREATE TABLE deliveries (
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
        problem TEXT, changed_at TEXT,
        CHECK ((transition_id IS NULL) <> (digest_date IS NULL)),
        UNIQUE (transition_id, channel),
        UNIQUE (digest_date, channel)
    ) STRICT;
CREATE TABLE delivery_changes (
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
    ) STRICT, WITHOUT ROWID;
DROP TABLE evaluations;
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
        reason TEXT NOT NULL, nearness REAL, recorded_at TEXT,
        PRIMARY KEY (rule_id, subject, period_end, known_at)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE program_runs (
        began_at TEXT PRIMARY KEY,
        last_tick_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
CREATE TABLE source_health_changes (
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
    ) STRICT, WITHOUT ROWID;
DROP TABLE transitions;
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
    , note TEXT NOT NULL DEFAULT '', escalated_at TEXT, recorded_at TEXT) STRICT;
CREATE TRIGGER delivery_changed AFTER UPDATE ON deliveries BEGIN
            INSERT OR REPLACE INTO delivery_changes VALUES (
                NEW.delivery_id, coalesce(NEW.changed_at, NEW.created_at), NEW.status,
                NEW.attempts, NEW.created_at, NEW.due_at, NEW.not_before, NEW.settled_at,
                NEW.receipt, NEW.problem);
        END;
CREATE TRIGGER delivery_forgotten AFTER DELETE ON deliveries BEGIN
        DELETE FROM delivery_changes WHERE delivery_id = OLD.delivery_id;
    END;
CREATE TRIGGER delivery_made AFTER INSERT ON deliveries BEGIN
            INSERT OR REPLACE INTO delivery_changes VALUES (
                NEW.delivery_id, coalesce(NEW.changed_at, NEW.created_at), NEW.status,
                NEW.attempts, NEW.created_at, NEW.due_at, NEW.not_before, NEW.settled_at,
                NEW.receipt, NEW.problem);
        END;
