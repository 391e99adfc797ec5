"""The states of an alert and of a delivery, and why an alert changed; apart from `alerts.model` for
whoever only lists them."""

from __future__ import annotations

import enum
from typing import Final


class AlertState(enum.StrEnum):
    """OPEN until a condition is RESOLVED or a revision makes an event WITHDRAWN. A dated event that
    nobody acknowledged is PAST when its time is over: it happened, and asks for nothing more."""

    OPEN = "open"
    PAST = "past"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Reason(enum.StrEnum):
    """Why an alert changed, and so why someone is told."""

    OPENED = "opened"
    WORSENED = "worsened"
    CONFIRMED = "confirmed"
    ACKNOWLEDGED = "acknowledged"
    REMINDER = "reminder"
    FLAPPED = "flapped"
    REVISED = "revised"
    PAST = "past"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    RESOLVED = "resolved"


class DeliveryStatus(enum.StrEnum):
    """DUE is owed; SENDING was begun, and nobody knows yet whether it arrived; SENT arrived; DEAD
    will not be tried again unless somebody asks for it; DROPPED was given up by somebody."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


# What a person reads for each; the database and JSON keep the values.
DELIVERY_WORDS: Final = {
    DeliveryStatus.DUE: "queued",
    DeliveryStatus.SENDING: "delivery unknown",
    DeliveryStatus.SENT: "sent",
    DeliveryStatus.DEAD: "failed",
    DeliveryStatus.DROPPED: "discarded",
}
