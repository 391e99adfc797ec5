"""Sends what is owed: claim, send with no transaction open, settle; each channel by itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from alerts.channel import Channel, Sent, Undelivered, can_be_asked, place_of, shows_images
from alerts.message.message import DeliveryHistory, Message
from alerts.message.own_template import OwnTemplate, TemplateFailed
from alerts.states import DeliveryStatus
from alerts.transport.outbound_call import NOT_ALLOWED, sending_while
from monitor.clock import Clock
from monitor.deliver.delivery_retry import DeliveryRetry
from monitor.deliver.message_builder import MessageBuilder
from monitor.retry import Retry
from monitor.stop import Stop
from monitor.tick_hooks import TickHook, no_hook
from state.database import Database
from state.delivery import Delivery
from state.delivery_places import DeliveryPlaces
from state.health import Health
from state.leader_lock import LeaderLock
from state.leaderships import last_restored
from state.outbox import Outbox
from state.partial_deliveries import PartialDeliveries

log = logging.getLogger("havenwatch.dispatch")

# A message that a killed program was sending may still be on its way for so long.
CLAIM_TTL: Final = timedelta(seconds=30)
# A program that goes on with a database may do so with an older copy, whose later messages were
# sent. For so long a channel that can be asked is asked before it is told anything.
BEGINNING: Final = timedelta(minutes=15)
# After a takeover it is asked for so long, and nothing is sent until it answers: what the other
# host sent last may be decided here only when a publisher answers again.
AFTER_TAKEOVER: Final = timedelta(days=1)
# A channel that does not answer keeps the tick no longer; its own thread goes on waiting.
WAIT_TIMEOUT_S: Final = 2.0


class Notifier:
    """The outbox of one database and the channels it feeds, a thread each.

    What is due is decided by the instant of the tick. A tick may last minutes, so what is said of a
    try (its timestamp, how late it is, when the next one is) is by the clock at that try.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        secrets: Mapping[str, str],
        pages: MessageBuilder,
        retry: Retry,
        horizon: timedelta,
        clock: Clock,
        observe: TickHook = no_hook,
        stop: Stop | None = None,
        templates: Mapping[str, OwnTemplate] | None = None,
        right: LeaderLock | None = None,
    ):
        """`right`: the right to act, which another host may have taken meanwhile."""
        self._database = database
        self._outbox = Outbox(database)
        self._partial = PartialDeliveries(database)
        self._places = DeliveryPlaces(database)
        self._channels = channels
        self._secrets = secrets
        self._pages = pages
        self._retry = DeliveryRetry(retry, horizon)
        self._clock = clock
        beat = Health(database).heartbeat()
        self._look_until = None if beat is None else clock.now() + BEGINNING
        restored = last_restored(database.connection)
        self._restored_until = None if restored is None else restored.taken_at + AFTER_TAKEOVER
        self._right = right or LeaderLock(None)
        self._observe = observe
        self._stop = stop or Stop()
        self._templates = templates or {}
        self._busy = {name: threading.Lock() for name in channels}
        self._threads = ThreadPoolExecutor(max(len(channels), 1), "channel")

    def dispatch(self, at: datetime) -> None:
        """Send everything due at `at`. A failed one is due again later, or dead.

        A channel that is still busy with an earlier message is left alone, and one that takes
        longer than WAIT_TIMEOUT_S goes on by itself, so that none delays another.
        """
        due = self._outbox.due_channels(at, self._channels)
        if self._database.path is None:
            # A scratch database in memory belongs to this thread.
            for name in due:
                self._flush_channel(name, at)
            return
        self._wait(self._threads.submit(self._drain_in_thread, name, at) for name in due)

    def close(self) -> None:
        """Wait for what is being sent."""
        self._threads.shutdown()

    def _wait(self, begun: Iterable[Future[None]]) -> None:
        done, _ = wait(list(begun), WAIT_TIMEOUT_S)
        for one in done:
            one.result()

    def _drain_in_thread(self, channel: str, at: datetime) -> None:
        try:
            self._flush_channel(channel, at)
        finally:
            self._database.close()

    def _flush_channel(self, channel: str, at: datetime) -> None:
        """Send what a channel is owed, in order, until nothing is due or one fails; then what is
        missing of messages that arrived."""
        if not self._busy[channel].acquire(blocking=False):
            return
        try:
            while (delivery := self._claim(channel, at)) is not None:
                self._observe("send")
                sent = self._send(delivery, at)
                self._observe("settle")
                if sent is not None:
                    self._settle_sent(delivery, at, sent)
            while (rest := self._claim_rest(channel, at)) is not None:
                self._send_rest(rest, at)
        finally:
            self._busy[channel].release()

    def _now(self, at: datetime) -> datetime:
        """The clock's instant, in no case before the tick's."""
        return max(self._clock.now(), at)

    def _claim(self, channel: str, at: datetime) -> Delivery | None:
        self._observe("claim")
        if self._stop.is_told or not self._right.confirm():
            return None
        return self._outbox.claim(self._now(at), CLAIM_TTL, channel)

    def _claim_rest(self, channel: str, at: datetime) -> Delivery | None:
        if not self._right.confirm():
            return None
        return self._partial.claim(self._now(at), CLAIM_TTL, channel)

    def _settle_sent(self, delivery: Delivery, at: datetime, sent: Sent) -> None:
        now = self._now(at)
        if sent.remark:
            what = (delivery.delivery_id, delivery.channel)
            log.warning("delivery %d to %s: %s", *what, sent.remark, extra=_about(delivery))
        self._outbox.settle_sent(delivery.delivery_id, now, sent.receipt, sent.remark)
        if sent.missing:
            again_at = self._retry.missing_parts_at(now)
            self._partial.settle(delivery.delivery_id, now, again_at, sent.remark, sent.missing)

    def _send_rest(self, delivery: Delivery, at: datetime) -> None:
        """Send again what of a message did not arrive, to those who lack it alone."""
        try:
            sent = self._try(delivery, self._now(at), again=True)
        except Undelivered as error:
            missing = () if error.permanent else delivery.missing
            sent = Sent("", error.problem, missing)
        except Exception as error:
            log.exception("channel %s failed", delivery.channel, extra=_about(delivery))
            sent = Sent("", _own_mistake(error), delivery.missing)
        now = self._now(at)
        again_at = self._retry.next_at(delivery, now)
        remark, missing = sent.remark, sent.missing
        if missing and self._retry.is_too_late(delivery, again_at):
            remark, missing = f"{remark}; {self._retry.expired}", ()
        self._partial.settle(delivery.delivery_id, now, again_at, remark, missing)

    def _send(self, delivery: Delivery, at: datetime) -> Sent | None:
        """What the channel gave, or None where it was settled as not sent."""
        try:
            if not self._is_asked_first(delivery, at):
                again = delivery.status is DeliveryStatus.SENDING
                return self._try(delivery, self._now(at), again=again)
            return self._try_after_asking(delivery, at)
        except Undelivered as error:
            self._retry_or_fail(delivery, at, error)
        except Exception as error:
            # A channel's own mistake must not stop the others, nor be retried without end: it goes
            # the way of every failure, to a dead letter somebody sees.
            log.exception("channel %s failed", delivery.channel, extra=_about(delivery))
            failed = Undelivered(_own_mistake(error), permanent=False, unsure=True)
            self._retry_or_fail(delivery, at, failed)
        return None

    def _try(self, delivery: Delivery, now: datetime, *, again: bool) -> Sent:
        """What the channel gives for one try at `now`. Raises Undelivered."""
        channel = self._channels[delivery.channel]
        message = self._pages.message(delivery, now, with_chart=shows_images(channel))
        message, failed = self._in_own_words(delivery.channel, message)
        origin = self._origin(delivery, message, place_of(channel), now)
        # Asked again at the last moment: making a message takes time, and the process may sleep.
        with sending_while(lambda: self._right.is_held):
            if not self._right.is_held:
                raise Undelivered(NOT_ALLOWED, permanent=False)
            sent = channel.send(replace(message, origin=origin), self._secrets, now, again=again)
        return replace(sent, remark="; ".join(filter(None, (failed, sent.remark))))

    def _is_asked_first(self, delivery: Delivery, at: datetime) -> bool:
        """Whether the database is another host's replica, and that host may have sent this after
        the last that was replicated. Only of channels that can be asked: another would refuse to
        send what may have arrived."""
        until, channel = self._restored_until, self._channels[delivery.channel]
        return (
            until is not None
            and self._now(at) <= until
            and delivery.status is not DeliveryStatus.SENDING
            and can_be_asked(channel)
        )

    def _try_after_asking(self, delivery: Delivery, at: datetime) -> Sent:
        """What the channel gives once it was asked. One that can never be asked, as Slack without
        the scope to read, is sent the message all the same. Raises Undelivered."""
        try:
            return self._try(delivery, self._now(at), again=True)
        except Undelivered as error:
            if not error.permanent:
                raise
            log.warning(
                "%s cannot be asked what it has: %s; the message may come twice",
                delivery.channel,
                error.problem,
            )
        return self._try(delivery, self._now(at), again=False)

    def _in_own_words(self, channel: str, message: Message) -> tuple[Message, str]:
        """The message in the words of the desk's template for a channel, where it has one. One
        that fails holds up no alert: the message has its usual words, and a remark says so."""
        template = self._templates.get(channel)
        if template is None:
            return message, ""
        try:
            return template.applied(message), ""
        except TemplateFailed as error:
            return message, f"its template failed, so it was sent in the usual words: {error}"

    def _origin(
        self, delivery: Delivery, message: Message, place: str, now: datetime
    ) -> DeliveryHistory:
        """By what a channel finds an earlier try; where this one goes is noted before it does."""
        if not place:
            return DeliveryHistory(parts=delivery.missing)
        thread = "" if message.thread is None else message.thread.receipt
        return DeliveryHistory(
            database=self._places.database_id,
            tried=self._places.begin(delivery.delivery_id, place, thread, now),
            may_be_there=self._look_until is not None and now <= self._look_until,
            parts=delivery.missing,
        )

    def _retry_or_fail(self, delivery: Delivery, at: datetime, error: Undelivered) -> None:
        now = self._now(at)
        again_at = self._retry.next_at(delivery, now, error.retry_after_s)
        what = f"delivery {delivery.delivery_id} to {delivery.channel}"
        # What may have arrived before is not surer for a later failure.
        unsure = error.unsure or delivery.status is DeliveryStatus.SENDING
        if error.permanent or self._retry.is_too_late(delivery, again_at):
            why = error.problem
            why += "" if error.permanent else f"; {self._retry.expired}"
            log.error("%s will not be retried: %s", what, why, extra=_about(delivery))
            self._outbox.settle_dead(delivery.delivery_id, now, why, unsure=unsure)
            return
        log.warning("%s failed: %s", what, error.problem, extra=_about(delivery))
        self._outbox.settle_retry(delivery.delivery_id, now, again_at, error.problem, unsure=unsure)


def _own_mistake(error: Exception) -> str:
    """What is said of a mistake of this program."""
    return f"internal error ({type(error).__name__}); see the log"


def _about(delivery: Delivery) -> dict[str, object]:
    """What an entry of the log is about."""
    return {"delivery": delivery.delivery_id, "channel": delivery.channel}
