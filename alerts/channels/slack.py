"""Slack with a bot token, through its Web API."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPException
from typing import Annotated, Any, ClassVar, Final, TypeVar

from annotated_types import Interval
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from alerts.channel import Sent, Undelivered
from alerts.page import Page, Thread
from alerts.slack_blocks import escape, slack_blocks

# Errors of the Web API after which the same call can succeed later without anybody acting.
TRANSIENT: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
     "request_timeout", "team_added_to_org"}
)  # fmt: skip

NO_SUCH_THREAD: Final = frozenset(
    {"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"}
)
NOT_SLACK: Final = "not a Slack answer"
EVENT_TYPE: Final = "havenwatch"
PAGE_SIZE: Final = 200
LONGEST_OWED: Final = timedelta(days=7)

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Slack:
    """Posts to one conversation. `conversation` is its id (C0123ABCD), which survives renaming.

    One message an alert: what became of it is said in the thread of the first message, which is
    changed to show how the alert stands.
    """

    channel_type: ClassVar[str] = "slack"

    enabled: bool = True
    conversation: str
    token_env: str = "HAVENWATCH_SLACK_TOKEN"
    base_url: str = "https://slack.com/api/"
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 15

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The bot token: scopes chat:write, channels:history (groups:history in a private
        conversation) and files:write."""
        return (self.token_env,)

    def send(self, page: Page, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        """The message's timestamp, which is its id in the conversation.

        The page's key travels as message metadata: where an earlier try may have arrived, the
        conversation is asked for it first. Retries belong to the outbox, so the client makes none
        of its own. A chart that Slack does not take holds up no words: it is remarked on.
        """
        client = WebClient(
            token=secrets[self.token_env],
            base_url=f"{self.base_url.rstrip('/')}/",
            timeout=self.timeout_s,
            retry_handlers=[],
        )
        try:
            receipt = (again and self._find(client, page, at)) or self._post(client, page)
        except _Refused as error:
            if page.thread is None or error.code not in NO_SUCH_THREAD:
                raise
            # The first message was deleted, or went to another conversation.
            return self.send(replace(page, thread=None), secrets, at, again=again)
        if page.thread is not None and page.thread.is_own:
            self._update_head(client, page)
        return Sent(receipt, self._share_charts(client, page, receipt, again=again))

    def _find(self, client: WebClient, page: Page, at: datetime) -> str:
        """The timestamp of the message that carries the page's key, or empty."""
        for message in self._messages(client, page.thread, _oldest(page, at)):
            sent = message.get("metadata") or {}
            if sent.get("event_payload", {}).get("key") == page.key:
                return str(message["ts"])
        return ""

    def _messages(
        self, client: WebClient, thread: Thread | None, oldest: str
    ) -> Iterator[dict[str, Any]]:
        """The messages of the conversation, or of a thread, with their metadata."""
        method = "conversations.history" if thread is None else "conversations.replies"
        asked = {"channel": self.conversation, "include_all_metadata": True, "limit": PAGE_SIZE}
        asked |= {"oldest": oldest} if thread is None else {"ts": thread.receipt}
        cursor = ""
        while True:
            page = {**asked, "cursor": cursor} if cursor else asked
            answer = _call(method, partial(client.api_call, method, params=page))
            yield from answer["messages"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _post(self, client: WebClient, page: Page) -> str:
        answer = _call(
            "chat.postMessage",
            lambda: client.chat_postMessage(
                channel=self.conversation,
                **_content(page),
                metadata=_metadata(page.key),
                thread_ts=None if page.thread is None else page.thread.receipt,
                reply_broadcast=True if page.thread and page.loud else None,
                unfurl_links=False,
                unfurl_media=False,
            ),
        )
        return str(answer["ts"])

    def _update_head(self, client: WebClient, page: Page) -> None:
        """Make the alert's first message show how it stands; a repeat changes nothing."""
        thread = page.thread
        assert thread is not None
        _call(
            "chat.update",
            lambda: client.chat_update(
                channel=self.conversation,
                ts=thread.receipt,
                **_content(page),
                metadata=_metadata(thread.key),
            ),
        )

    def _share_charts(self, client: WebClient, page: Page, receipt: str, *, again: bool) -> str:
        """Put the charts into the message's thread, each once; what went wrong, or empty."""
        if not page.images:
            return ""
        root = receipt if page.thread is None else page.thread.receipt
        try:
            there = self._files(client, root) if again else set()
            for place, image in enumerate(page.images, 1):
                if (name := _file_name(page, place)) not in there:
                    client.files_upload_v2(
                        channel=self.conversation,
                        thread_ts=root,
                        content=image.png,
                        filename=name,
                        title=image.heading,
                        alt_txt=image.described,
                    )
        except (SlackApiError, SlackClientError, Undelivered, HTTPException, OSError) as error:
            # The upload's second step raises bare errors of urllib.
            code = _code(error) if isinstance(error, SlackApiError) else type(error).__name__
            return f"the chart did not arrive: {code}"
        return ""

    def _files(self, client: WebClient, root: str) -> set[str]:
        """The names of the files in a thread."""
        thread = Thread(root, "")
        return {
            one.get("name", "")
            for message in self._messages(client, thread, "")
            for one in message.get("files") or ()
        }


class _Refused(Undelivered):
    """Slack answered with an error; `code` is its word."""

    def __init__(self, method: str, error: SlackApiError):
        status = int(getattr(error.response, "status_code", 0) or 0)
        headers = getattr(error.response, "headers", {}) or {}
        self.code = _code(error)
        broken = status >= 500 or self.code == NOT_SLACK
        wait = next((v for k, v in headers.items() if k.lower() == "retry-after"), None)
        super().__init__(
            f"{method} answered HTTP {status}, {self.code}",
            permanent=not (broken or self.code in TRANSIENT or status == 429),
            retry_after_s=float(wait) if wait and str(wait).isdigit() else None,
            # Behind a broken answer the message may have been taken all the same.
            unsure=broken,
        )


def _call(method: str, call: Callable[[], Answer]) -> Answer:
    """What a call gives, its errors as Undelivered. Their text never holds the token."""
    try:
        return call()
    except SlackApiError as error:
        raise _Refused(method, error) from None
    except (SlackClientError, HTTPException, OSError) as error:
        cause = getattr(error, "reason", error)
        sure = isinstance(cause, (ConnectionRefusedError, socket.gaierror))
        problem = f"{method}: no answer: {type(cause).__name__}"
        raise Undelivered(problem, permanent=False, unsure=not sure) from None


def _content(page: Page) -> dict[str, Any]:
    return {"text": escape(page.subject), "blocks": slack_blocks(page)}


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def _oldest(page: Page, at: datetime) -> str:
    """Before this the message cannot have been sent."""
    first = at if page.about is None else page.about.known_at
    return f"{(first - LONGEST_OWED).timestamp():.6f}"


def _file_name(page: Page, place: int) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", f"{page.key}-{place}") + ".png"


def _code(error: SlackApiError) -> str:
    """Slack's word for what is wrong."""
    try:
        return str(error.response.get("error", "no error code"))
    except (AttributeError, ValueError):
        return NOT_SLACK
