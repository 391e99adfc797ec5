"""Slack with a bot token, through its Web API."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPException
from typing import Annotated, Any, ClassVar, Final, TypeVar
from urllib.error import URLError

from annotated_types import Interval
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from alerts.channel import Sent, Undelivered
from alerts.page import Page, Thread
from alerts.retry_after import retry_after_s
from alerts.slack_blocks import escape, slack_blocks

# Errors of the Web API after which the same call can succeed later without anybody acting.
TRANSIENT: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
     "request_timeout", "team_added_to_org"}
)  # fmt: skip
# Of these Slack says that a part of the call may have succeeded.
HALF_DONE: Final = frozenset({"internal_error", "fatal_error", "service_unavailable"})

NO_SUCH_THREAD: Final = frozenset(
    {"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"}
)
WORD: Final = re.compile(r"[a-z0-9_]{1,60}")
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
        api = _Api(client, at)
        try:
            receipt = (again and self._find(api, page)) or self._post(api, page)
        except _Refused as error:
            if page.thread is None or error.code not in NO_SUCH_THREAD:
                raise
            # The first message was deleted, or went to another conversation.
            return self.send(replace(page, thread=None), secrets, at, again=again)
        remarks = [
            self._update_head(api, page) if page.thread and page.thread.is_own else "",
            self._share_charts(api, page, receipt, again=again),
        ]
        return Sent(receipt, "; ".join(filter(None, remarks)))

    def _find(self, api: _Api, page: Page) -> str:
        """The timestamp of the message that carries the page's key, or empty."""
        for message in self._messages(api, page.thread, _oldest(page, api.at)):
            sent = message.get("metadata") or {}
            if sent.get("event_payload", {}).get("key") == page.key:
                return str(message["ts"])
        return ""

    def _messages(self, api: _Api, thread: Thread | None, oldest: str) -> Iterator[dict[str, Any]]:
        """The messages of the conversation, or of a thread, with their metadata."""
        method = "conversations.history" if thread is None else "conversations.replies"
        asked = {"channel": self.conversation, "include_all_metadata": True, "limit": PAGE_SIZE}
        asked |= {"oldest": oldest} if thread is None else {"ts": thread.receipt}
        cursor = ""
        while True:
            page = {**asked, "cursor": cursor} if cursor else asked
            answer = api.call(method, partial(api.client.api_call, method, params=page))
            yield from answer["messages"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _post(self, api: _Api, page: Page) -> str:
        answer = api.call(
            "chat.postMessage",
            lambda: api.client.chat_postMessage(
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

    def _update_head(self, api: _Api, page: Page) -> str:
        """Make the alert's first message show how it stands; a repeat changes nothing. Returns why
        it never will, or empty."""
        thread = page.thread
        assert thread is not None
        try:
            api.call(
                "chat.update",
                lambda: api.client.chat_update(
                    channel=self.conversation,
                    ts=thread.receipt,
                    **_content(page),
                    metadata=_metadata(thread.key),
                ),
            )
        except Undelivered as error:
            if error.permanent:
                return f"the first message was not changed: {error.problem}"
            # The page itself has arrived by now, which the next try finds out by its key.
            raise Undelivered(
                error.problem, permanent=False, retry_after_s=error.retry_after_s, unsure=True
            ) from None
        return ""

    def _share_charts(self, api: _Api, page: Page, receipt: str, *, again: bool) -> str:
        """Put the charts into the message's thread, each once; what went wrong, or empty."""
        if not page.images:
            return ""
        root = receipt if page.thread is None else page.thread.receipt
        try:
            there = self._files(api, root) if again else set()
            for place, image in enumerate(page.images, 1):
                if (name := _file_name(page, place)) not in there:
                    api.client.files_upload_v2(
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

    def _files(self, api: _Api, root: str) -> set[str]:
        """The names of the files in a thread."""
        thread = Thread(root, "")
        return {
            one.get("name", "")
            for message in self._messages(api, thread, "")
            for one in message.get("files") or ()
        }


class _Refused(Undelivered):
    """Slack answered with an error; `code` is its word."""

    def __init__(self, method: str, error: SlackApiError, at: datetime):
        status, headers = _status_and_headers(error)
        self.code = _code(error)
        broken = status >= 500 or (status < 400 and self.code == NOT_SLACK)
        super().__init__(
            f"{method} answered HTTP {status}, {self.code}",
            permanent=not (broken or self.code in TRANSIENT or status in (408, 429)),
            retry_after_s=retry_after_s(headers, at),
            # Behind a broken answer the message may have been taken all the same.
            unsure=broken or self.code in HALF_DONE,
        )


@dataclass(frozen=True)
class _Api:
    """Slack's Web API at the instant of a try."""

    client: WebClient
    at: datetime

    def call(self, method: str, call: Callable[[], Answer]) -> Answer:
        """What a call gives, its errors as Undelivered. Their text never holds the token."""
        try:
            return call()
        except SlackApiError as error:
            raise _Refused(method, error, self.at) from None
        except (SlackClientError, HTTPException, OSError, ValueError) as error:
            cause = error.reason if isinstance(error, URLError) else error
            problem = f"{method}: no answer: {type(cause).__name__}"
            untrusted = isinstance(cause, ssl.SSLCertVerificationError)
            problem = f"{method}: nobody vouches for its certificate" if untrusted else problem
            sure = untrusted or isinstance(cause, (ConnectionRefusedError, socket.gaierror))
            raise Undelivered(problem, permanent=untrusted, unsure=not sure) from None


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
    """Slack's word for what is wrong. Of an answer that is not Slack's the client makes a sentence
    with a piece of that in it, which is not shown."""
    found = getattr(error.response, "data", None)
    word = found.get("error") if isinstance(found, dict) else None
    return word if isinstance(word, str) and WORD.fullmatch(word) else NOT_SLACK


def _status_and_headers(error: SlackApiError) -> tuple[int, Mapping[str, str]]:
    """Of an answer that is no JSON the client gives no response, only what it read."""
    response = error.response
    if isinstance(response, dict):
        return int(response.get("status") or 0), response.get("headers") or {}
    return int(response.status_code or 0), response.headers or {}
