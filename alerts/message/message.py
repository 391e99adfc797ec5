"""A neutral page: what is said, before it is said in any channel's own form."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Final

from alerts.model import Reason
from rules.model import Evidence


class Base64:
    """Bytes that are base64 in JSON. Pydantic asks for its schema when a message is stored; whoever
    only shows one does not load pydantic."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(
            lambda found: base64.b64decode(found) if isinstance(found, str) else found,
            core_schema.bytes_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda raw: base64.b64encode(raw).decode(), when_used="json"
            ),
        )


@dataclass(frozen=True)
class Text:
    """A paragraph under an optional heading. `strong` is the line to read first."""

    body: str
    heading: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Bar:
    """One measured value beside its threshold; `ratio` 1.0 = exactly at it."""

    label: str
    shown: str
    limit: str
    ratio: float


@dataclass(frozen=True)
class Bars:
    """Bars drawn to one scale, the threshold at the same place in each."""

    heading: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Table:
    """Rows of text. `align` holds `l` or `r` a column; `detail` may be left out where room is
    short."""

    heading: str
    columns: tuple[str, ...]
    align: str
    rows: tuple[tuple[str, ...], ...]
    detail: bool = False

    def without_empty_columns(self) -> Table:
        """The table without the columns in which no row has anything."""
        keep = [i for i in range(len(self.columns)) if any(row[i] for row in self.rows)]
        return self.of_columns(keep)

    def of_columns(self, keep: Sequence[int]) -> Table:
        """The table with only these columns."""
        return replace(
            self,
            columns=tuple(self.columns[i] for i in keep),
            align="".join(self.align[i] for i in keep),
            rows=tuple(tuple(row[i] for i in keep) for row in self.rows),
        )


@dataclass(frozen=True)
class Image:
    """A chart as PNG, and what it shows in words for who cannot see it."""

    heading: str
    described: str
    png: Annotated[bytes, Base64()]


# What the link of a page is called.
MORE: Final = "Full details"
# What the key of a message to a second channel ends in.
ESCALATED: Final = "/escalated"

Section = Text | Bars | Table | Image


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


def message_key(transition_id: str, *, is_escalation: bool) -> str:
    """The key of a transition's message. The same to a second channel, with other words, is another
    message: a receiver of both must not take it for a repeat."""
    return f"{transition_id}{ESCALATED}" if is_escalation else transition_id


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
