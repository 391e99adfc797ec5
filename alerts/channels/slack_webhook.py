"""Slack with an incoming webhook: the same words, no thread and no buttons."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Final

from annotated_types import Interval

from alerts.channel import Reached, Sent, Undelivered
from alerts.message.forms import Form
from alerts.message.message import Message
from alerts.slack.blocks import Block, escape, slack_blocks, slack_head
from alerts.transport.http_post import Answer, post, refusal

RECEIVER: Final = "incoming webhook"
# Slack's word for what is wrong. A proxy's page may repeat the URL, so nothing longer is shown.
WORD: Final = re.compile(r"[a-z_]{1,60}")
# What it says of a message without a text, to a webhook that it knows.
NOTHING_TO_POST: Final = frozenset({"no_text", "invalid_payload"})


@dataclass(frozen=True, kw_only=True)
class SlackWebhook:
    """Posts to the conversation the webhook was made for. Its URL is a secret.

    A webhook cannot be asked what it has, and knows no message again. One that may have arrived is
    a dead letter for somebody to look at, or with `resend_when_unknown` is sent again and may be
    seen twice.
    """

    channel_type: ClassVar[str] = "slack_webhook"
    # A webhook takes no file.
    shows_images: ClassVar[bool] = False

    enabled: bool = True
    url_env: str = "HAVENWATCH_SLACK_WEBHOOK_URL"
    resend_when_unknown: bool = False
    message: Form = "full"
    template: str = ""
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 15

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The webhook's URL."""
        return (self.url_env,)

    def _blocks(self, message: Message) -> list[Block]:
        is_short = self.message == "short" and message.about is not None
        return slack_head(message) if is_short else slack_blocks(message)

    def reach(self, secrets: Mapping[str, str], at: datetime) -> Reached:
        """That Slack knows the URL: it refuses a message without a text, and posts nothing."""
        answer, word = self._post(b"{}", secrets, at)
        if answer.status == 400 and word in NOTHING_TO_POST:
            return Reached("Slack knows the webhook", clock_offset=answer.clock_offset)
        if answer.is_taken:
            problem = f"{RECEIVER} answered HTTP {answer.status} to a message without a text"
            raise Undelivered(f"{problem}: a proxy may be in between", permanent=False)
        raise refusal(RECEIVER, answer, word if WORD.fullmatch(word) else "")

    def _post(self, body: bytes, secrets: Mapping[str, str], at: datetime) -> tuple[Answer, str]:
        """Slack's answer, and its word in it."""
        headers = {"Content-Type": "application/json;charset=utf-8"}
        answer = post(RECEIVER, secrets[self.url_env], body, headers, self.timeout_s, at)
        return answer, answer.text.strip()

    def send(
        self, message: Message, secrets: Mapping[str, str], at: datetime, *, again: bool
    ) -> Sent:
        """Slack's answer, `ok`. A webhook gives no message id."""
        if again and not self.resend_when_unknown:
            problem = (
                "an earlier attempt may have arrived, and an incoming webhook cannot be searched: "
                "look in the conversation, or set resend_when_unknown = true and try again"
            )
            raise Undelivered(problem, permanent=True)
        said = {"text": escape(message.subject), "blocks": self._blocks(message)}
        answer, word = self._post(json.dumps(said).encode(), secrets, at)
        if answer.status == 200 and word == "ok":
            return Sent(word)
        if answer.is_taken:
            problem = f"{RECEIVER} answered HTTP {answer.status} without Slack's ok"
            raise Undelivered(problem, permanent=False, unsure=True)
        raise refusal(RECEIVER, answer, word if WORD.fullmatch(word) else "")
