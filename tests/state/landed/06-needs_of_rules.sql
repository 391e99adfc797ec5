-- steps: needs_of_rules
CREATE TABLE rule_needs (
        rule_id TEXT NOT NULL,
        series TEXT NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (rule_id, series, source)
    ) STRICT, WITHOUT ROWID;
