"""The subjects of which a rule may speak, so that a slip of the finger silences nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from alerts.titles import OPERATIONAL_TITLES
from monitor.evaluate.outages import outage_subjects
from monitor.views.read_model import ReadModel
from state.database import Database

# Of nothing known a rule says of whom it would speak.
BEFORE_ALL: Final = datetime(1900, 1, 1, tzinfo=UTC)
STORED: Final = """
    SELECT subject FROM alerts WHERE rule_id = ?1
    UNION SELECT subject FROM evaluations WHERE rule_id = ?1"""


class Subjects:
    """The subjects of the rules of a configuration, and of those a database knows."""

    def __init__(self, reading: ReadModel, database: Database):
        self._reading = reading
        self._database = database

    def of(self, rule_id: str) -> list[str]:
        """The subjects of a rule, or of a kind of alert about the program itself, in order."""
        rows = self._database.connection.execute(STORED, (rule_id,))
        found = {row["subject"] for row in rows}
        if rule_id in OPERATIONAL_TITLES:
            return sorted(found.union(self._operational(rule_id)))
        for rule in self._reading.rules:
            if rule.rule_id == rule_id:
                history = self._reading.archive.history(rule.series, BEFORE_ALL)
                found |= {one.subject for one in rule.judge(history.as_of(BEFORE_ALL))}
        return sorted(found)

    def _operational(self, rule_id: str) -> list[str]:
        rows = self._database.connection.execute("SELECT series_id FROM series")
        return {
            "source_health": list(self._reading.sources),
            "source_correction": list(self._reading.sources),
            "source_outage": outage_subjects(self._reading.sources),
            "source_conflict": [row["series_id"] for row in rows],
            "rule_health": [rule.rule_id for rule in self._reading.rules],
            "release_calendar": ["tic"],
            "clock_skew": ["machine"],
            "backup_health": ["database"],
            "followed_database": ["database"],
            "replica_health": ["database"],
        }.get(rule_id, [])
