"""The page a delivery owes, made from what is stored alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from alerts.compose import alert_page, local_time
from alerts.model import Reason, Transition
from alerts.operational import OPERATIONAL_TITLES
from alerts.page import Page, Section, Text, Thread
from monitor.drawing import Draw, no_chart
from state.database import Database
from state.ledger import Ledger
from state.outbox import Delivery, Outbox
from state.told import Told
from state.withheld import Withheld

# A message sent so long after it was to be sent says so.
LATE_AFTER: Final = timedelta(minutes=10)
# What fires on one session or release comes within so long, and is in one thread.
TOGETHER_WITHIN: Final = timedelta(hours=12)
LOUD: Final = (Reason.WORSENED, Reason.REMINDER, Reason.REVISED)


class Pages:
    """Composes the pages of one database."""

    def __init__(
        self,
        database: Database,
        titles: Mapping[str, str],
        zone: ZoneInfo,
        draw: Draw = no_chart,
        public_url: str = "",
    ):
        self._ledger = Ledger(database)
        self._outbox = Outbox(database)
        self._told = Told(database)
        self._withheld = Withheld(database)
        self._titles = titles
        self._zone = zone
        self._draw = draw
        self._public_url = public_url.rstrip("/")

    def page(self, delivery: Delivery, at: datetime, *, with_chart: bool) -> Page:
        """What a delivery says when it is sent at `at`, in the thread of its alert; with its chart
        where the channel shows one."""
        if delivery.digest_date is not None:
            page = replace(self._outbox.digest_page(delivery.digest_date), link=self._link())
        else:
            page = self._alert(delivery, self._draw if with_chart else no_chart)
        if at - delivery.due_at <= LATE_AFTER:
            return page
        was_due = f"Delivered late: it was to be sent at {local_time(delivery.due_at, self._zone)}."
        page = _marked(page, "delivered late", was_due)
        return replace(page, about=page.about and replace(page.about, late=True))

    def _alert(self, delivery: Delivery, draw: Draw) -> Page:
        assert delivery.transition_id is not None
        transition, releases = self._ledger.transition(delivery.transition_id)
        title = self._titles.get(transition.after.rule_id, transition.after.rule_id)
        page = alert_page(transition, title, releases, self._zone, draw(transition))
        said = (*page.sections, *self._said_here(transition))
        page = replace(page, sections=said, link=self._link(transition.after.alert_id))
        thread = self._thread(transition, delivery)
        is_loud = transition.reason in LOUD or self._is_louder(transition, thread)
        page = replace(page, thread=thread, loud=is_loud or delivery.is_escalation)
        if not delivery.is_escalation:
            return page
        told = local_time(transition.at, self._zone)
        return _marked(page, "unacknowledged", f"Nobody has acknowledged this since {told}.")

    def _link(self, alert_id: str | None = None) -> str:
        """The page of an alert, or the first one; empty where nobody has said where they are."""
        if not self._public_url:
            return ""
        path = "" if alert_id is None else f"alerts/{quote(alert_id)}"
        return f"{self._public_url}/{path}"

    def _said_here(self, transition: Transition) -> list[Section]:
        """What fired on the same session and is not told by itself, because this says it."""
        told = [
            self._ledger.transition(name)[0]
            for name in self._withheld.behind(transition.after.alert_id)
        ]
        lines = [
            f"{self._titles.get(one.after.rule_id, one.after.rule_id)} "
            f"({one.after.severity.label}): {one.signal.explained.headline}"
            for one in told
        ]
        return [Text(" ".join(lines), "Also, not told by itself")] if lines else []

    def _thread(self, transition: Transition, delivery: Delivery) -> Thread | None:
        """The message that a delivery continues in its channel: of its own alert, or the first one
        about the same session or release."""
        after = transition.after
        own = self._told.first(after.alert_id, delivery.channel)
        if own is not None:
            return Thread(receipt=own[1], key=own[0])
        if transition.reason is Reason.FLAPPED:
            other = self._told.last_of(after.rule_id, after.subject, delivery.channel)
        else:
            since = transition.at - TOGETHER_WITHIN
            other = self._told.first_about(
                after.period_end,
                since,
                delivery.channel,
                operational=after.rule_id in OPERATIONAL_TITLES,
            )
        return None if other is None else Thread(receipt=other[1], key=other[0], is_own=False)

    def _is_louder(self, transition: Transition, thread: Thread | None) -> bool:
        """Whether it is worse than what its thread began with."""
        if thread is None or thread.is_own:
            return False
        head, _ = self._ledger.transition(thread.key)
        return transition.after.severity > head.after.severity


def _marked(page: Page, word: str, said: str) -> Page:
    """The page with a word in the lines above it and a sentence before all others."""
    return replace(
        page,
        kicker=f"{page.kicker} · {word}",
        subject=f"[{word}] {page.subject}",
        sections=(Text(said, strong=True), *page.sections),
    )
