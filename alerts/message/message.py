"""A neutral page: what is said, before it is said in any channel's own form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from alerts.message.sections import Bars, Image, Section, Text
from alerts.states import Reason
from rules.model import Evidence

# What the link of a page is called.
MORE: Final = "Full details"


@dataclass(frozen=True)
class About:
    """What a page tells, for a receiver that is a program.

    `reason` is the transition's; `evidence` every number with unit, date, threshold and source;
    `tags` those of the rule.
    """

    alert_id: str
    rule_id: str
    rule_title: str
    subject: str
    period_end: date
    severity: str
    state: str
    reason: str
    provisional: bool
    late: bool
    known_at: datetime
    acknowledged_by: str
    evidence: tuple[Evidence, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class AttemptedPlace:
    """Where a try put a message, or may have: the conversation, and the receipt of the message it
    was to follow there, empty for a message of its own. `since`: when it was first tried there."""

    conversation: str
    thread: str
    since: datetime


@dataclass(frozen=True)
class DeliveryHistory:
    """By what a channel that can be asked knows its own message again, and where it looks.

    `database`: the id of the database that sends it. `tried`: every place of an earlier try.
    `may_be_there`: the database may be an older copy whose later messages were sent. `parts`: what
    alone is still to be sent of a message that arrived, such as some recipients; empty for all.
    """

    database: str = ""
    tried: tuple[AttemptedPlace, ...] = ()
    may_be_there: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thread:
    """The message in the same channel that a page continues: its receipt there and its key.

    `is_own`: it is the first one about the same alert, which should now look like this page;
    otherwise it is of another alert of the same session.
    """

    receipt: str
    key: str
    is_own: bool = True


@dataclass(frozen=True)
class Message:
    """A message of any kind. `key` is unique to what is told, so that a channel can recognise it.

    `tone` is a severity, `resolved` or `plain`; `kicker` the short line above the title; `subject`
    the one line that says it all where only one line is shown; `brief` what is read at a glance
    below the title, a line each; `about` what is told as values, None for what is no alert;
    `rest` what it leaves out, to be shown to who asks for it; `has_own_words`: a desk's template
    wrote its sections;
    `thread` the message it continues, None for a first one; `loud`: it asks for attention although
    it is in a thread; `link` where more of it is to be seen, empty where nowhere.
    """

    key: str
    tone: str
    kicker: str
    title: str
    subject: str
    sections: tuple[Section, ...]
    footer: str
    about: About | None = None
    thread: Thread | None = None
    loud: bool = False
    link: str = ""
    marks: tuple[str, ...] = ()
    brief: tuple[str, ...] = ()
    rest: tuple[Section, ...] = ()
    has_own_words: bool = False
    newest: Message | None = None
    origin: DeliveryHistory = DeliveryHistory()

    @property
    def whole(self) -> Message:
        """The message with all that it rests on in place of what it is cut to, and its charts."""
        return replace(self, sections=(*self.rest, *self.images)) if self.rest else self

    @property
    def current(self) -> Message:
        """The page that shows how the alert stands: for what a channel keeps of an alert."""
        return self.newest or self

    def marked(self, line: str) -> str:
        """A line with the marks before it."""
        return "".join(f"[{one}] " for one in self.marks) + line

    def news(self) -> Message:
        """The page without what the message it continues says already: what changed, and the
        numbers that did."""
        if self.about is not None and self.about.reason == Reason.SETTLED:
            return self  # all of it is
        answered = self.about is not None and self.about.reason == Reason.ACKNOWLEDGED
        kept = tuple(
            one
            for one in self.sections
            if (isinstance(one, Text) and (one.strong or self.has_own_words))
            or (isinstance(one, Bars) and not answered)
        )
        return replace(self, sections=kept)

    @property
    def images(self) -> tuple[Image, ...]:
        """The charts among its sections."""
        return tuple(one for one in self.sections if isinstance(one, Image))
