-- steps: answers
DROP TABLE alerts;
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
        transitions INTEGER NOT NULL, acknowledged_by TEXT NOT NULL DEFAULT '', acknowledged_until TEXT,
        UNIQUE (rule_id, subject, episode)
    ) STRICT;
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
        problem TEXT,
        CHECK ((transition_id IS NULL) <> (digest_date IS NULL)),
        UNIQUE (transition_id, channel),
        UNIQUE (digest_date, channel)
    ) STRICT;
CREATE TABLE silences (
        silence_id INTEGER PRIMARY KEY,
        rule_id TEXT NOT NULL,
        subject TEXT,
        made_at TEXT NOT NULL,
        until TEXT NOT NULL,
        made_by TEXT NOT NULL,
        why TEXT NOT NULL,
        ended_at TEXT
    ) STRICT;
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
    , note TEXT NOT NULL DEFAULT '', escalated_at TEXT) STRICT;
CREATE TABLE withheld (
        transition_id TEXT PRIMARY KEY REFERENCES transitions (transition_id),
        why TEXT NOT NULL CHECK (why IN ('silenced', 'flapping', 'inhibited')),
        behind TEXT NOT NULL,
        settled_at TEXT
    ) STRICT, WITHOUT ROWID;
DROP INDEX deliveries_owed;
CREATE INDEX deliveries_owed ON deliveries (channel) WHERE status IN ('due', 'sending');
