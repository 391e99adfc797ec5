"""What a person does about messages that do not arrive: try one again now, or give it up."""

from __future__ import annotations

from datetime import datetime

from state.database import Database
from state.instants import to_text


class OutboxActions:
    """Acts on the deliveries of one database, whatever has become of each."""

    def __init__(self, database: Database):
        self._database = database

    def retry(self, delivery_id: int, at: datetime, *, look_first: bool) -> bool:
        """Try a message again now, or what of a sent one is missing; whether there was any.

        What may have arrived is looked for before, unless the channel cannot tell: who asks for it
        again then (`look_first` false) has looked. What was refused for certain is simply sent.
        """
        with self._database.immediate() as connection:
            changed = connection.execute(
                """UPDATE deliveries SET attempts = 0, created_at = ?1, not_before = ?1,
                   changed_at = ?1,
                   status = CASE WHEN status = 'sent' THEN 'sent'
                       WHEN ?2 AND (is_unsure OR status = 'sending') THEN 'sending' ELSE 'due' END
                   WHERE delivery_id = ?3 AND (status IN ('due', 'sending', 'dead')
                       OR status = 'sent' AND missing <> '[]')""",
                (to_text(at), look_first, delivery_id),
            )
        return changed.rowcount == 1

    def drop(self, delivery_id: int, at: datetime, by: str) -> bool:
        """Give up a message that did not arrive, or what of a sent one is missing; whether there
        was any. It is kept and no longer asks for attention."""
        with self._database.immediate() as connection:
            changed = connection.execute(
                "UPDATE deliveries SET status = 'dropped', settled_at = ?1, changed_at = ?1, "
                "problem = trim(coalesce(problem, '') || ' dropped by ' || ?2) "
                "WHERE delivery_id = ?3 AND status IN ('due', 'sending', 'dead')",
                (to_text(at), by, delivery_id),
            )
            seen = connection.execute(
                "UPDATE deliveries SET is_remark_seen = 1, missing = '[]', changed_at = ?1 "
                "WHERE delivery_id = ?2 "
                "AND status = 'sent' AND problem IS NOT NULL AND is_remark_seen = 0",
                (to_text(at), delivery_id),
            )
        return changed.rowcount + seen.rowcount == 1
