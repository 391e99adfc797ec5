-- steps: quotes
CREATE TABLE quotes (
        received_at TEXT NOT NULL,
        series_id TEXT NOT NULL,
        feed TEXT NOT NULL,
        at TEXT NOT NULL,
        value REAL NOT NULL,
        previous_close REAL,
        label TEXT NOT NULL,
        PRIMARY KEY (received_at, series_id, feed, at)
    ) STRICT, WITHOUT ROWID;
