-- steps: backup_events
CREATE TABLE backup_events (
        event_id INTEGER PRIMARY KEY,
        what TEXT NOT NULL
            CHECK (what IN ('planned', 'made', 'failed', 'proven', 'disproven')),
        at TEXT NOT NULL,
        file TEXT NOT NULL,
        problem TEXT NOT NULL,
        overdue_at TEXT,
        contents TEXT NOT NULL
    ) STRICT;
CREATE INDEX backup_events_by_kind ON backup_events (what);
