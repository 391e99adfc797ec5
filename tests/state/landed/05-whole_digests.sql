-- steps: whole_digests
DROP TABLE digests;
CREATE TABLE digests (
        digest_date TEXT PRIMARY KEY,
        composed_at TEXT NOT NULL,
        page TEXT NOT NULL
    , told_through INTEGER) STRICT;
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
        reason TEXT NOT NULL, nearness REAL,
        PRIMARY KEY (rule_id, subject, period_end, known_at)
    ) STRICT, WITHOUT ROWID;
