"""The page a delivery owes, made from what is stored alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from alerts.compose import alert_page, local_time
from alerts.page import Page, Text, Thread
from state.database import Database
from state.ledger import Ledger
from state.outbox import Delivery, Outbox

# A message sent so long after it was to be sent says so.
LATE_AFTER: Final = timedelta(minutes=10)


class Pages:
    """Composes the pages of one database."""

    def __init__(self, database: Database, titles: Mapping[str, str], zone: ZoneInfo):
        self._ledger = Ledger(database)
        self._outbox = Outbox(database)
        self._titles = titles
        self._zone = zone

    def page(self, delivery: Delivery, at: datetime) -> Page:
        """What a delivery says when it is sent at `at`, in the thread of its alert."""
        page = self._in_time(delivery)
        if at - delivery.due_at <= LATE_AFTER:
            return page
        was_due = f"Delivered late: it was to be sent at {local_time(delivery.due_at, self._zone)}."
        return replace(
            page,
            kicker=f"{page.kicker} · delivered late",
            subject=f"[delivered late] {page.subject}",
            sections=(Text(was_due, strong=True), *page.sections),
            about=None if page.about is None else replace(page.about, late=True),
        )

    def _in_time(self, delivery: Delivery) -> Page:
        if delivery.digest_date is not None:
            return self._outbox.digest_page(delivery.digest_date)
        assert delivery.transition_id is not None
        transition, releases = self._ledger.transition(delivery.transition_id)
        title = self._titles.get(transition.after.rule_id, transition.after.rule_id)
        page = alert_page(transition, title, releases, self._zone)
        first = self._outbox.first_sent(transition.after.alert_id, delivery.channel)
        if first is None:
            return page
        return replace(page, thread=Thread(receipt=first[1], key=first[0]))
