"""Looks in Slack for what an earlier try may have put there: a message, or its charts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from alerts.channel import Undelivered
from alerts.message.message import AttemptedPlace, Message
from alerts.slack.calls import Api, Refused, object_in, objects_in, text_in

EVENT_TYPE: Final = "havenwatch"
PAGE_SIZE: Final = 200
# Clocks differ, and what was known then may be told days later.
LONGEST_OWED: Final = timedelta(days=7)
STAMP: Final = re.compile(r"\d{1,12}\.\d{1,9}", re.ASCII)
NO_SUCH_THREAD: Final = frozenset(
    {"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"}
)

SlackMessage = dict[str, Any]


@dataclass(frozen=True)
class Posted:
    """A message in Slack: its timestamp, and that of the one whose thread it is in, empty where it
    is in the conversation itself."""

    conversation: str
    ts: str
    thread: str = ""

    @property
    def root(self) -> str:
        """The message whose thread goes on below this one."""
        return self.thread or self.ts


def metadata_of(message: Message) -> dict[str, Any]:
    """What a message carries so that it is known again. After a restored copy the same key may be
    of another change of the alert: hence the reason."""
    payload = {"key": message.key, "database": message.origin.database, "reason": _reason(message)}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


class Lookup:
    """What the conversations of one app hold."""

    def __init__(self, api: Api):
        self._api = api
        self._own: frozenset[str] | None = None
        # The files of the message under way, by name, once they are known to be there.
        self.uploaded: dict[str, str] = {}

    def message(self, message: Message, conversation: str) -> Posted | None:
        """The page's message, wherever a try may have put it; None where it is nowhere."""
        for place, thread, since in _places(message, conversation, self._api.at):
            for found_message in self._messages(place, thread, since):
                sent = object_in(found_message, "metadata")
                if sent == metadata_of(message) and self._is_own(found_message):
                    return Posted(place, stamp_in(found_message, "the lookup"), thread)
        return None

    def has_reply(self, posted: Posted, message: Message) -> bool:
        """Whether a message is in the thread of another already."""
        return any(
            object_in(one, "metadata") == metadata_of(message) and self._is_own(one)
            for one in self._messages(posted.conversation, posted.root, None)
        )

    def files(self, posted: Posted) -> dict[str, str]:
        """The files that this app put into a message's thread, oldest first: their ids by name."""
        return {
            str(one.get("name", "")): str(one.get("id"))
            for found_message in self._messages(posted.conversation, posted.root, None)
            if found_message.get("files") and self._is_own(found_message)
            for one in objects_in(found_message, "files", "the lookup")
        }

    def _messages(
        self, conversation: str, thread: str, since: datetime | None
    ) -> Iterator[SlackMessage]:
        """The messages of the conversation, or of a thread, with their metadata."""
        method = "conversations.replies" if thread else "conversations.history"
        asked = {"channel": conversation, "include_all_metadata": True, "limit": PAGE_SIZE}
        if thread:
            asked |= {"ts": thread}
        elif since is not None:
            asked |= {"oldest": f"{(since - LONGEST_OWED).timestamp():.6f}"}
        cursor = ""
        while True:
            try:
                message = {**asked, "cursor": cursor} if cursor else asked
                answer = self._api.call(method, message)
            except Refused as error:
                if thread and error.code in NO_SUCH_THREAD:
                    return
                raise
            yield from objects_in(answer, "messages", method)
            cursor = str(object_in(answer, "response_metadata").get("next_cursor") or "")
            if not cursor:
                return

    def _is_own(self, found_message: SlackMessage) -> bool:
        """Whether this app's own bot posted it, as far as Slack says who did and who we are."""
        posters = {str(found_message.get(name) or "") for name in ("bot_id", "user")} - {""}
        return not posters or not self._names or bool(posters & self._names)

    @property
    def _names(self) -> frozenset[str]:
        """The ids of this app's own bot; asked once, and only where something was found."""
        if self._own is None:
            try:
                answer = self._api.call("auth.test")
                ids = (answer.get("bot_id"), answer.get("user_id"))
                self._own = frozenset(str(one) for one in ids if one)
            except Undelivered:
                self._own = frozenset()
        return self._own


def stamp_in(found: Mapping[str, Any], method: str) -> str:
    """The timestamp by which a message in an answer is known. Raises Undelivered where it has
    none."""
    stamp = text_in(found, "ts", method)
    if STAMP.fullmatch(stamp):
        return stamp
    problem = f"{method} answered with a ts that is no timestamp"
    raise Undelivered(problem, permanent=False, unsure=True)


def _reason(message: Message) -> str:
    return "" if message.about is None else message.about.reason


def _places(message: Message, conversation: str, at: datetime) -> list[tuple[str, str, datetime]]:
    """Where to look, each place once: where the tries went, and where one would go now. A message
    whose thread was gone went into the conversation itself."""
    first = at if message.about is None else message.about.known_at
    now = AttemptedPlace(
        conversation, "" if message.thread is None else message.thread.receipt, first
    )
    found: dict[tuple[str, str], datetime] = {}
    for one in (*message.origin.tried, now):
        for thread in dict.fromkeys((one.thread, "")):
            key = (one.conversation, thread)
            found[key] = min(one.since, first, found.get(key, first))
    return [(place, thread, since) for (place, thread), since in found.items()]
