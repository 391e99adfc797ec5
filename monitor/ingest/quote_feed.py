"""What every feed of quotes is: how often it is asked, and how a body is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final

from annotated_types import Interval

from monitor.errors import BodyRejected
from monitor.ingest.http import Body, Request
from monitor.ingest.source import BaseUrl, Megabytes, UserAgent
from rules.intraday.quote import FURTHEST, Quote

# No quote is of the future; clocks differ by less.
AHEAD_AT_MOST: Final = timedelta(minutes=2)

QuoteTimeout = Annotated[int, Interval(ge=1, le=30)]


@dataclass(frozen=True, kw_only=True)
class QuoteFeed(ABC):
    """A feed of quotes. The fields are its block in the configuration; `name` is that of the block.

    A subclass names what to ask for and reads one body, purely.
    """

    source_type: ClassVar[str]
    publisher: ClassVar[str]
    # On what terms the publisher gives it, in a few words.
    licence: ClassVar[str]

    name: str = ""
    enabled: bool = True
    base_url: BaseUrl
    user_agent: UserAgent
    poll_every_s: Annotated[int, Interval(ge=1, le=900)] = 60
    timeout_s: QuoteTimeout = 5
    max_mb: Megabytes = 2
    min_interval_s: Annotated[float, Interval(ge=0, le=60)] = 0.5

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.source_type)

    @abstractmethod
    def requests(self) -> Sequence[Request]:
        """What to ask for at a poll."""

    @abstractmethod
    def parse(self, body: Body) -> list[Quote]:
        """The quotes of a body, in any order; none where the publisher has none.

        Pure. Raises BodyRejected for anything that is not as it should be.
        """

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The environment variables that hold its secrets."""
        return ()

    def request(self, path: str) -> Request:
        """A request of this feed; `path` begins with a slash and goes behind `base_url`."""
        return Request(
            url=self.base_url.rstrip("/") + path,
            base_url=self.base_url,
            user_agent=self.user_agent,
            timeout_s=self.timeout_s,
            max_bytes=self.max_mb * 1_000_000,
            min_interval_s=self.min_interval_s,
            token_env=next(iter(self.secret_names), ""),
        )


def plausible(quotes: Sequence[Quote], url: str, at: datetime) -> list[Quote]:
    """The quotes of a body that came at `at`. Raises BodyRejected where one cannot be true: of the
    future, or further from its own close before than a session has gone."""
    for one in quotes:
        if one.series_id not in FURTHEST:
            known = ", ".join(FURTHEST)
            raise BodyRejected(url, expected=f"quotes of {known}", got=one.series_id)
        if one.at > at + AHEAD_AT_MOST:
            got = f"{one.at:%Y-%m-%dT%H:%M:%SZ}"
            raise BodyRejected(url, expected="quotes of the past", got=got)
        if not 0 < one.value < float("inf"):
            raise BodyRejected(url, expected="a level above zero", got=f"{one.value!r:.40}")
    return list(quotes)
