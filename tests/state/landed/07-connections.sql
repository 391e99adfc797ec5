-- steps: connections
CREATE TABLE connections (
        name TEXT PRIMARY KEY,
        lost_since TEXT,
        problem TEXT NOT NULL
    ) STRICT;
