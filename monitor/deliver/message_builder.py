"""The page a delivery owes, made from what is stored alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from alerts.developing import is_developing
from alerts.message.compose import alert_message, since_then
from alerts.message.keys import ESCALATED, message_key
from alerts.message.message import Message, Thread
from alerts.message.sections import Text
from alerts.message.settled import settled_message
from alerts.message.values import local_time
from alerts.model import Transition
from alerts.release import Release
from alerts.states import Reason
from alerts.titles import OPERATIONAL_TITLES
from monitor.deliver.chart_cache import Draw, no_chart
from monitor.deliver.inhibited import inhibited_section
from state.alert_store import AlertStore
from state.bulletins import Bulletins
from state.database import Database
from state.delivery import Delivery
from state.notification_log import NotificationLog
from state.outbox import Outbox
from state.suppressions import Suppressions

# A message sent so long after it was to be sent says so.
LATE_AFTER: Final = timedelta(minutes=10)
# What fires on one session or release comes within so long, and is in one thread.
TOGETHER_WITHIN: Final = timedelta(hours=12)
NO_TAGS: Final[Mapping[str, Sequence[str]]] = {}
LOUD: Final = (Reason.WORSENED, Reason.REMINDER, Reason.REVISED)


class MessageBuilder:
    """Composes the pages of one database."""

    def __init__(
        self,
        database: Database,
        titles: Mapping[str, str],
        zone: ZoneInfo,
        draw: Draw = no_chart,
        public_url: str = "",
        tags: Mapping[str, Sequence[str]] = NO_TAGS,
    ):
        self._alert_store = AlertStore(database)
        self._outbox = Outbox(database)
        self._bulletins = Bulletins(database)
        self._told = NotificationLog(database)
        self._withheld = Suppressions(database)
        self._titles = titles
        self._tags = tags
        self._zone = zone
        self._draw = draw
        self._public_url = public_url.rstrip("/")

    def message(self, delivery: Delivery, at: datetime, *, with_chart: bool) -> Message:
        """What a delivery says when it is sent at `at`, in the thread of its alert; with its chart
        where the channel shows one."""
        since: tuple[str, ...] = ()
        if delivery.digest_date is not None:
            page = self._outbox.digest_message(delivery.digest_date)
            message = replace(page, link=self._link(f"digests/{delivery.digest_date}"))
        elif delivery.bulletin_id is not None:
            message = self._bulletins.message(delivery.bulletin_id)
            message = replace(message, link=self._link(delivery.bulletin_id))
        else:
            message, since = self._alert(delivery, self._draw if with_chart else no_chart)
        is_late = at - delivery.due_at > LATE_AFTER
        if not is_late and not since:
            return message
        due = local_time(delivery.due_at, self._zone)
        # A digest is due at its hour, an alert with its numbers or after the quiet hours.
        said = f"Scheduled for {due}." if delivery.digest_date else f"Late: it was due {due}."
        said += f" Since then: {'; '.join(since)}." if since else ""
        message = _marked(message, "delayed", said)
        return replace(message, about=message.about and replace(message.about, late=True))

    def _alert(self, delivery: Delivery, draw: Draw) -> tuple[Message, tuple[str, ...]]:
        """The page of a transition, and what became of the alert since that its channel is not
        about to be told."""
        assert delivery.transition_id is not None
        transition, releases = self._alert_store.transition(delivery.transition_id)
        message = self._tagged(self._alone(transition, releases, draw))
        later = self._later(transition)
        pending = self._told.pending(transition.after.alert_id, delivery.channel)
        since = since_then(
            [one for one, _ in later if one.transition_id not in pending], self._zone
        )
        thread = self._thread(transition, delivery)
        is_loud = _is_loud(transition) or self._is_louder(transition, thread)
        message = replace(
            message,
            key=message_key(transition.transition_id, is_escalation=delivery.is_escalation),
            thread=thread,
            loud=(is_loud and not since) or delivery.is_escalation,
            newest=self._newest([(transition, releases), *later]),
        )
        if not delivery.is_escalation:
            return message, since
        told = local_time(transition.at, self._zone)
        said = f"Escalated: unacknowledged since {told}."
        return _marked(message, "unacknowledged", said), since

    def _alone(self, transition: Transition, releases: Sequence[Release], draw: Draw) -> Message:
        """The page of a transition, wherever it is sent."""
        if transition.settlement is None:
            return self._standing(transition, releases, draw)
        message = settled_message(transition, self._title(transition), self._zone)
        return replace(message, link=self._link(transition.after.alert_id))

    def _tagged(self, message: Message) -> Message:
        """The page with the tags of its rule."""
        about = message.about
        if about is None:
            return message
        return replace(message, about=replace(about, tags=(*self._tags.get(about.rule_id, ()),)))

    def _standing(
        self, transition: Transition, releases: Sequence[Release], draw: Draw = no_chart
    ) -> Message:
        """The page of an alert as a transition left it, with what it inhibits."""
        title = self._title(transition)
        message = alert_message(transition, title, releases, self._zone, draw(transition))
        alert_id = transition.after.alert_id
        included = inhibited_section(alert_id, self._alert_store, self._withheld, self._titles)
        sections = (*message.sections, *included)
        return replace(message, sections=sections, link=self._link(f"alerts/{quote(alert_id)}"))

    def _newest(self, steps: Sequence[tuple[Transition, Sequence[Release]]]) -> Message | None:
        """How the alert stands by the last of its steps, where that is not what the first says: it
        is another one, or an answer, which is no page of the alert itself."""
        if len(steps) == 1 and steps[0][0].settlement is None:
            return None
        return self._standing(*steps[-1])

    def _title(self, transition: Transition) -> str:
        return self._titles.get(transition.after.rule_id, transition.after.rule_id)

    def _later(self, transition: Transition) -> list[tuple[Transition, tuple[Release, ...]]]:
        """What became of a transition's alert after it, oldest first."""
        now = self._alert_store.alert(transition.after.alert_id)
        if now is None or now.transitions == transition.after.transitions:
            return []
        every = self._alert_store.transitions_of(transition.after.alert_id)
        return [one for one in every if one[0].after.transitions > transition.after.transitions]

    def _link(self, path: str) -> str:
        """A page of the site; empty where nobody has said where that is."""
        return f"{self._public_url}/{path}" if self._public_url else ""

    def _thread(self, transition: Transition, delivery: Delivery) -> Thread | None:
        """The message that a delivery continues in its channel: of its own alert, or the first one
        about the same session or release."""
        after = transition.after
        own = self._told.first(after.alert_id, delivery.channel)
        if own is not None:
            return Thread(receipt=own.receipt, key=own.key)
        if is_developing(after.rule_id):
            return None  # the alert of the closes has a message of its own, and so has this
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
        if other is None:
            return None
        return Thread(receipt=other.receipt, key=other.key, is_own=False)

    def _is_louder(self, transition: Transition, thread: Thread | None) -> bool:
        """Whether it is worse than what its thread began with."""
        if thread is None or thread.is_own:
            return False
        head, _ = self._alert_store.transition(thread.key.removesuffix(ESCALATED))
        return transition.after.severity > head.after.severity


def _is_loud(transition: Transition) -> bool:
    """Whether it asks for attention although it is in a thread: what got worse, lasts or changed,
    and an answer that is another one than before."""
    answer = transition.settlement
    return transition.reason in LOUD or (answer is not None and answer.before != "")


def _marked(message: Message, word: str, said: str) -> Message:
    """The page with a word before the lines above it and a sentence before all others."""
    return replace(
        message,
        kicker=f"{word} · {message.kicker}",
        subject=f"[{word}] {message.subject}",
        marks=(word, *message.marks),
        sections=(Text(said, strong=True), *message.sections),
    )
