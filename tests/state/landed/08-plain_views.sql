-- steps: plain_views
DROP INDEX deliveries_owed;
CREATE INDEX owed_by_channel ON deliveries (channel) WHERE status IN ('due', 'sending');
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
        WHEN 'resolved' THEN 'resolved: back to normal'
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
CREATE VIEW deliveries_owed AS SELECT delivery_id AS id, channel,
    coalesce(transition_id, 'digest/' || digest_date) AS what, alert_id AS alert,
    CASE status WHEN 'sending' THEN 'may have arrived' WHEN 'dead' THEN 'dead letter'
        ELSE 'owed' END AS status,
    attempts, created_at AS created_at_utc, due_at AS due_at_utc,
    CASE status WHEN 'dead' THEN NULL ELSE not_before END AS next_try_at_utc,
    is_escalation, problem
FROM deliveries LEFT JOIN transitions USING (transition_id)
WHERE status IN ('due', 'sending', 'dead');
CREATE VIEW latest_levels AS SELECT series.series_id AS series, title, unit, frequency, source, newest.period_end, newest.value,
    before.period_end AS previous_period_end, before.value AS previous_value,
    newest.value - before.value AS change, newest.known_at AS known_at_utc
FROM series
CROSS JOIN observations AS newest ON newest.series_key = series.series_key
    AND newest.period_end = (SELECT period_end FROM observations
        WHERE series_key = series.series_key ORDER BY period_end DESC LIMIT 1)
    AND newest.vintage_id = (SELECT vintage_id FROM observations
        WHERE series_key = series.series_key AND period_end = newest.period_end
        ORDER BY vintage_id DESC LIMIT 1)
LEFT JOIN observations AS before ON before.series_key = series.series_key
    AND before.period_end = (SELECT period_end FROM observations
        WHERE series_key = series.series_key AND period_end < newest.period_end
        AND (series.one_vintage = 0 OR vintage_id = newest.vintage_id)
        ORDER BY period_end DESC LIMIT 1)
    AND before.vintage_id = CASE series.one_vintage WHEN 1 THEN newest.vintage_id ELSE
        (SELECT vintage_id FROM observations
         WHERE series_key = series.series_key AND period_end = before.period_end
         ORDER BY vintage_id DESC LIMIT 1) END;
CREATE VIEW observations_named AS SELECT series_id AS series, title, unit, frequency, series.source, period_end, value,
    observations.known_at AS known_at_utc,
    CASE WHEN observations.known_at < vintages.known_at THEN 'assumed' ELSE 'observed' END
        AS known_basis,
    vintage_id, fetched_at AS fetched_at_utc, published_at AS published_at_utc
FROM observations JOIN series USING (series_key) JOIN vintages USING (vintage_id);
CREATE VIEW open_alerts AS SELECT alert_id AS id, rule_id AS rule, subject, period_end AS period, kind, severity, provisional,
    (SELECT json_extract(signal, '$.explained.headline') FROM transitions
     WHERE transitions.alert_id = alerts.alert_id AND json_extract(signal, '$.answer') = 'firing'
     ORDER BY transitions.rowid DESC LIMIT 1) AS headline,
    opened_at AS opened_at_utc, acknowledged_by, acknowledged_until AS acknowledged_until_utc
FROM alerts WHERE state = 'open';
CREATE VIEW source_status AS SELECT source,
    CASE WHEN state = 'OK' AND stale_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now') THEN 'STALE'
        ELSE state END AS state,
    problem, newest_period, last_success_at AS last_success_at_utc,
    last_attempt_at AS last_attempt_at_utc, failures AS failures_in_a_row,
    next_due_at AS next_poll_at_utc, stale_at AS stale_at_utc
FROM source_health;
CREATE VIEW tic_split AS WITH cells AS (
    SELECT substr(series_id, 5, 5) AS code, substr(series_id, 11) AS measure,
        period_end, value, known_at
    FROM series CROSS JOIN observations AS cell USING (series_key)
    WHERE series_id GLOB 'tic.[0-9][0-9][0-9][0-9][0-9].for_*' AND vintage_id =
        (SELECT vintage_id FROM observations WHERE series_key = cell.series_key
         AND period_end = cell.period_end ORDER BY vintage_id DESC LIMIT 1)),
months AS MATERIALIZED (
    SELECT code, period_end, max(value) FILTER (WHERE measure = 'for_treas_net') AS net, max(value) FILTER (WHERE measure = 'for_lt_treas_net') AS long_term,
        max(value) FILTER (WHERE measure = 'for_st_treas_net') AS bills, max(value) FILTER (WHERE measure = 'for_treas_pos') AS holdings,
        max(value) FILTER (WHERE measure = 'for_lt_treas_valchg') AS valuation, max(known_at) AS known_at
    FROM cells GROUP BY code, period_end)
SELECT now.period_end AS month_end, now.code AS country_code, CASE now.code WHEN '42609' THEN 'Japan' WHEN '41408' THEN 'China' WHEN '13005' THEN 'United Kingdom' WHEN '10251' THEN 'Belgium' WHEN '11703' THEN 'Luxembourg' WHEN '36137' THEN 'Cayman Islands' WHEN '99990' THEN 'all officials' WHEN '99996' THEN 'all countries' ELSE 'area ' || now.code END AS country,
    now.net AS net_transactions_usd_mn, now.long_term AS net_long_term_usd_mn,
    now.bills AS net_bills_usd_mn, officials.net AS net_by_officials_usd_mn,
    now.net - officials.net AS net_by_others_usd_mn, now.holdings AS holdings_usd_mn,
    now.holdings - before.holdings AS change_in_holdings_usd_mn,
    now.valuation AS valuation_usd_mn,
    now.holdings - before.holdings - now.net - now.valuation AS other_usd_mn,
    max(now.known_at, coalesce(before.known_at, now.known_at)) AS known_at_utc
FROM months AS now
LEFT JOIN months AS before ON before.code = now.code
    AND before.period_end = date(now.period_end, 'start of month', '-1 day')
LEFT JOIN months AS officials ON now.code = '99996' AND officials.code = '99990'
    AND officials.period_end = now.period_end;
