"""What Slack asked and was begun: what it delivers again is not done twice, also by another program
over the same database."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from state.database import Database
from state.instants import to_text

# Slack delivers an event again for some hours; a request is remembered for much longer.
REMEMBERED: Final = timedelta(days=7)


class SlackRequests:
    """The requests of one database, kept as hashes."""

    def __init__(self, database: Database):
        self._database = database

    def begin(self, key: str, at: datetime) -> bool:
        """Whether this is the first time that a request is seen; from then on it is begun."""
        digest = hashlib.sha256(key.encode()).hexdigest()
        with self._database.immediate() as connection:
            connection.execute(
                "DELETE FROM slack_requests WHERE begun_at < ?", (to_text(at - REMEMBERED),)
            )
            made = connection.execute(
                "INSERT OR IGNORE INTO slack_requests VALUES (?, ?)", (digest, to_text(at))
            )
            return made.rowcount == 1
