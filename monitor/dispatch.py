"""Sends what is owed: claim under a lease, send with no transaction open, settle."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from alerts.channel import Channel, Undelivered
from alerts.compose import alert_page
from alerts.page import Page
from monitor.ingest import Retry
from monitor.steps import Observe, ignore
from state.database import Database
from state.ledger import Ledger
from state.outbox import Delivery, Outbox

log = logging.getLogger("havenwatch.dispatch")

LEASE: Final = timedelta(minutes=5)


class Dispatch:
    """The outbox of one database and the channels it feeds."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        secrets: Mapping[str, str],
        titles: Mapping[str, str],
        zone: ZoneInfo,
        retry: Retry,
        horizon: timedelta,
        observe: Observe = ignore,
    ):
        self._outbox = Outbox(database)
        self._ledger = Ledger(database)
        self._channels = channels
        self._secrets = secrets
        self._titles = titles
        self._zone = zone
        self._retry = retry
        self._horizon = horizon
        self._observe = observe

    def dispatch(self, at: datetime) -> int:
        """Send everything due at `at`; the number sent. A failed one is due again later or dead."""
        sent = 0
        while True:
            owed = self._outbox.next_due(self._channels)
            if owed is None or owed > at:
                return sent
            self._observe("claim")
            delivery = self._outbox.claim(at, LEASE, self._channels)
            if delivery is None:
                return sent
            self._observe("send")
            receipt = self._send(delivery, at)
            self._observe("settle")
            if receipt is not None:
                self._outbox.settle_sent(delivery.delivery_id, at, receipt)
                sent += 1

    def page(self, delivery: Delivery) -> Page:
        """The page a delivery owes, made from what is stored alone, in the thread of its alert."""
        if delivery.digest_date is not None:
            return self._outbox.digest_page(delivery.digest_date)
        assert delivery.transition_id is not None
        transition, releases = self._ledger.transition(delivery.transition_id)
        title = self._titles.get(transition.after.rule_id, transition.after.rule_id)
        page = alert_page(transition, title, releases, self._zone)
        thread = self._outbox.first_receipt(transition.after.alert_id, delivery.channel)
        return replace(page, thread=thread)

    def _send(self, delivery: Delivery, at: datetime) -> str | None:
        """The receipt, or None where it was settled as not sent."""
        try:
            page = self.page(delivery)
            return self._channels[delivery.channel].send(page, self._secrets, at)
        except Undelivered as error:
            problem, permanent, asked = error.problem, error.permanent, error.retry_after_s
        except Exception as error:
            # A channel's own mistake must not stop the others, nor be retried without end: it goes
            # the way of every failure, to a dead letter somebody sees.
            log.exception("channel %s failed", delivery.channel)
            problem, permanent, asked = f"{type(error).__name__} in havenwatch", False, None
        self._give_up_or_wait(delivery, at, problem, permanent=permanent, retry_after_s=asked)
        return None

    def _give_up_or_wait(
        self,
        delivery: Delivery,
        at: datetime,
        problem: str,
        *,
        permanent: bool,
        retry_after_s: float | None,
    ) -> None:
        wait = self._retry.wait(delivery.attempts + 1)
        if retry_after_s is not None:
            wait = timedelta(seconds=max(retry_after_s, 1.0))
        if permanent or at + wait > delivery.created_at + self._horizon:
            why = problem if permanent else f"{problem}; given up after {self._horizon}"
            log.error("delivery %d to %s is dead: %s", delivery.delivery_id, delivery.channel, why)
            self._outbox.settle_dead(delivery.delivery_id, at, why)
            return
        log.warning("delivery %d to %s failed: %s", delivery.delivery_id, delivery.channel, problem)
        self._outbox.settle_retry(delivery.delivery_id, at, at + wait, problem)
