-- steps: retention_of_vintages
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
       CHECK (rows_kept IN ('all', 'tail', 'none')), tail_from TEXT) STRICT;
