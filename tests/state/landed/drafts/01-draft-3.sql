-- steps:
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
        transitions INTEGER NOT NULL,
        UNIQUE (rule_id, subject, episode)
    ) STRICT;
