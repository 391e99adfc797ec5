"""The receivers that speak HTTP, each as a channel with its stand-in behind a gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alerts.channel import Channel
from alerts.channels.pagerduty import PagerDuty
from alerts.channels.slack import Slack
from alerts.channels.slack_webhook import SlackWebhook
from alerts.channels.webhook import Webhook
from tests.alerts.fault_runs import OPENED, AlertSummary
from tests.alerts.http_gate import Take
from tests.alerts.pagerduty_standin import ROUTING_KEY, PagerDutyStandin
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.alerts.webhook_standin import SECRET, WebhookStandin

HOOK_PATH = "/services/T000/B000/secret-part"
OWN_PATH = "/alerts/secret-part"


@dataclass(frozen=True)
class Receiver:
    """A channel at an address with its secrets, what answers it, and the keys of what that has.
    `recognises`: it can be asked for a message or knows it again."""

    channel: Callable[[str], Channel]
    secrets: Callable[[str], dict[str, str]]
    take: Take
    received: Callable[[], list[str]]


def slack(summarize_alert: AlertSummary) -> Receiver:
    standin = SlackStandin()
    return Receiver(
        lambda root: Slack(conversation=CONVERSATION, base_url=f"{root}/api", timeout_s=1),
        lambda _: {"HAVENWATCH_SLACK_TOKEN": TOKEN},
        standin.take,
        standin.keys,
    )


def slack_webhook(summarize_alert: AlertSummary) -> Receiver:
    standin = SlackStandin()
    return Receiver(
        lambda _: SlackWebhook(timeout_s=1),
        lambda root: {"HAVENWATCH_SLACK_WEBHOOK_URL": f"{root}{HOOK_PATH}"},
        standin.take,
        lambda: [OPENED for _ in standin.messages],
    )


def webhook(summarize_alert: AlertSummary) -> Receiver:
    standin = WebhookStandin(summarize_alert.now)
    return Receiver(
        lambda _: Webhook(timeout_s=1),
        lambda root: {
            "HAVENWATCH_WEBHOOK_URL": f"{root}{OWN_PATH}",
            "HAVENWATCH_WEBHOOK_SECRET": SECRET,
        },
        standin.take,
        lambda: [one["key"] for one in standin.messages],
    )


def pagerduty(summarize_alert: AlertSummary) -> Receiver:
    standin = PagerDutyStandin()
    return Receiver(
        lambda root: PagerDuty(base_url=root, timeout_s=1),
        lambda _: {"HAVENWATCH_PAGERDUTY_ROUTING_KEY": ROUTING_KEY},
        standin.take,
        lambda: [OPENED] * standin.opened,
    )


MakeReceiver = Callable[[AlertSummary], Receiver]
RECEIVERS: tuple[MakeReceiver, ...] = (slack, slack_webhook, webhook, pagerduty)
