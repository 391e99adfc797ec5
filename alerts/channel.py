"""What every channel is, and how it says that something did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, runtime_checkable

from alerts.clean import clean
from alerts.message.message import Message


class Undelivered(Exception):
    """A message that did not arrive.

    `permanent`: trying again cannot help, somebody must fix the configuration. Otherwise it is
    tried again, not before `retry_after_s` seconds where the other side asked for that. `unsure`:
    nobody can say whether it arrived, as when the connection broke after it was sent.
    """

    def __init__(
        self,
        problem: str,
        *,
        permanent: bool,
        retry_after_s: float | None = None,
        unsure: bool = False,
    ):
        # It may repeat what the other side said.
        problem = clean(problem)
        super().__init__(problem)
        self.problem = problem
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.unsure = unsure


@dataclass(frozen=True)
class Sent:
    """What a receiver gave for a message it took. `remark`: what of it did not arrive, if
    anything, for whoever looks after the channel. `missing`: the parts of it that are worth another
    try, each by itself: recipients, services, the charts."""

    receipt: str
    remark: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reached:
    """What a receiver answered to a call that carries no message. `lacks`: what it cannot do
    although it answers, each in one sentence. `clock_offset`: how far this machine's clock is ahead
    of the receiver's, where it said what time it is."""

    said: str
    lacks: tuple[str, ...] = ()
    clock_offset: timedelta | None = None


@runtime_checkable
class Channel(Protocol):
    """A frozen dataclass of settings that can send a page. It holds names of secrets, never the
    secrets: those are handed to `send`."""

    channel_type: ClassVar[str]

    @property
    def enabled(self) -> bool:
        """Whether it is used at all."""
        ...

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The environment variables whose values `send` needs."""
        ...

    def send(
        self, message: Message, secrets: Mapping[str, str], at: datetime, *, again: bool
    ) -> Sent:
        """The receiver's receipt, e.g. a message id; raises Undelivered.

        `again`: an earlier try may have arrived. A receiver that can be asked is asked first, by
        the page's key; one that knows a key again is sent the same key.
        """
        ...


@runtime_checkable
class Reachable(Protocol):
    """A channel that can be tested without a message."""

    def reach(self, secrets: Mapping[str, str], at: datetime) -> Reached:
        """What the receiver answers to whatever it can be asked without a message: that it is
        there, and where it can be asked so, that it takes the login. Raises Undelivered."""
        ...


def shows_images(channel: Channel) -> bool:
    """Whether a chart is worth drawing for a channel: one that has words alone says
    `shows_images = False`."""
    return bool(getattr(channel, "shows_images", True))


def keeps_incidents(channel: Channel) -> bool:
    """Whether its receiver keeps an alert open until it hears that it is over."""
    return bool(getattr(channel, "keeps_incidents", False))


def place_of(channel: Channel) -> str:
    """The conversation a channel posts to, where it can be asked what is there; else empty."""
    return str(getattr(channel, "place", ""))


def can_be_asked(channel: Channel) -> bool:
    """Whether its receiver can say what it has, so that nothing is sent to it twice."""
    return bool(place_of(channel))


def knows_repeats(channel: Channel | type[Channel]) -> bool:
    """Whether its receiver can tell by the key that it has a message already."""
    return bool(getattr(channel, "knows_repeats", False))


def after_takeover(channel: Channel) -> str:
    """What becomes of a message that another host may have sent in its last seconds."""
    if can_be_asked(channel):
        return "asked first: nothing comes twice"
    if knows_repeats(channel):
        return "sent again with the same key, by which the receiver knows it"
    return "cannot be asked: what came in the last seconds may come twice"
