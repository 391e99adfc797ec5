-- steps: tries_and_identity past_events
DROP TABLE alerts;
CREATE TABLE alerts (
        alert_id TEXT PRIMARY KEY,
        rule_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        episode TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('event', 'condition')),
        state TEXT NOT NULL CHECK (state IN ('open', 'past', 'resolved', 'withdrawn')),
        severity TEXT NOT NULL CHECK (severity IN ('notice', 'warning', 'critical')),
        provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
        opened_at TEXT NOT NULL,
        closed_at TEXT,
        period_end TEXT NOT NULL,
        known_at TEXT NOT NULL,
        ratios TEXT NOT NULL,
        transitions INTEGER NOT NULL, acknowledged_by TEXT NOT NULL DEFAULT '', acknowledged_until TEXT,
        UNIQUE (rule_id, subject, episode)
    ) STRICT;
DROP TABLE deliveries;
CREATE TABLE deliveries (
        delivery_id INTEGER PRIMARY KEY,
        transition_id TEXT REFERENCES transitions (transition_id),
        digest_date TEXT REFERENCES digests (digest_date),
        channel TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('due', 'sending', 'sent', 'dead', 'dropped')),
        attempts INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        due_at TEXT NOT NULL,
        not_before TEXT NOT NULL,
        is_escalation INTEGER NOT NULL DEFAULT 0 CHECK (is_escalation IN (0, 1)),
        settled_at TEXT,
        receipt TEXT,
        problem TEXT, changed_at TEXT, is_unsure INTEGER NOT NULL DEFAULT 0 CHECK (is_unsure IN (0, 1)), missing TEXT NOT NULL DEFAULT '[]', is_remark_seen INTEGER NOT NULL DEFAULT 0 CHECK (is_remark_seen IN (0, 1)),
        CHECK ((transition_id IS NULL) <> (digest_date IS NULL)),
        UNIQUE (transition_id, channel),
        UNIQUE (digest_date, channel)
    ) STRICT;
CREATE TABLE delivery_places (
        delivery_id INTEGER NOT NULL REFERENCES deliveries (delivery_id),
        conversation TEXT NOT NULL,
        thread TEXT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (delivery_id, conversation, thread)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE identity (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        database_id TEXT NOT NULL
    ) STRICT;
CREATE INDEX deliveries_remarked ON deliveries (channel) WHERE status = 'sent' AND problem IS NOT NULL;
DROP VIEW alert_history;
CREATE VIEW alert_history AS SELECT alert_id AS alert, at AS at_utc,
    CASE reason
        WHEN 'opened' THEN 'opened as ' || severity
        WHEN 'worsened' THEN 'worsened from ' || severity_before || ' to ' || severity
        WHEN 'confirmed' THEN 'confirmed as ' || severity
        WHEN 'acknowledged' THEN 'acknowledged by ' || json_extract(after, '$.acknowledged_by')
        WHEN 'reminder' THEN 'reminder: still ' || severity
        WHEN 'flapped' THEN 'summary of its going to and fro: ' || json_extract(after, '$.state')
        WHEN 'revised' THEN 'revised from ' || severity_before || ' to ' || severity
        WHEN 'past' THEN 'past: nobody acknowledged it'
        WHEN 'withdrawn' THEN 'withdrawn: by the newer numbers it did not happen'
        WHEN 'resolved' THEN 'resolved'
        ELSE reason END
    || CASE json_extract(after, '$.provisional') WHEN 1 THEN ', provisional' ELSE '' END
    || CASE late WHEN 1 THEN ', late' ELSE '' END AS what,
    severity_before, severity, json_extract(after, '$.state') AS state,
    json_extract(signal, '$.explained.headline') AS headline, note,
    (SELECT CASE why WHEN 'inhibited' THEN 'said by ' || behind ELSE why END FROM withheld
     WHERE withheld.transition_id = changes.transition_id) AS not_told_because
FROM (SELECT transitions.rowid AS place, *,
        CASE json_extract(before, '$.severity') WHEN 1 THEN 'notice' WHEN 2 THEN 'warning'
            WHEN 3 THEN 'critical' END AS severity_before,
        CASE json_extract(after, '$.severity') WHEN 1 THEN 'notice' WHEN 2 THEN 'warning'
            WHEN 3 THEN 'critical' END AS severity
    FROM transitions) AS changes
ORDER BY place;
