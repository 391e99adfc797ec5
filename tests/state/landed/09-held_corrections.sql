-- steps: held_corrections
DROP TABLE accepted_bodies;
CREATE TABLE accepted_bodies (
        url TEXT PRIMARY KEY,
        etag TEXT,
        last_modified TEXT,
        sha256 TEXT NOT NULL,
        cells INTEGER NOT NULL
    , source TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE corrections (
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
    ) STRICT;
CREATE INDEX corrections_of_source ON corrections (source);
