-- steps: announced
CREATE TABLE announced (
        source TEXT NOT NULL,
        day TEXT NOT NULL,
        what TEXT NOT NULL,
        offering_usd_mn REAL,
        seen_at TEXT NOT NULL,
        gone_at TEXT
    ) STRICT;
CREATE INDEX announced_standing ON announced (source) WHERE gone_at IS NULL;
