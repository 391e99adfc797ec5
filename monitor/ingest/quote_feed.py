"""What every feed of quotes is: how often it is asked, and how a body is read."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from annotated_types import Interval

from monitor.errors import BodyRejected
from monitor.ingest.http import Body, Request
from monitor.ingest.source import AskedPublisher, Megabytes
from rules.intraday.quote import FURTHEST, Quote

# No quote is of the future; clocks differ by less.
AHEAD_AT_MOST: Final = timedelta(minutes=2)

QuoteTimeout = Annotated[int, Interval(ge=1, le=30)]


@dataclass(frozen=True, kw_only=True)
class QuoteFeed(AskedPublisher):
    """A feed of quotes. The fields are its block in the configuration.

    A subclass names what to ask for and reads one body, purely.
    """

    poll_every_s: Annotated[int, Interval(ge=1, le=900)] = 60
    timeout_s: QuoteTimeout = 5
    max_mb: Megabytes = 2
    min_interval_s: Annotated[float, Interval(ge=0, le=60)] = 0.5

    @abstractmethod
    def requests(self) -> Sequence[Request]:
        """What to ask for at a poll."""

    @abstractmethod
    def parse(self, body: Body) -> list[Quote]:
        """The quotes of a body, in any order; none where the publisher has none.

        Pure. Raises BodyRejected for anything that is not as it should be.
        """


def plausible(quotes: Sequence[Quote], url: str, at: datetime) -> list[Quote]:
    """The quotes of a body that came at `at`. Raises BodyRejected where one is of another series,
    of the future, or without a level above zero, and where a close before has none."""
    for one in quotes:
        if one.series_id not in FURTHEST:
            known = ", ".join(FURTHEST)
            raise BodyRejected(url, expected=f"quotes of {known}", got=one.series_id)
        if one.at > at + AHEAD_AT_MOST:
            got = f"{one.at:%Y-%m-%dT%H:%M:%SZ}"
            raise BodyRejected(url, expected="quotes of the past", got=got)
        levels = (one.value, 1.0 if one.previous_close is None else one.previous_close)
        wrong = [level for level in levels if not 0 < level < float("inf")]
        if wrong:
            raise BodyRejected(url, expected="a level above zero", got=f"{wrong[0]!r:.40}")
    return list(quotes)
