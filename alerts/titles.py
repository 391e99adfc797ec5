"""What the alerts are called that are of no rule in the configuration: those about the program
itself, and those about a session that is not over. Nothing is imported here, so that a shell can
complete them at once."""

from __future__ import annotations

from typing import Final

OPERATIONAL_TITLES: Final = {
    "source_health": "Source health",
    "source_outage": "Source outage",
    "source_conflict": "Source mismatch",
    "source_correction": "Source correction",
    "rule_health": "Rule health",
    "release_calendar": "Release calendar",
    "clock_skew": "Machine clock",
    "backup_health": "Backups",
    "followed_database": "Followed database",
    "replica_health": "Second host",
}
DEVELOPING_TITLES: Final = {
    "developing_joint_selloff": "Developing joint selloff",
    "developing_haven_failure": "Developing haven failure",
}
OWN_TITLES: Final = {**OPERATIONAL_TITLES, **DEVELOPING_TITLES}
