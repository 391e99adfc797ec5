"""What has come of the releases that an alert named, so that an old message is not read as of
today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, partial

from alerts.message.compose import releases_line
from alerts.message.message import Message
from alerts.message.sections import Section, Text
from alerts.message.values import local_time
from alerts.release import Release
from monitor.ingest.calendars import local_date, month_end
from monitor.views.glance import Glance
from rules.tic.areas import GRAND_TOTAL
from rules.wording import NOT_PUBLISHED, day, month, not_published, signed_usd_bn

NAMED = "Next releases"
NAMED_THEN = "Next releases when this was sent"
# So many years of messages are brought up to date; older ones are left as they were told.
YEARS_BACK = 8


class CameSince:
    """What has come by an instant of the releases that an alert named. A month's transactions are
    read once, however many sentences of the alert await them."""

    def __init__(self, reading: Glance, at: datetime):
        self._reading = reading
        self._at = at
        self._transactions = cache(partial(transactions, reading, at=at))

    def caveat(self, caveat: str) -> str:
        """What an alert does not mean; where it says that a month's transactions are not published
        yet and they are by now, with what they showed."""
        if NOT_PUBLISHED not in caveat:
            return caveat
        for period in _months_to(local_date(self._at)):
            awaited = not_published(period)
            if awaited in caveat:
                came = self._transactions(period)
                if came is not None:
                    then = "were not yet published when this was sent"
                    return caveat.replace(
                        awaited, f"Transactions for {month(period)} {then}; {came}"
                    )
        return caveat

    def releases(self, releases: Sequence[Release]) -> str:
        """The releases that an alert named, in one line; what is out says so."""
        zone, said = self._reading.zone, []
        for release in releases:
            came = None
            if release.at <= self._at:
                period = _months_by_title(local_date(self._at)).get(release.title)
                came = f"out {local_time(release.at, zone)}"
                if period is not None:
                    came = self._transactions(period) or "overdue, no data yet"
            said.append(f"{release.title}: {came}" if came else releases_line([release], zone))
        return "; ".join(said)

    def message(self, message: Message, releases: Sequence[Release]) -> Message:
        """A message of an alert, as it reads by now."""

        def since(section: Section) -> Section:
            if not isinstance(section, Text):
                return section
            if section.heading == NAMED and any(one.at <= self._at for one in releases):
                return replace(section, heading=NAMED_THEN, body=self.releases(releases))
            return replace(section, body=self.caveat(section.body))

        return replace(message, sections=tuple(since(one) for one in message.sections))


def transactions(reading: Glance, period: date, at: datetime) -> str | None:
    """`out on Wed 18 Jun 2025: all foreigners −$58.5bn long-term, −$70.4bn with bills`; None where
    no transactions of a month are known at an instant."""
    known = reading.first_known(reading.settings.transactions, period, at)
    if known is None:
        return None
    import numpy as np
    import pandas as pd

    from rules.tic.lines import long_net_mn, total_net_mn

    panel = reading.full.known(reading.settings.transactions, at, period)
    stamp = pd.Timestamp(period)
    nets = {
        "long-term": long_net_mn(panel, GRAND_TOTAL, stamp),
        "with bills": total_net_mn(panel, GRAND_TOTAL, stamp),
    }
    parts = [
        f"{signed_usd_bn(net_mn / 1000.0)} {words}"
        for words, net_mn in nets.items()
        if not np.isnan(net_mn)
    ]
    if not parts:
        return None
    local = known.astimezone(reading.zone)
    return f"out on {day(local.date())}: all foreigners {', '.join(parts)}."


@lru_cache(maxsize=4)
def _months_by_title(today: date) -> dict[str, date]:
    return {f"TIC for {month(period)} (who sold)": period for period in _months_to(today)}


@lru_cache(maxsize=4)
def _months_to(today: date) -> tuple[date, ...]:
    """The ends of the months that a message told by now may speak of, the newest first."""
    ends = [month_end(today)]
    while len(ends) < 12 * YEARS_BACK:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return tuple(ends)
