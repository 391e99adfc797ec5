-- steps: resolved_without_a_claim
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
