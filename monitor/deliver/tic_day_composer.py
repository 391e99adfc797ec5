"""TIC day: one message when a month of TIC is out, composed once and queued like any message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from alerts.message.sections import Image
from alerts.routing import Terms
from alerts.tic.facts import TicDay
from alerts.tic.message import tic_message
from monitor.tick_hooks import TickHook
from rules.tic.areas import GRAND_TOTAL
from rules.tic.month_report import MonthReport
from rules.tic.series_ids import HOLDINGS, tic_series
from state.bulletins import Bulletins
from state.database import Database
from state.health import Health
from state.tic_numbers import ASSETS, TicNumbers

# So long slt_table3 waits for slt_table1, which is posted within minutes of it; then the message
# says that it is not out.
WAITS_FOR_ASSETS: Final = timedelta(hours=1)


class TicReader(Protocol):
    """What the message is made from."""

    @property
    def has_tic_assets(self) -> bool:
        """Whether slt_table1 is polled, so that it is waited for."""
        ...

    def tic_day(self, month: date, at: datetime) -> TicDay | None:
        """A month as known at an instant; None where it is not."""
        ...

    def tic_charts(self, report: MonthReport) -> Sequence[Image]:
        """The chart of a month; none where it cannot be drawn."""
        ...


class TicDayComposer:
    """The TIC messages of one database.

    A month is due when slt_table3 has it and slt_table1 too, or an hour after the first. Both, and
    whether it was composed, are in the database: a program that dies goes on from there. Of several
    months that come at once the newest has a message. A month that was history when the program
    began to watch has none.
    """

    def __init__(
        self,
        database: Database,
        reading: TicReader,
        channels: Sequence[str],
        terms: Terms,
        observe: TickHook,
    ):
        self._database = database
        self._numbers, self._bulletins = TicNumbers(database), Bulletins(database)
        self._health = Health(database)
        self._reading, self._channels, self._terms = reading, channels, terms
        self._observe = observe
        # The newest month, once it has its message or will have none.
        self._over: date | None = None

    def next_due(self) -> datetime | None:
        """When the month that waits for slt_table1 is due at the latest; None where none waits."""
        waiting = self._waiting()
        return None if waiting is None else waiting[1]

    def compose_due(self, at: datetime) -> None:
        """Compose and queue the message of the newest month, where it is due and has none."""
        waiting = self._waiting()
        if waiting is None or waiting[1] > at:
            return
        day = self._reading.tic_day(waiting[0], at)
        if day is None:
            return
        # Only where somebody is sent them: they take ten times as long as all the rest.
        charts = self._reading.tic_charts(day.report) if self._channels else ()
        zone = self._terms.zone
        message = tic_message(day, zone, charts)
        self._observe("composed")
        with self._database.immediate() as connection:
            due_at = self._terms.quiet_hours.until(at, zone)
            self._bulletins.promise(connection, message, self._channels, at, due_at)

    def _waiting(self) -> tuple[date, datetime] | None:
        """The newest month, where it has no message yet, and when it is due at the latest."""
        month = self._numbers.newest()
        if month is None or month == self._over:
            return None
        known = self._numbers.first_known(tic_series(GRAND_TOTAL, HOLDINGS), month)
        since = self._health.watching_since()
        if known is None or since is None:
            return None
        is_past = known.at < since
        if is_past or self._bulletins.composed_at(f"tic/{month:%Y-%m}") is not None:
            self._over = month
            return None
        has_assets = self._numbers.first_known(ASSETS, month) is not None
        waits = self._reading.has_tic_assets and not has_assets
        return month, known.at + WAITS_FOR_ASSETS if waits else known.at
