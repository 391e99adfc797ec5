"""Sends what is owed: claim, send with no transaction open, settle; each channel by itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Final

from alerts.channel import Channel, Sent, Undelivered, shows_images
from alerts.model import DeliveryStatus
from monitor.ingest import Retry
from monitor.pages import Pages
from monitor.steps import Observe, ignore
from monitor.stop import Stop
from state.database import Database
from state.outbox import Delivery, Outbox

log = logging.getLogger("havenwatch.dispatch")

# A message that a killed program was sending may still be on its way for so long.
LEASE: Final = timedelta(seconds=30)
# A channel that does not answer keeps the tick no longer; its own thread goes on waiting.
PATIENCE_S: Final = 2.0


class Dispatch:
    """The outbox of one database and the channels it feeds, a thread each."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        secrets: Mapping[str, str],
        pages: Pages,
        retry: Retry,
        horizon: timedelta,
        observe: Observe = ignore,
        stop: Stop | None = None,
    ):
        self._database = database
        self._outbox = Outbox(database)
        self._channels = channels
        self._secrets = secrets
        self._pages = pages
        self._retry = retry
        self._horizon = horizon
        self._observe = observe
        self._stop = stop or Stop()
        self._busy = {name: threading.Lock() for name in channels}
        self._threads = ThreadPoolExecutor(max(len(channels), 1), "channel")

    def dispatch(self, at: datetime) -> None:
        """Send everything due at `at`. A failed one is due again later, or dead.

        A channel that is still busy with an earlier message is left alone, and one that takes
        longer than PATIENCE_S goes on by itself, so that none delays another.
        """
        due = self._outbox.due_channels(at, self._channels)
        if self._database.path is None:
            # A scratch database in memory belongs to this thread.
            for name in due:
                self._drain(name, at)
            return
        self._wait(self._threads.submit(self._drain_in_thread, name, at) for name in due)

    def close(self) -> None:
        """Wait for what is being sent."""
        self._threads.shutdown()

    def _wait(self, begun: Iterable[Future[None]]) -> None:
        done, _ = wait(list(begun), PATIENCE_S)
        for one in done:
            one.result()

    def _drain_in_thread(self, channel: str, at: datetime) -> None:
        try:
            self._drain(channel, at)
        finally:
            self._database.close()

    def _drain(self, channel: str, at: datetime) -> None:
        """Send what a channel owes, in order, until nothing is due or one fails."""
        if not self._busy[channel].acquire(blocking=False):
            return
        try:
            while (delivery := self._claim(channel, at)) is not None:
                self._observe("send")
                sent = self._send(delivery, at)
                self._observe("settle")
                if sent is not None:
                    self._settle_sent(delivery, at, sent)
        finally:
            self._busy[channel].release()

    def _claim(self, channel: str, at: datetime) -> Delivery | None:
        self._observe("claim")
        if self._stop.is_told:
            return None
        return self._outbox.claim(at, LEASE, channel)

    def _settle_sent(self, delivery: Delivery, at: datetime, sent: Sent) -> None:
        if sent.remark:
            log.warning(
                "delivery %d to %s: %s", delivery.delivery_id, delivery.channel, sent.remark
            )
        self._outbox.settle_sent(delivery.delivery_id, at, sent.receipt, sent.remark)

    def _send(self, delivery: Delivery, at: datetime) -> Sent | None:
        """What the channel gave, or None where it was settled as not sent."""
        try:
            channel = self._channels[delivery.channel]
            page = self._pages.page(delivery, at, with_chart=shows_images(channel))
            again = delivery.status is DeliveryStatus.SENDING
            return channel.send(page, self._secrets, at, again=again)
        except Undelivered as error:
            self._give_up_or_wait(delivery, at, error)
        except Exception as error:
            # A channel's own mistake must not stop the others, nor be retried without end: it goes
            # the way of every failure, to a dead letter somebody sees.
            log.exception("channel %s failed", delivery.channel)
            problem = f"{type(error).__name__} in havenwatch"
            failed = Undelivered(problem, permanent=False, unsure=True)
            self._give_up_or_wait(delivery, at, failed)
        return None

    def _give_up_or_wait(self, delivery: Delivery, at: datetime, error: Undelivered) -> None:
        pause = self._retry.wait(delivery.attempts + 1)
        if error.retry_after_s is not None:
            pause = timedelta(seconds=max(error.retry_after_s, 1.0))
        until = max(delivery.created_at, delivery.due_at) + self._horizon
        what = f"delivery {delivery.delivery_id} to {delivery.channel}"
        if error.permanent or at + pause > until:
            why = error.problem
            why += "" if error.permanent else f"; given up after {self._horizon}"
            log.error("%s is dead: %s", what, why)
            self._outbox.settle_dead(delivery.delivery_id, at, why)
            return
        log.warning("%s failed: %s", what, error.problem)
        # What may have arrived before is not surer for a later failure.
        unsure = error.unsure or delivery.status is DeliveryStatus.SENDING
        self._outbox.settle_retry(
            delivery.delivery_id, at, at + pause, error.problem, unsure=unsure
        )
