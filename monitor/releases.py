"""The coming publications that can confirm or contradict a signal."""

from __future__ import annotations

from datetime import datetime

from alerts.model import Release
from alerts.routing import OPERATIONAL_RULES
from monitor.calendars import next_custody_release, next_tic_release, tic_release
from rules.model import Signal
from rules.wording import month


def coming_releases(signal: Signal) -> tuple[Release, ...]:
    """For a market signal, the TIC release with the transactions of its month, or the next one
    where that is out, and the next H.4.1; for one about the program itself, nothing."""
    if signal.rule_id in OPERATIONAL_RULES:
        return ()
    return next_releases(signal.known_at, tic_release(signal.period_end)[0], signal)


def next_releases(
    at: datetime, of_month_at: datetime | None = None, signal: Signal | None = None
) -> tuple[Release, ...]:
    """The next releases after an instant, the nearest first."""
    data_month, tic_at, estimated = next_tic_release(at)
    if signal is not None and of_month_at is not None and of_month_at > at:
        data_month, tic_at = signal.period_end, of_month_at
        estimated = tic_release(signal.period_end)[1]
    releases = (
        Release("H.4.1 custody (weekly pulse)", next_custody_release(at)),
        Release(f"TIC for {month(data_month)} (who sold)", tic_at, estimated),
    )
    return tuple(sorted(releases, key=lambda release: release.at))
