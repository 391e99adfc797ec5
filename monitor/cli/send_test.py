"""A test message through one channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from alerts.channel import Channel, Sent, Undelivered
from alerts.message.message import Message
from alerts.message.sections import Bar, Bars, Text
from alerts.message.values import local_time
from monitor.config.load import Config
from monitor.errors import HavenwatchError


def send_test_message(channel: Channel, page: Message, config: Config, at: datetime) -> Sent:
    """What the channel gave for a page, and as its remark whatever else it cannot do. Raises
    HavenwatchError where the message did not arrive."""
    try:
        sent = channel.send(page, config.secrets, at, again=False)
    except Undelivered as error:
        raise HavenwatchError(
            f"channel {channel.channel_type}",
            expected="the message to be accepted",
            got=error.problem,
            remedy="fix the channel's settings or secret"
            if error.permanent
            else "try again; the receiver may be down",
        ) from None
    lacks = getattr(channel, "shortcomings", lambda *_: ())(config.secrets, at)
    return replace(sent, remark="; ".join(filter(None, (sent.remark, *lacks))))


def reaching_page(config: Config, at: datetime) -> Message:
    """A page that says only that it arrived, and how numbers are shown."""
    return Message(
        key=f"test/{at.isoformat()}",
        tone="notice",
        kicker="TEST · havenwatch",
        title="Test from havenwatch: the channel works.",
        subject="[TEST] havenwatch: the channel works",
        sections=(
            Text("This is a test: nothing happened in the market.", strong=True),
            Bars(
                "Alerts show each number against its threshold",
                (Bar("an example", "1.26σ", "1.00σ", 1.26),),
            ),
            Text(local_time(at, config.desk.zone), "Sent"),
        ),
        footer="havenwatch send-test",
    )


def rehearsed(sent: Message, at: datetime) -> Message:
    """A message that was sent, as a test: it cannot be acknowledged, and no program takes it
    for news."""
    said = Text("Replay of an old alert (test).", strong=True)
    return replace(
        sent,
        key=f"test/{at.isoformat()}/{sent.key}",
        tone="plain",
        kicker=f"TEST · {sent.kicker}",
        subject=f"[TEST] {sent.subject}",
        sections=(said, *sent.sections),
        about=None,
    )
