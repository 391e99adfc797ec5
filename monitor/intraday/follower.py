"""The session that a program follows, where its configuration wants that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from alerts.model import Transition
from monitor.evaluate.chains import Chained
from monitor.evaluate.notification_policy import NotificationPolicy
from monitor.ingest.http import Http
from monitor.ingest.quote_feed import QuoteFeed
from monitor.intraday.copied_quotes import CopiedQuotes
from monitor.intraday.polling import QuotePolling
from monitor.intraday.settings import Intraday
from monitor.intraday.watch import SessionWatch
from monitor.tick_hooks import TickHook
from rules.evaluation import Rule
from state.database import Database


class SessionFollower:
    """Follows sessions beside the ticks, which may wait for a slow publisher, and so with its own
    connections."""

    def __init__(
        self,
        settings: Intraday,
        feeds: Mapping[str, QuoteFeed],
        database: Database,
        archive: Chained,
        rules: Sequence[Rule],
        recording: NotificationPolicy,
        http: Callable[[], Http],
        observe: TickHook,
        followed: Path | None = None,
    ):
        """`followed`: the database whose program polls the quotes, in place of this one."""
        self._http: Http | None = None
        self._watch: SessionWatch | None = None
        if not settings.enabled:
            return
        asked = {name: feeds[name] for name in settings.feeds}
        polling: QuotePolling | CopiedQuotes
        if followed is None:
            self._http = http()
            polling = QuotePolling(database, self._http, asked, observe)
        else:
            polling = CopiedQuotes(database, followed, asked, observe)
        self._watch = SessionWatch(database, archive, rules, polling, recording, settings, observe)

    def due(self, at: datetime) -> datetime | None:
        """When there is something to follow; None where nobody wants that."""
        return None if self._watch is None else self._watch.next_due(at)

    def follow(self, at: datetime) -> list[Transition]:
        """Follow the session at an instant; what changed."""
        return [] if self._watch is None else self._watch.follow(at)

    def close(self) -> None:
        """Close connections."""
        if self._http is not None:
            self._http.close()
