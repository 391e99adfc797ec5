-- steps: backfill_progress
CREATE TABLE backfills (
        source TEXT NOT NULL,
        since TEXT NOT NULL,
        url TEXT NOT NULL,
        stored_at TEXT NOT NULL,
        PRIMARY KEY (source, since, url)
    ) STRICT, WITHOUT ROWID;
