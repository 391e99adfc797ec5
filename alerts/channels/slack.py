"""Slack with a bot token, through its Web API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final

from annotated_types import Interval

from alerts.channel import Sent, Undelivered
from alerts.exchange import WHOLE, Exchange
from alerts.page import Page, Thread
from alerts.slack_blocks import escape, slack_blocks
from alerts.slack_buttons import slack_buttons
from alerts.slack_calls import Api, Refused

NO_SUCH_THREAD: Final = frozenset(
    {"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"}
)
EVENT_TYPE: Final = "havenwatch"
PAGE_SIZE: Final = 200
LONGEST_OWED: Final = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Slack:
    """Posts to one conversation. `conversation` is its id (C0123ABCD), which survives renaming.

    One message an alert: what became of it is said in the thread of the first message, which is
    changed to show how the alert stands. With an app token (xapp-) in `app_token_env`, messages
    about an open alert have buttons, which are answered without a public address.
    """

    channel_type: ClassVar[str] = "slack"

    enabled: bool = True
    conversation: str
    token_env: str = "HAVENWATCH_SLACK_TOKEN"
    app_token_env: str = ""
    base_url: str = "https://slack.com/api/"
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 15

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The bot token: scopes chat:write, channels:history (groups:history in a private
        conversation) and files:write. The app token, where there are buttons: connections:write."""
        return (self.token_env, self.app_token_env) if self.app_token_env else (self.token_env,)

    def send(self, page: Page, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        """The message's timestamp, which is its id in the conversation.

        The page's key travels as message metadata: where an earlier try may have arrived, the
        conversation is asked for it first. A chart that Slack does not take holds up no words: it
        is remarked on. All its calls together end with one exchange.
        """
        with Exchange(WHOLE * self.timeout_s):
            return self._send(self._api(secrets[self.token_env], at), page, again=again)

    def _send(self, api: Api, page: Page, *, again: bool) -> Sent:
        try:
            receipt = (again and self._find(api, page)) or self._post(api, page)
        except Refused as error:
            if page.thread is None or error.code not in NO_SUCH_THREAD:
                raise
            # The first message was deleted, or went to another conversation.
            return self._send(api, replace(page, thread=None), again=again)
        remarks = [
            self._update_head(api, page) if page.thread and page.thread.is_own else "",
            self._share_charts(api, page, receipt, again=again),
        ]
        return Sent(receipt, "; ".join(filter(None, remarks)))

    def shortcomings(self, secrets: Mapping[str, str], at: datetime) -> tuple[str, ...]:
        """What it cannot do although it can send: one sentence each, with Slack's reason."""
        api = self._api(secrets[self.token_env], at)
        tries: dict[str, tuple[Api, str, dict[str, Any]]] = {
            "it cannot look up whether a message arrived": (
                api, "conversations.history", {"channel": self.conversation, "limit": 1}
            ),
            "it cannot send charts": (
                api, "files.getUploadURLExternal", {"filename": "test.png", "length": 1}
            ),
        }  # fmt: skip
        if self.app_token_env:
            of_app = self._api(secrets[self.app_token_env], at)
            tries["its buttons are not answered"] = (of_app, "apps.connections.open", {})
        return tuple(filter(None, (_shortcoming(what, *one) for what, one in tries.items())))

    def _api(self, token: str, at: datetime) -> Api:
        return Api(self.base_url, token, self.timeout_s, at)

    def _content(self, page: Page) -> dict[str, Any]:
        last = slack_buttons(page) if self.app_token_env else []
        return {"text": escape(page.subject), "blocks": slack_blocks(page, last)}

    def _news(self, page: Page) -> dict[str, Any]:
        """What a reply says: the message above it has the rest, and the buttons."""
        return {"text": escape(page.subject), "blocks": slack_blocks(page.news())}

    def _find(self, api: Api, page: Page) -> str:
        """The timestamp of the message that carries the page's key, or empty."""
        for message in self._messages(api, page.thread, _oldest(page, api.at)):
            sent = message.get("metadata") or {}
            if sent.get("event_payload", {}).get("key") == page.key:
                return str(message["ts"])
        return ""

    def _messages(self, api: Api, thread: Thread | None, oldest: str) -> Iterator[dict[str, Any]]:
        """The messages of the conversation, or of a thread, with their metadata."""
        method = "conversations.history" if thread is None else "conversations.replies"
        asked = {"channel": self.conversation, "include_all_metadata": True, "limit": PAGE_SIZE}
        asked |= {"oldest": oldest} if thread is None else {"ts": thread.receipt}
        cursor = ""
        while True:
            page = {**asked, "cursor": cursor} if cursor else asked
            answer = api.call(method, page)
            yield from answer["messages"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _post(self, api: Api, page: Page) -> str:
        continues = page.thread is not None and page.thread.is_own
        content = self._news(page) if continues else self._content(page)
        asked = {
            "channel": self.conversation,
            **content,
            "metadata": _metadata(page.key),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if page.thread is not None:
            asked["thread_ts"] = page.thread.receipt
            asked |= {"reply_broadcast": True} if page.loud else {}
        return str(api.call("chat.postMessage", asked)["ts"])

    def _update_head(self, api: Api, page: Page) -> str:
        """Make the alert's first message show how it stands; a repeat changes nothing. Returns why
        it never will, or empty."""
        thread = page.thread
        assert thread is not None
        asked = {"channel": self.conversation, "ts": thread.receipt, **self._content(page)}
        try:
            api.call("chat.update", {**asked, "metadata": _metadata(thread.key)})
        except Undelivered as error:
            if error.permanent:
                return f"the first message was not changed: {error.problem}"
            # The page itself has arrived by now, which the next try finds out by its key.
            raise Undelivered(
                error.problem, permanent=False, retry_after_s=error.retry_after_s, unsure=True
            ) from None
        return ""

    def _share_charts(self, api: Api, page: Page, receipt: str, *, again: bool) -> str:
        """Put the charts into the message's thread, each once; what went wrong, or empty."""
        if not page.images:
            return ""
        root = receipt if page.thread is None else page.thread.receipt
        try:
            there = self._files(api, root) if again else set()
            for place, image in enumerate(page.images, 1):
                if (name := _file_name(page, place)) not in there:
                    file = api.upload(name, image.heading, image.described, image.png)
                    where = {"channel_id": self.conversation, "thread_ts": root}
                    api.call("files.completeUploadExternal", {"files": [file], **where})
        except Undelivered as error:
            return f"the chart did not arrive: {error.problem}"
        return ""

    def _files(self, api: Api, root: str) -> set[str]:
        """The names of the files in a thread."""
        thread = Thread(root, "")
        return {
            one.get("name", "")
            for message in self._messages(api, thread, "")
            for one in message.get("files") or ()
        }


def _shortcoming(what: str, api: Api, method: str, asked: Mapping[str, Any]) -> str:
    """What cannot be done and why, or empty where the attempt succeeds."""
    try:
        api.call(method, asked)
    except Undelivered as error:
        return f"{what}: {error.problem}"
    return ""


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def _oldest(page: Page, at: datetime) -> str:
    """Before this the message cannot have been sent."""
    first = at if page.about is None else page.about.known_at
    return f"{(first - LONGEST_OWED).timestamp():.6f}"


def _file_name(page: Page, place: int) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", f"{page.key}-{place}") + ".png"
