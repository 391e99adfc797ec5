"""Deliveries: promises to tell somebody, kept until settled."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from alerts.states import DeliveryStatus
from state.database import Database
from state.delivery import Delivery, delivery_of
from state.instants import from_text, to_text

if TYPE_CHECKING:  # whoever only lists what is queued loads neither
    from pydantic import TypeAdapter

    from alerts.message.message import Message

# Nobody before them in their channel waits to be tried again, nor anything earlier of their alert.
CLAIMABLE: Final = """
    SELECT one.* FROM deliveries AS one LEFT JOIN transitions AS mine USING (transition_id)
    WHERE one.status IN ('due', 'sending') AND NOT EXISTS (
        SELECT 1 FROM deliveries AS before LEFT JOIN transitions AS theirs USING (transition_id)
        WHERE before.channel = one.channel AND before.delivery_id < one.delivery_id
        AND before.status IN ('due', 'sending')
        AND (before.attempts > 0 OR before.status = 'sending'
             OR before.not_before <= one.not_before OR theirs.alert_id = mine.alert_id))
    ORDER BY one.delivery_id"""
# Messages that arrived but for a part that is worth another try; they hold nothing back.
INCOMPLETE: Final = "SELECT * FROM deliveries WHERE status = 'sent' AND missing <> '[]'"
TO_SEND: Final = f"SELECT * FROM ({CLAIMABLE}) UNION ALL {INCOMPLETE}"


@cache
def page_adapter() -> TypeAdapter[Message]:
    """What writes and reads stored messages; loaded by whoever does."""
    from pydantic import TypeAdapter

    from alerts.message.message import Message

    return TypeAdapter(Message)


class Outbox:
    """The deliveries of one database."""

    def __init__(self, database: Database):
        self._database = database

    def promise_transition(
        self,
        connection: sqlite3.Connection,
        transition_id: str,
        channels: Iterable[str],
        at: datetime,
        due_at: datetime | None = None,
        *,
        is_escalation: bool = False,
    ) -> None:
        """Owe a transition to some channels, inside the transaction that records it; to be sent
        from `due_at` on where it is held until then. What is owed already is left as it is."""
        due = to_text(due_at or at)
        connection.executemany(
            "INSERT INTO deliveries (transition_id, channel, status, created_at, due_at, "
            "not_before, is_escalation) VALUES (?, ?, 'due', ?, ?, ?, ?) "
            "ON CONFLICT (transition_id, channel) DO NOTHING",
            [
                (transition_id, channel, to_text(at), due, due, int(is_escalation))
                for channel in channels
            ],
        )

    def release(self, connection: sqlite3.Connection, alert_id: str, at: datetime) -> None:
        """Send now what is held of an alert, so that a worse message is not told before it."""
        connection.execute(
            """UPDATE deliveries SET due_at = ?1, not_before = ?1, changed_at = ?1
               WHERE status = 'due' AND attempts = 0 AND not_before > ?1 AND transition_id IN
                   (SELECT transition_id FROM transitions WHERE alert_id = ?2)""",
            (to_text(at), alert_id),
        )

    def promise_digest(
        self,
        connection: sqlite3.Connection,
        digest_date: date,
        page: Message,
        channels: Iterable[str],
        at: datetime,
        told_through: int | None = None,
    ) -> None:
        """Store the digest of a day and owe it to some channels; once a day whatever happens.

        `told_through`: the number of the last transition it tells of.
        """
        day = digest_date.isoformat()
        connection.execute(
            "INSERT INTO digests VALUES (?, ?, ?, ?)",
            (day, to_text(at), page_adapter().dump_json(page).decode(), told_through),
        )
        connection.executemany(
            "INSERT INTO deliveries (digest_date, channel, status, created_at, due_at, not_before)"
            " VALUES (?1, ?2, 'due', ?3, ?3, ?3)",
            [(day, channel, to_text(at)) for channel in channels],
        )

    def digest_message(self, digest_date: date) -> Message:
        """The page of a stored digest."""
        row = self._database.connection.execute(
            "SELECT page FROM digests WHERE digest_date = ?", (digest_date.isoformat(),)
        ).fetchone()
        return page_adapter().validate_json(row["page"])

    def digest_dates(self) -> list[date]:
        """The days whose digests are stored, oldest first."""
        rows = self._database.connection.execute(
            "SELECT digest_date FROM digests ORDER BY digest_date"
        )
        return [date.fromisoformat(row["digest_date"]) for row in rows]

    def last_digest_at(self) -> datetime | None:
        """When the newest digest was composed."""
        row = self._database.connection.execute(
            "SELECT max(composed_at) AS at FROM digests"
        ).fetchone()
        return None if row["at"] is None else from_text(row["at"])

    def claim(self, at: datetime, lease: timedelta, channel: str) -> Delivery | None:
        """The next delivery of a channel to send, marked `sending`, or None; as it was before.

        A channel gets its deliveries in order: one that failed and waits to be tried again holds
        back those behind it, one that is held until later only those of its own alert. What is
        claimed and not settled when the lease has ended, by a program that died, comes back as
        SENDING: it may have arrived.
        """
        with self._database.immediate() as connection:
            row = connection.execute(
                f"SELECT * FROM ({CLAIMABLE}) WHERE channel = ? AND not_before <= ? LIMIT 1",
                (channel, to_text(at)),
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE deliveries SET status = 'sending', attempts = attempts + 1, "
                "not_before = ?, changed_at = ? WHERE delivery_id = ?",
                (to_text(at + lease), to_text(at), row["delivery_id"]),
            )
        return delivery_of(row)

    def settle_sent(self, delivery_id: int, at: datetime, receipt: str, remark: str = "") -> None:
        """The delivery arrived; `remark` is what of it did not."""
        self._settle(delivery_id, DeliveryStatus.SENT, at, at, receipt, remark or None)

    def settle_retry(
        self, delivery_id: int, at: datetime, not_before: datetime, why: str, *, unsure: bool
    ) -> None:
        """The delivery is to be tried again from `not_before`. `unsure`: it may have arrived."""
        status = DeliveryStatus.SENDING if unsure else DeliveryStatus.DUE
        self._settle(delivery_id, status, at, not_before, None, why, is_unsure=unsure)

    def settle_dead(self, delivery_id: int, at: datetime, why: str, *, unsure: bool) -> None:
        """The delivery will not be tried again; it stays to be seen. `unsure`: it may have
        arrived."""
        self._settle(delivery_id, DeliveryStatus.DEAD, at, at, None, why, is_unsure=unsure)

    def due_channels(self, at: datetime, channels: Iterable[str]) -> list[str]:
        """Those of some channels that have something to send."""
        names = tuple(channels)
        rows = self._database.connection.execute(
            f"SELECT DISTINCT channel FROM ({TO_SEND}) "
            f"WHERE not_before <= ? AND channel IN ({','.join('?' * len(names))})",
            (to_text(at), *names),
        )
        return [row["channel"] for row in rows]

    def next_due(self, channels: Iterable[str]) -> datetime | None:
        """When the outbox next has something to send through one of these channels."""
        names = tuple(channels)
        row = self._database.connection.execute(
            f"SELECT min(not_before) AS at FROM ({TO_SEND}) "
            f"WHERE channel IN ({','.join('?' * len(names))})",
            names,
        ).fetchone()
        return None if row["at"] is None else from_text(row["at"])

    def unsettled(self) -> list[Delivery]:
        """All that is owed or dead, oldest first."""
        rows = self._database.connection.execute(
            "SELECT * FROM deliveries WHERE status IN ('due', 'sending', 'dead') "
            "ORDER BY delivery_id"
        )
        return [delivery_of(row) for row in rows]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many deliveries there are, by channel and status."""
        rows = self._database.connection.execute(
            "SELECT channel, status, count(*) AS count FROM deliveries GROUP BY channel, status"
        )
        return {(row["channel"], row["status"]): row["count"] for row in rows}

    def by_status(self) -> Counter[DeliveryStatus]:
        """How many deliveries there are of each status."""
        found = Counter[DeliveryStatus]()
        for (_, status), count in self.counts().items():
            found[DeliveryStatus(status)] += count
        return found

    def state(self) -> tuple[object, ...]:
        """What changes whenever a delivery does: its making, each try, and how it ends."""
        row = self._database.connection.execute(
            "SELECT count(*), sum(attempts), max(settled_at), group_concat(status, '') "
            "FROM deliveries"
        ).fetchone()
        return (*row[:3], hash(row[3]))

    def of_alert(self, alert_id: str) -> list[Delivery]:
        """Every delivery of an alert, oldest first."""
        rows = self._database.connection.execute(
            "SELECT deliveries.* FROM deliveries JOIN transitions USING (transition_id) "
            "WHERE alert_id = ? ORDER BY delivery_id",
            (alert_id,),
        )
        return [delivery_of(row) for row in rows]

    def _settle(
        self,
        delivery_id: int,
        status: DeliveryStatus,
        at: datetime,
        not_before: datetime,
        receipt: str | None,
        problem: str | None,
        *,
        is_unsure: bool = False,
    ) -> None:
        # What somebody dropped while it was being sent stays dropped, unless it arrived.
        with self._database.immediate() as connection:
            connection.execute(
                "UPDATE deliveries SET status = ?1, settled_at = ?2, changed_at = ?2, "
                "not_before = ?3, receipt = ?4, problem = ?5, is_unsure = max(is_unsure, ?6) "
                "WHERE delivery_id = ?7 AND (status <> 'dropped' OR ?1 = 'sent')",
                (
                    status.value,
                    to_text(at),
                    to_text(not_before),
                    receipt,
                    problem,
                    int(is_unsure),
                    delivery_id,
                ),
            )
