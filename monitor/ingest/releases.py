"""The coming publications that can confirm or contradict a signal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from alerts.release import Release
from monitor.ingest.calendars import (
    US_BONDS,
    US_OFFICES,
    at_local,
    last_session,
    local_date,
    next_custody_release,
    next_session,
    next_tic_release,
    positions_release,
    sessions_later,
    tic_release,
)
from rules.model import Signal
from rules.wording import month

TUESDAY: Final = 1
FRIDAY: Final = 4
ACM_TIME: Final = time(9, 30)
KIM_WRIGHT_TIME: Final = time(15, 0)
KIM_WRIGHT_BUSINESS_DAYS: Final = 2  # after the Friday to which it goes


def _tic(at: datetime, period_end: date | None) -> Release:
    """The release with the transactions of a period's month, or the next one where that is out."""
    data_month, release_at, estimated = next_tic_release(at)
    if period_end is not None and tic_release(period_end)[0] > at:
        data_month, (release_at, estimated) = period_end, tic_release(period_end)
    return Release(f"TIC for {month(data_month)} (who sold)", release_at, estimated, settles=True)


def _custody(at: datetime, period_end: date | None) -> Release:  # noqa: ARG001
    return Release("H.4.1 custody (weekly pulse)", next_custody_release(at))


def _acm(at: datetime, period_end: date | None) -> Release:  # noqa: ARG001
    day = local_date(at) - timedelta(days=1)
    while at_local(day := next_session(US_BONDS, day), ACM_TIME) <= at:
        pass
    return Release("ACM term premium (next session)", at_local(day, ACM_TIME))


def _kim_wright(at: datetime, period_end: date | None) -> Release:  # noqa: ARG001
    friday = local_date(at) - timedelta(days=14)
    while friday.weekday() != FRIDAY or (out := _kim_wright_out(friday)) <= at:
        friday += timedelta(days=1)
    return Release("Kim-Wright term premium (another model)", out)


def _kim_wright_out(friday: date) -> datetime:
    """When the estimates of the week that ends with a Friday come out."""
    last = last_session(US_OFFICES, friday)
    day = sessions_later(US_OFFICES, last, KIM_WRIGHT_BUSINESS_DAYS)
    return at_local(day, KIM_WRIGHT_TIME)


def _cftc(at: datetime, period_end: date | None) -> Release:  # noqa: ARG001
    tuesday = local_date(at) - timedelta(days=14)
    while tuesday.weekday() != TUESDAY or (out := positions_release(tuesday)) <= at:
        tuesday += timedelta(days=1)
    return Release("CFTC futures positions (weekly)", out)


# Each kind a rule may await: from an instant and the period judged to the next release.
KINDS: Final[Mapping[str, Callable[[datetime, date | None], Release]]] = {
    "tic": _tic,
    "custody": _custody,
    "acm": _acm,
    "kim_wright": _kim_wright,
    "cftc": _cftc,
}
# Those that can say who sold, or why: positions in futures cannot.
NAMED_EVERYWHERE: Final = ("tic", "custody", "acm", "kim_wright")


def coming_releases(signal: Signal, awaits: Iterable[str]) -> tuple[Release, ...]:
    """What comes next of the kinds a rule awaits, the nearest first; nothing for a signal about
    the program itself."""
    found = [KINDS[kind](signal.known_at, signal.period_end) for kind in awaits]
    return tuple(sorted(found, key=lambda release: release.at))


def next_releases(at: datetime) -> tuple[Release, ...]:
    """The next release of each kind that is named in every digest and on the pages, the nearest
    first."""
    found = (KINDS[kind](at, None) for kind in NAMED_EVERYWHERE)
    return tuple(sorted(found, key=lambda release: release.at))
