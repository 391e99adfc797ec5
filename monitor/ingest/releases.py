"""The coming publications that can confirm or contradict a signal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import pandas as pd

from alerts.model import Release
from monitor.ingest.calendars import (
    NEW_YORK,
    US_BONDS,
    US_OFFICES,
    at_local,
    known_by,
    local_date,
    next_custody_release,
    next_session,
    next_tic_release,
    tic_release,
)
from rules.model import Signal
from rules.wording import month

ACM_TIME: Final = time(9, 30)
KIM_WRIGHT_TIME: Final = time(15, 0)
KIM_WRIGHT_BUSINESS_DAYS: Final = 2  # after the Friday to which it goes


def _tic(at: datetime, period_end: date | None) -> Release:
    """The release with the transactions of a period's month, or the next one where that is out."""
    data_month, release_at, estimated = next_tic_release(at)
    if period_end is not None and tic_release(period_end)[0] > at:
        data_month, (release_at, estimated) = period_end, tic_release(period_end)
    return Release(f"TIC for {month(data_month)} (who sold)", release_at, estimated)


def _custody(at: datetime, period_end: date | None) -> Release:  # noqa: ARG001
    return Release("H.4.1 custody (weekly pulse)", next_custody_release(at))


def _acm(at: datetime, period_end: date | None) -> Release:  # noqa: ARG001
    day = local_date(at) - timedelta(days=1)
    while at_local(day := next_session(US_BONDS, day), ACM_TIME) <= at:
        pass
    return Release("ACM term premium (next session)", at_local(day, ACM_TIME))


def _kim_wright(at: datetime, period_end: date | None) -> Release:  # noqa: ARG001
    fridays = pd.date_range(local_date(at) - timedelta(days=14), periods=5, freq="W-FRI")
    out = known_by(
        fridays, KIM_WRIGHT_TIME, KIM_WRIGHT_BUSINESS_DAYS, NEW_YORK, US_OFFICES
    ).to_pydatetime()
    coming = min(moment.astimezone(UTC) for moment in out if moment > at)
    return Release("Kim-Wright term premium (another model)", coming)


# Each kind a rule may await: from an instant and the period judged to the next release.
KINDS: Final[Mapping[str, Callable[[datetime, date | None], Release]]] = {
    "tic": _tic,
    "custody": _custody,
    "acm": _acm,
    "kim_wright": _kim_wright,
}


def coming_releases(signal: Signal, awaits: Iterable[str]) -> tuple[Release, ...]:
    """What comes next of the kinds a rule awaits, the nearest first; nothing for a signal about
    the program itself."""
    found = [KINDS[kind](signal.known_at, signal.period_end) for kind in awaits]
    return tuple(sorted(found, key=lambda release: release.at))


def next_releases(at: datetime) -> tuple[Release, ...]:
    """The next release of each kind that can settle a signal, the nearest first."""
    found = (release(at, None) for release in KINDS.values())
    return tuple(sorted(found, key=lambda release: release.at))
