-- steps: frozen_clock
CREATE TABLE frozen_clock (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        at TEXT NOT NULL
    ) STRICT;
