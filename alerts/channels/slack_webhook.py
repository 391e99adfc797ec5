"""Slack with an incoming webhook: the same words, no thread and no buttons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from annotated_types import Interval
from slack_sdk.webhook import WebhookClient

from alerts.channel import Sent, Undelivered
from alerts.page import Page
from alerts.slack_blocks import escape, slack_blocks


@dataclass(frozen=True, kw_only=True)
class SlackWebhook:
    """Posts to the conversation the webhook was made for. Its URL is a secret."""

    channel_type: ClassVar[str] = "slack_webhook"

    enabled: bool = True
    url_env: str = "HAVENWATCH_SLACK_WEBHOOK_URL"
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 15

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The webhook's URL."""
        return (self.url_env,)

    def send(self, page: Page, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        """Slack's answer, `ok`. A webhook gives no message id."""
        client = WebhookClient(secrets[self.url_env], timeout=self.timeout_s, retry_handlers=[])
        try:
            answer = client.send(text=escape(page.subject), blocks=slack_blocks(page))
        except (OSError, TimeoutError) as error:
            # The exception's text may hold the URL, which is the secret.
            problem = f"incoming webhook: no answer: {type(error).__name__}"
            raise Undelivered(problem, permanent=False) from None
        if answer.status_code == 200:
            return Sent(answer.body or "ok")
        wait = next((v for k, v in answer.headers.items() if k.lower() == "retry-after"), None)
        raise Undelivered(
            f"incoming webhook answered HTTP {answer.status_code}, {answer.body[:200]!r}",
            permanent=400 <= answer.status_code < 500 and answer.status_code != 429,
            retry_after_s=float(wait) if wait and wait.isdigit() else None,
        )
