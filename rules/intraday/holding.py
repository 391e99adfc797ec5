"""What has held for long enough to be told: a spike that is gone at the next poll, and a quote that
no longer moves, have not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.evaluation import Evaluations
from rules.intraday.quote import Quote


@dataclass(frozen=True)
class Sample:
    """How a rule was judged by the quotes that had come by the instant `at`; `trading` are the
    markets that were open then."""

    at: datetime
    severity: int
    quotes: Mapping[str, Quote]
    trading: frozenset[str]


@dataclass(frozen=True)
class Held:
    """The mildest and the worst that a rule was judged over the whole of a time; both UNKNOWN where
    it was not known throughout."""

    least: int
    most: int


NOT_KNOWN = Held(Evaluations.UNKNOWN, Evaluations.UNKNOWN)


def held(samples: Sequence[Sample], at: datetime, hold: timedelta) -> Held:
    """What has held from `at` - `hold` to `at`, by samples oldest first.

    A sample stands until the next. Nothing is known to have held where the first sample is younger
    than `hold`, where one is unknown, or where the quotes of a market that trades stood still: they
    must have gone on for at least half of the time, and to another level.
    """
    past = [one for one in samples if one.at <= at]
    before = [one for one in past if one.at <= at - hold]
    if not before:
        return NOT_KNOWN
    window = [before[-1], *past[len(before) :]]
    codes = [one.severity for one in window]
    if min(codes) == Evaluations.UNKNOWN or not _moved(window, hold / 2):
        return NOT_KNOWN
    return Held(min(codes), max(codes))


def held_since(samples: Sequence[Sample], least: int) -> datetime | None:
    """Since when every sample was at least so severe; None where the last is not."""
    since = None
    for one in reversed(samples):
        if one.severity < least:
            break
        since = one.at
    return since


def _moved(window: Sequence[Sample], least: timedelta) -> bool:
    """Whether the quotes of each market that traded all the time went on for so long, and to
    another level."""
    for series_id in frozenset.intersection(*(one.trading for one in window)):
        found = [one.quotes[series_id] for one in window if series_id in one.quotes]
        if not found or found[-1].at - found[0].at < least:
            return False
        if len({one.value for one in found}) == 1:
            return False
    return True
