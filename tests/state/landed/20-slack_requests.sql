-- steps: slack_requests
CREATE TABLE slack_requests (
        digest TEXT PRIMARY KEY,
        begun_at TEXT NOT NULL
    ) STRICT;
