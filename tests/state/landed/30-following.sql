-- steps: following
CREATE TABLE following (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        database_id TEXT NOT NULL,
        path TEXT NOT NULL,
        copied_through INTEGER NOT NULL,
        newest TEXT NOT NULL,
        shift INTEGER NOT NULL,
        known_through TEXT
    ) STRICT;
DROP TABLE vintages;
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
    , rows_kept TEXT NOT NULL DEFAULT 'all'
       CHECK (rows_kept IN ('all', 'tail', 'none')), tail_from TEXT, copied_at TEXT) STRICT;
CREATE INDEX vintages_copied ON vintages (copied_at) WHERE copied_at IS NOT NULL;
