"""When a message that did not arrive is tried again, and when it has failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.retry import Retry
from state.delivery import Delivery


@dataclass(frozen=True)
class DeliveryRetry:
    """The waits between attempts, and for how long after it was due a message is tried:
    `delivery_horizon_hours` of the configuration."""

    waits: Retry
    horizon: timedelta

    def next_at(
        self, delivery: Delivery, now: datetime, retry_after_s: float | None = None
    ) -> datetime:
        """When the next attempt is due after one that failed now; `retry_after_s` is the wait that
        the receiver asked for."""
        if retry_after_s is not None:
            return now + timedelta(seconds=max(retry_after_s, 1.0))
        return now + self.waits.wait(delivery.attempts + 1)

    def missing_parts_at(self, now: datetime) -> datetime:
        """When what is missing of a message that arrived now is tried for the first time."""
        return now + self.waits.wait(1)

    def is_too_late(self, delivery: Delivery, at: datetime) -> bool:
        """Whether an attempt would come after the horizon: the message has failed."""
        return at > max(delivery.created_at, delivery.due_at) + self.horizon

    @property
    def expired(self) -> str:
        """Why a message failed that was tried until its horizon."""
        return f"not delivered within {self.horizon / timedelta(hours=1):g} h"
