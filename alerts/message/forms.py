"""A message as a channel wants it: whole, or what is read at a glance with its charts."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from alerts.message.message import Message
from alerts.message.sections import Image, Text

Form = Literal["short", "full"]


def in_form(message: Message, form: Form) -> Message:
    """A `short` alert has its head, what changed and its charts; the rest is behind its link and in
    `havenwatch show`. Everything else is short already."""
    if form == "full" or message.about is None or message.has_own_words:
        return message
    kept = tuple(
        one
        for one in message.sections
        if isinstance(one, Image) or (isinstance(one, Text) and one.strong)
    )
    return replace(message, sections=kept)
