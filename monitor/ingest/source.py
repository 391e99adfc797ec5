"""What every source is: the settings all share, when it is asked, and how its body is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, ClassVar, Final

import pandas as pd
from annotated_types import Interval, MinLen, Predicate

from monitor.errors import HeldBack
from monitor.ingest.calendars import NEW_YORK, at_local, local_date
from monitor.ingest.http import Body, Request
from rules.model import Series
from state.announced import Announced


def _is_clock_time(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    return (
        colon == ":"
        and len(hours) == len(minutes) == 2
        and hours.isdigit()
        and minutes.isdigit()
        and int(hours) < 24
        and int(minutes) < 60
    )


def _is_base_url(text: str) -> bool:
    scheme, found, rest = text.partition("://")
    return found != "" and scheme in ("http", "https") and rest != ""


# How much a poll asks for where nothing is stored and history comes by span: enough for a rule's
# yardstick, and no more than a publisher gives in one answer.
WARM_UP: Final = timedelta(days=730)

# How long a poll may take with those before it in the same tick.
POLL_TAKES: Final = timedelta(minutes=5)

ClockTime = Annotated[str, Predicate(_is_clock_time)]
BaseUrl = Annotated[str, Predicate(_is_base_url)]
UserAgent = Annotated[str, MinLen(1)]
PollTimes = Annotated[tuple[ClockTime, ...], MinLen(1)]
Hours = Annotated[int, Interval(ge=1, le=24 * 60)]
Seconds = Annotated[int, Interval(ge=1, le=300)]
Days = Annotated[int, Interval(ge=0, le=36_500)]
Megabytes = Annotated[int, Interval(ge=1, le=500)]


def next_at(after: datetime, clock_times: Sequence[str]) -> datetime:
    """The first instant after another at which New York's clocks show one of some times."""
    day = local_date(after)
    while True:
        for text in sorted(clock_times):
            at = at_local(day, time.fromisoformat(text))
            if at > after:
                return at
        day += timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class AskedPublisher(ABC):
    """What is asked over HTTP: a publisher's file, or a feed of quotes. `name` is that of its block
    in the configuration: its type's, unless there are several of a type."""

    source_type: ClassVar[str]
    publisher: ClassVar[str]
    # On what terms the publisher gives it, in a few words.
    licence: ClassVar[str]

    name: str = ""
    enabled: bool = True
    base_url: BaseUrl
    user_agent: UserAgent
    timeout_s: Seconds
    max_mb: Megabytes
    min_interval_s: Annotated[float, Interval(ge=0, le=60)]

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.source_type)

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The environment variables that hold its secrets."""
        return ()

    def request(self, path: str, *, optional: bool = False) -> Request:
        """A request of it; `path` begins with a slash and goes behind `base_url`."""
        return Request(
            url=self.base_url.rstrip("/") + path,
            base_url=self.base_url,
            user_agent=self.user_agent,
            timeout_s=self.timeout_s,
            max_bytes=self.max_mb * 1_000_000,
            min_interval_s=self.min_interval_s,
            optional=optional,
            token_env=next(iter(self.secret_names), ""),
        )


@dataclass(frozen=True, kw_only=True)
class Source(AskedPublisher):
    """A publisher's file. The fields are its block in the configuration.

    `name` is that of the block: its type's, unless there are several of a type. `poll_at` are New
    York clock times; the database remembers what is due, so one missed is made up for. A subclass
    names what to ask for and reads one body, purely.
    """

    # The first day of its history: no earlier date is true.
    first_day: ClassVar[date] = date(1900, 1, 1)
    # On which days its periods lie, one of ingest.calendars.CALENDARS; another date is refused.
    calendar: ClassVar[str]
    # How old the newest period of a live body may be before the whole body is refused as frozen.
    refuse_after_days: ClassVar[int]
    # Whether a file at one address only grows, so that fewer numbers than before are a fault.
    grows: ClassVar[bool] = True
    # Of a publisher whose list changes, how the ids begin of what it may give besides those listed.
    unlisted: ClassVar[tuple[str, ...]] = ()
    # Whether the publisher will never extend it.
    is_complete: ClassVar[bool] = False

    poll_at: PollTimes
    stale_after_hours: Hours
    timeout_s: Seconds = 30
    max_mb: Megabytes = 20
    min_interval_s: Annotated[float, Interval(ge=0, le=60)] = 1.0
    keep_bodies_days: Days = 400

    @property
    def substitutes(self) -> Mapping[str, str]:
        """The series it can give the numbers of, each with the id of its own that does."""
        return {}

    @property
    def checks(self) -> Mapping[str, str]:
        """The series it can only be compared with, each with the id of its own to compare."""
        return {}

    @abstractmethod
    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:
        """What to ask for at a poll when `newest` is the newest stored period."""

    @abstractmethod
    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:
        """What to ask for to get every period from `since` on."""

    def next_page(self, body: Body) -> Request | None:  # noqa: ARG002
        """What to ask for to get the rest of what a body begins; None where it is whole."""
        return None

    @abstractmethod
    def parse(self, body: Body, at: datetime) -> pd.DataFrame:
        """The body's numbers in the publisher's own order: index period_end, a column a series.

        Pure. NaN = no value. Raises BodyRejected for anything that is not as it should be.
        """

    def announced(self, body: Body, at: datetime) -> Sequence[Announced]:  # noqa: ARG002
        """What the body says is to come, of a publisher that announces. Pure; the body has been
        parsed."""
        return ()

    def doubts(self, frame: pd.DataFrame) -> Iterable[HeldBack]:  # noqa: ARG002
        """What `parse` gives that has to be accepted first, whatever is stored."""
        return ()

    @property
    @abstractmethod
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives; of a publisher whose list changes, those it usually gives."""

    @abstractmethod
    def describe(self, series_id: str) -> Series:
        """What is known of a series that `parse` gives."""

    @abstractmethod
    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """When numbers of these periods usually are known, UTC; used for history only."""

    @abstractmethod
    def next_period(self, newest: date) -> date:
        """The period that comes after the newest one."""

    @property
    def keep_for(self) -> timedelta:
        """How long the publisher's own bytes are kept behind the numbers taken from them."""
        return timedelta(days=self.keep_bodies_days)

    def next_poll(self, after: datetime, newest: date | None) -> datetime:  # noqa: ARG002
        """The first poll after an instant."""
        return next_at(after, self.poll_at)

    def window_poll(self, after: datetime, newest: date | None) -> datetime | None:  # noqa: ARG002
        """The next poll of a release that is awaited closely; None where none is."""
        return None

    def awaits_release(self, newest: date | None, at: datetime) -> bool:  # noqa: ARG002
        """Whether a release is due in these minutes, so that nothing else may be asked before it
        is decided and told."""
        return False

    def stale_at(self, newest: date) -> datetime:
        """When the stored numbers are stale unless a newer period has come: `stale_after_hours`
        after it was due, and not before the poll that follows has had its time."""
        overdue = self.latest_release(self.next_period(newest)) + timedelta(
            hours=self.stale_after_hours
        )
        return next_at(overdue - timedelta(seconds=1), self.poll_at) + POLL_TAKES

    def latest_release(self, period: date) -> datetime:
        """When a period is there at the latest, where the publisher keeps to its calendar."""
        return self.release(period)[0]

    def release(self, period: date) -> tuple[datetime, bool]:
        """When a period usually is there, and whether that is only estimated."""
        known = self.assumed_known_at(pd.DatetimeIndex([period]))[0]
        return known.to_pydatetime().astimezone(UTC), False

    def today(self, at: datetime) -> date:
        """The date at the publisher; no period may be later."""
        return local_date(at, NEW_YORK)


class WholeFile(Source):
    """A source whose publisher has one file with all there is."""

    # Behind `base_url`, with a slash at its beginning.
    path: ClassVar[str]

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:  # noqa: ARG002
        """The one file, whatever is stored."""
        return (self.request(self.path),)

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:  # noqa: ARG002
        """The one file, whatever is wanted."""
        return (self.request(self.path),)
