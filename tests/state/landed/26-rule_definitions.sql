-- steps: rule_definitions
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
    , note TEXT NOT NULL DEFAULT '', escalated_at TEXT, recorded_at TEXT, settlement TEXT, definition TEXT NOT NULL DEFAULT '') STRICT;
