"""A delivery, and the row that it is stored in."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from alerts.message.keys import message_key
from alerts.states import DeliveryStatus
from state.instants import from_text


@dataclass(frozen=True)
class Delivery:
    """One page owed to one channel: of a transition, a digest or a bulletin, of one alone.

    SENDING: a try was begun whose end nobody knows; it may have arrived. `due_at` is when it was to
    be sent first, `not_before` when it is tried next, `settled_at` when the last try ended.
    `problem`: why the last try failed, or what of a sent one did not arrive. `is_unsure`: some try
    of it may have arrived. `missing`: the parts of a sent one that are tried again alone.
    """

    delivery_id: int
    transition_id: str | None
    digest_date: date | None
    channel: str
    status: DeliveryStatus
    attempts: int
    created_at: datetime
    due_at: datetime
    not_before: datetime
    is_escalation: bool
    problem: str | None
    settled_at: datetime | None = None
    is_unsure: bool = False
    missing: tuple[str, ...] = ()
    bulletin_id: str | None = None

    @property
    def key(self) -> str | None:
        """The key of its message; None for a digest's or a bulletin's, which is in its page."""
        if self.transition_id is None:
            return None
        return message_key(self.transition_id, is_escalation=self.is_escalation)


def delivery_of(row: sqlite3.Row) -> Delivery:
    """The delivery of a row of `deliveries`."""
    return Delivery(
        delivery_id=row["delivery_id"],
        transition_id=row["transition_id"],
        digest_date=None if row["digest_date"] is None else date.fromisoformat(row["digest_date"]),
        channel=row["channel"],
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        created_at=from_text(row["created_at"]),
        due_at=from_text(row["due_at"]),
        not_before=from_text(row["not_before"]),
        is_escalation=bool(row["is_escalation"]),
        problem=row["problem"],
        settled_at=None if row["settled_at"] is None else from_text(row["settled_at"]),
        is_unsure=bool(row["is_unsure"]),
        missing=tuple(json.loads(row["missing"])),
        bulletin_id=row["bulletin_id"],
    )
