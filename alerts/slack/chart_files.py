"""The charts of a message as files in Slack: their names, by which they are known again, and which
of them a first message shows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from alerts.message.message import Message
from alerts.slack.blocks import Block, slack_image


def file_names(message: Message) -> list[str]:
    """What each of its charts is called in Slack, in order."""
    return [f"{_named(message.key)}-{place}.png" for place, _ in enumerate(message.images, 1)]


def newest_chart(message: Message, there: Mapping[str, str]) -> list[Block]:
    """The newest chart of a message's alert among the files of its thread, oldest first, by name;
    empty where there is none."""
    names = _of_alert(message, there)[-1:]
    title = "" if message.about is None else message.about.rule_title
    return [slack_image(there[name], f"Chart of {title}") for name in names]


def own_charts(message: Message, there: Mapping[str, str]) -> list[Block]:
    """A message's own charts among the files of its thread, in order; none where a later change of
    its alert has brought one."""
    names = file_names(message)
    newest = _of_alert(message, there)[-1:]
    if newest and newest[0] not in names:
        return []
    return [
        slack_image(there[name], image.described)
        for name, image in zip(names, message.images, strict=True)
        if name in there
    ]


def _of_alert(message: Message, there: Mapping[str, str]) -> list[str]:
    if message.about is None:
        return []
    own = f"{_named(message.about.alert_id)}-"
    return [name for name in there if name.startswith(own)]


def _named(key: str) -> str:
    """A key as it stands in the name of a file."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", key)
