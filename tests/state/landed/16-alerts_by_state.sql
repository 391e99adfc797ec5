-- steps: alerts_by_state
CREATE INDEX alerts_by_state ON alerts (state, kind, severity, opened_at, acknowledged_by, rule_id, alert_id);
