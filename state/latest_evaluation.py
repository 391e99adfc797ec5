"""The newest answer of each rule and subject, found without reading the thousands before it."""

from typing import Final

# It steps from rule to rule and from subject to subject through the key of the table.
NEWEST_EVALUATIONS: Final = """
    WITH RECURSIVE rules (rule_id) AS (
        SELECT min(rule_id) FROM evaluations
        UNION ALL
        SELECT (SELECT min(rule_id) FROM evaluations WHERE rule_id > rules.rule_id)
        FROM rules WHERE rule_id IS NOT NULL
    ), judged (rule_id, subject) AS (
        SELECT rule_id, (SELECT min(subject) FROM evaluations AS one
                         WHERE one.rule_id = rules.rule_id)
        FROM rules WHERE rule_id IS NOT NULL
        UNION ALL
        SELECT rule_id, (SELECT min(subject) FROM evaluations AS one
                         WHERE one.rule_id = judged.rule_id AND one.subject > judged.subject)
        FROM judged WHERE subject IS NOT NULL
    )
    SELECT newest.* FROM judged JOIN evaluations AS newest
    ON (newest.rule_id, newest.subject, newest.period_end, newest.known_at) = (
        SELECT rule_id, subject, period_end, known_at FROM evaluations AS one
        WHERE one.rule_id = judged.rule_id AND one.subject = judged.subject
        ORDER BY period_end DESC, known_at DESC LIMIT 1)
    ORDER BY newest.rule_id, newest.subject"""
