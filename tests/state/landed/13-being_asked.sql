-- steps: being_asked
CREATE TABLE being_asked (
        source TEXT PRIMARY KEY,
        since TEXT NOT NULL
    ) STRICT;
