-- steps: kept_bodies
CREATE TABLE bodies (
        sha256 TEXT PRIMARY KEY,
        compressed BLOB NOT NULL,
        content_type TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        kept_at TEXT NOT NULL
    ) STRICT;
CREATE TABLE vintage_bodies (
        vintage_id INTEGER NOT NULL REFERENCES vintages (vintage_id),
        url TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (vintage_id, url)
    ) STRICT, WITHOUT ROWID;
