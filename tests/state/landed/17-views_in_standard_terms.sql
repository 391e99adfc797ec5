-- steps: views_in_standard_terms
DROP VIEW alert_history;
CREATE VIEW alert_history AS SELECT alert_id AS alert, at AS at_utc,
    CASE reason
        WHEN 'opened' THEN 'opened as ' || severity
        WHEN 'worsened' THEN 'worsened from ' || severity_before || ' to ' || severity
        WHEN 'confirmed' THEN 'confirmed as ' || severity
        WHEN 'acknowledged' THEN 'acknowledged by ' || json_extract(after, '$.acknowledged_by')
        WHEN 'reminder' THEN 'reminder: still ' || severity
        WHEN 'flapped' THEN 'flapping summary: ' || json_extract(after, '$.state')
        WHEN 'revised' THEN 'revised from ' || severity_before || ' to ' || severity
        WHEN 'past' THEN 'past, never acknowledged'
        WHEN 'withdrawn' THEN 'withdrawn after data revision'
        WHEN 'resolved' THEN 'resolved'
        ELSE reason END
    || CASE json_extract(after, '$.provisional') WHEN 1 THEN ', provisional' ELSE '' END
    || CASE late WHEN 1 THEN ', late' ELSE '' END AS what,
    severity_before, severity, json_extract(after, '$.state') AS state,
    json_extract(signal, '$.explained.headline') AS headline, note,
    (SELECT CASE why WHEN 'inhibited' THEN 'inhibited by ' || behind ELSE why END FROM withheld
     WHERE withheld.transition_id = changes.transition_id) AS not_told_because
FROM (SELECT transitions.rowid AS place, *,
        CASE json_extract(before, '$.severity') WHEN 1 THEN 'notice' WHEN 2 THEN 'warning'
            WHEN 3 THEN 'critical' END AS severity_before,
        CASE json_extract(after, '$.severity') WHEN 1 THEN 'notice' WHEN 2 THEN 'warning'
            WHEN 3 THEN 'critical' END AS severity
    FROM transitions) AS changes
ORDER BY place;
DROP VIEW deliveries_owed;
CREATE VIEW deliveries_owed AS SELECT delivery_id AS id, channel,
    coalesce(transition_id, 'digest/' || digest_date) AS what, alert_id AS alert,
    CASE status WHEN 'sending' THEN 'delivery unknown' WHEN 'dead' THEN 'failed'
        ELSE 'queued' END AS status,
    attempts, created_at AS created_at_utc, due_at AS due_at_utc,
    CASE status WHEN 'dead' THEN NULL ELSE not_before END AS next_try_at_utc,
    is_escalation, problem
FROM deliveries LEFT JOIN transitions USING (transition_id)
WHERE status IN ('due', 'sending', 'dead');
