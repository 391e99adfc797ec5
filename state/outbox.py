"""Deliveries: promises to tell somebody, kept until settled."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter

from alerts.model import DeliveryStatus
from alerts.page import Page
from state.database import Database, from_text, to_text

PAGE = TypeAdapter(Page)


@dataclass(frozen=True)
class Delivery:
    """One page owed to one channel: of a transition or of a digest, never of both."""

    delivery_id: int
    transition_id: str | None
    digest_date: date | None
    channel: str
    status: DeliveryStatus
    attempts: int
    created_at: datetime
    not_before: datetime
    problem: str | None


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
    ) -> None:
        """Owe a transition to some channels, inside the transaction that records it."""
        connection.executemany(
            "INSERT INTO deliveries (transition_id, channel, status, created_at, not_before) "
            "VALUES (?, ?, 'due', ?, ?)",
            [(transition_id, channel, to_text(at), to_text(at)) for channel in channels],
        )

    def promise_digest(
        self,
        connection: sqlite3.Connection,
        digest_date: date,
        page: Page,
        channels: Iterable[str],
        at: datetime,
    ) -> None:
        """Store the digest of a day and owe it to some channels; once a day whatever happens."""
        day = digest_date.isoformat()
        connection.execute(
            "INSERT INTO digests VALUES (?, ?, ?)",
            (day, to_text(at), PAGE.dump_json(page).decode()),
        )
        connection.executemany(
            "INSERT INTO deliveries (digest_date, channel, status, created_at, not_before) "
            "VALUES (?, ?, 'due', ?, ?)",
            [(day, channel, to_text(at), to_text(at)) for channel in channels],
        )

    def digest_page(self, digest_date: date) -> Page:
        """The page of a stored digest."""
        row = self._database.connection.execute(
            "SELECT page FROM digests WHERE digest_date = ?", (digest_date.isoformat(),)
        ).fetchone()
        return PAGE.validate_json(row["page"])

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

    def channels_told(self, alert_id: str) -> tuple[str, ...]:
        """The channels that were owed any transition of an alert."""
        rows = self._database.connection.execute(
            "SELECT DISTINCT channel FROM deliveries JOIN transitions USING (transition_id) "
            "WHERE alert_id = ? ORDER BY channel",
            (alert_id,),
        )
        return tuple(row["channel"] for row in rows)

    def first_receipt(self, alert_id: str, channel: str) -> str:
        """The receipt of the first message about an alert that arrived in a channel, or empty."""
        row = self._database.connection.execute(
            "SELECT receipt FROM deliveries JOIN transitions USING (transition_id) "
            "WHERE alert_id = ? AND channel = ? AND status = 'sent' ORDER BY delivery_id",
            (alert_id, channel),
        ).fetchone()
        return "" if row is None else row["receipt"] or ""

    def claim(self, at: datetime, lease: timedelta, channels: Iterable[str]) -> Delivery | None:
        """The next delivery to send, marked `sending` until the lease ends, or None.

        Each channel gets its deliveries in order: one that waits holds back those behind it. A
        delivery left `sending` by a program that died comes back when its lease has ended.
        """
        names = tuple(channels)
        marks = ",".join("?" * len(names))
        with self._database.immediate() as connection:
            row = connection.execute(
                f"""SELECT * FROM (SELECT *, row_number() OVER
                        (PARTITION BY channel ORDER BY delivery_id) AS place FROM deliveries
                        WHERE status IN ('due', 'sending') AND channel IN ({marks}))
                    WHERE place = 1 AND not_before <= ? ORDER BY delivery_id LIMIT 1""",
                (*names, to_text(at)),
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE deliveries SET status = 'sending', attempts = attempts + 1, "
                "not_before = ? WHERE delivery_id = ?",
                (to_text(at + lease), row["delivery_id"]),
            )
        return _delivery(row)

    def settle_sent(self, delivery_id: int, at: datetime, receipt: str) -> None:
        """The delivery arrived."""
        self._settle(delivery_id, DeliveryStatus.SENT, at, at, receipt, None)

    def settle_retry(self, delivery_id: int, at: datetime, not_before: datetime, why: str) -> None:
        """The delivery did not arrive and is due again from `not_before`."""
        self._settle(delivery_id, DeliveryStatus.DUE, at, not_before, None, why)

    def settle_dead(self, delivery_id: int, at: datetime, why: str) -> None:
        """The delivery will not be tried again; it stays to be seen."""
        self._settle(delivery_id, DeliveryStatus.DEAD, at, at, None, why)

    def next_due(self, channels: Iterable[str]) -> datetime | None:
        """When the outbox next has something to send through one of these channels."""
        names = tuple(channels)
        marks = ",".join("?" * len(names))
        row = self._database.connection.execute(
            f"""SELECT min(not_before) AS at FROM (SELECT not_before, row_number() OVER
                    (PARTITION BY channel ORDER BY delivery_id) AS place FROM deliveries
                    WHERE status IN ('due', 'sending') AND channel IN ({marks}))
                WHERE place = 1""",
            names,
        ).fetchone()
        return None if row["at"] is None else from_text(row["at"])

    def unsettled(self) -> list[Delivery]:
        """All that is owed or dead, oldest first."""
        rows = self._database.connection.execute(
            "SELECT * FROM deliveries WHERE status <> 'sent' ORDER BY delivery_id"
        )
        return [_delivery(row) for row in rows]

    def of_alert(self, alert_id: str) -> list[Delivery]:
        """Every delivery of an alert, oldest first."""
        rows = self._database.connection.execute(
            "SELECT deliveries.* FROM deliveries JOIN transitions USING (transition_id) "
            "WHERE alert_id = ? ORDER BY delivery_id",
            (alert_id,),
        )
        return [_delivery(row) for row in rows]

    def _settle(
        self,
        delivery_id: int,
        status: DeliveryStatus,
        at: datetime,
        not_before: datetime,
        receipt: str | None,
        problem: str | None,
    ) -> None:
        with self._database.immediate() as connection:
            connection.execute(
                "UPDATE deliveries SET status = ?, settled_at = ?, not_before = ?, receipt = ?, "
                "problem = ? WHERE delivery_id = ?",
                (status.value, to_text(at), to_text(not_before), receipt, problem, delivery_id),
            )


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        delivery_id=row["delivery_id"],
        transition_id=row["transition_id"],
        digest_date=None if row["digest_date"] is None else date.fromisoformat(row["digest_date"]),
        channel=row["channel"],
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        created_at=from_text(row["created_at"]),
        not_before=from_text(row["not_before"]),
        problem=row["problem"],
    )
