-- steps: retention_in_pieces
CREATE INDEX bodies_by_time ON bodies (kept_at);
