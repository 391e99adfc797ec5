"""Messages that arrived but for a part: some recipients, a service, the charts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from state.database import Database
from state.delivery import Delivery, delivery_of
from state.instants import to_text
from state.outbox import INCOMPLETE


class PartialDeliveries:
    """The sent messages of one database of which something did not arrive."""

    def __init__(self, database: Database):
        self._database = database

    def claim(self, at: datetime, lease: timedelta, channel: str) -> Delivery | None:
        """The next message of a channel of which a part is to be sent again alone, or None; not
        claimed again before the lease has ended."""
        with self._database.immediate() as connection:
            row = connection.execute(
                f"{INCOMPLETE} AND channel = ? AND not_before <= ? ORDER BY delivery_id LIMIT 1",
                (channel, to_text(at)),
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE deliveries SET attempts = attempts + 1, not_before = ?, changed_at = ? "
                "WHERE delivery_id = ?",
                (to_text(at + lease), to_text(at), row["delivery_id"]),
            )
        return delivery_of(row)

    def settle(
        self,
        delivery_id: int,
        at: datetime,
        not_before: datetime,
        remark: str,
        missing: Iterable[str] = (),
    ) -> None:
        """What of a message that arrived did not, and which parts are tried from `not_before` on;
        none where there is nothing left to try."""
        with self._database.immediate() as connection:
            connection.execute(
                "UPDATE deliveries SET settled_at = ?1, changed_at = ?1, not_before = ?2, "
                "problem = ?3, missing = ?4, is_remark_seen = 0 "
                "WHERE delivery_id = ?5 AND status = 'sent'",
                (
                    to_text(at),
                    to_text(not_before),
                    remark or None,
                    json.dumps(list(missing), ensure_ascii=False),
                    delivery_id,
                ),
            )

    def remarked(self) -> list[Delivery]:
        """The messages that arrived but for a part of them, which nobody has seen, oldest first."""
        rows = self._database.connection.execute(
            "SELECT * FROM deliveries WHERE status = 'sent' AND problem IS NOT NULL "
            "AND is_remark_seen = 0 ORDER BY delivery_id"
        )
        return [delivery_of(row) for row in rows]
