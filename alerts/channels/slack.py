"""Slack with a bot token, through chat.postMessage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Final

from annotated_types import Interval
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from alerts.channel import Undelivered
from alerts.page import Page
from alerts.slack_blocks import escape, slack_blocks

# Errors of the Web API after which the same call can succeed later without anybody acting.
TRANSIENT: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable",
     "request_timeout", "team_added_to_org"}
)  # fmt: skip

NO_SUCH_THREAD: Final = frozenset(
    {"thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts"}
)


@dataclass(frozen=True, kw_only=True)
class Slack:
    """Posts to one conversation. `conversation` is its id (C0123ABCD), which survives renaming."""

    channel_type: ClassVar[str] = "slack"

    enabled: bool = True
    conversation: str
    token_env: str = "HAVENWATCH_SLACK_TOKEN"
    base_url: str = "https://slack.com/api/"
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 15

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The bot token, which needs the scope chat:write."""
        return (self.token_env,)

    def send(self, page: Page, secrets: Mapping[str, str], at: datetime) -> str:
        """The message's timestamp, which is its id in the conversation.

        The page's key travels as message metadata, so that a message can be found again by what
        it tells. What became of an alert is said in its thread and shown in the conversation too.
        Retries belong to the outbox, so the client makes none of its own.
        """
        client = WebClient(
            token=secrets[self.token_env],
            base_url=f"{self.base_url.rstrip('/')}/",
            timeout=self.timeout_s,
            retry_handlers=[],
        )
        try:
            return self._post(client, page)
        except SlackApiError as error:
            if page.thread and _code(error) in NO_SUCH_THREAD:
                # The first message was deleted, or went to another conversation.
                return self.send(replace(page, thread=""), secrets, at)
            raise _refused(error) from None
        except (SlackClientError, OSError, TimeoutError) as error:
            problem = f"{self.base_url}: no answer: {type(error).__name__}"
            raise Undelivered(problem, permanent=False) from None

    def _post(self, client: WebClient, page: Page) -> str:
        answer = client.chat_postMessage(
            channel=self.conversation,
            text=escape(page.subject),
            blocks=slack_blocks(page),
            metadata={"event_type": "havenwatch", "event_payload": {"key": page.key}},
            thread_ts=page.thread or None,
            reply_broadcast=True if page.thread else None,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])


def _code(error: SlackApiError) -> str:
    """Slack's word for what is wrong."""
    try:
        return str(error.response.get("error", "no error code"))
    except (AttributeError, ValueError):
        return "not a Slack answer"


def _refused(error: SlackApiError) -> Undelivered:
    """What Slack's answer means for trying again. Its text never holds the token."""
    status = int(getattr(error.response, "status_code", 0) or 0)
    headers = getattr(error.response, "headers", {}) or {}
    code = _code(error)
    transient = code in TRANSIENT or status == 429 or status >= 500 or code == "not a Slack answer"
    wait = next((v for k, v in headers.items() if k.lower() == "retry-after"), None)
    return Undelivered(
        f"chat.postMessage answered HTTP {status}, {code}",
        permanent=not transient,
        retry_after_s=float(wait) if wait and str(wait).isdigit() else None,
    )
