-- steps: kept_settings
CREATE TABLE kept_settings (only INTEGER PRIMARY KEY CHECK (only = 1), fingerprint TEXT NOT NULL, settings TEXT NOT NULL) STRICT;
