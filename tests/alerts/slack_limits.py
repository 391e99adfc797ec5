"""What Slack refuses in a message, for its stand-in."""

from __future__ import annotations

import json
import re
from typing import Any, Final

FILE_ID: Final = re.compile(r"F[A-Z0-9]{8,}")

# What a token may do, each named as Slack names it.
SCOPES = frozenset({"chat:write", "channels:history", "files:write", "im:write"})
# The direct messages with this app of whoever asks for them.
DIRECT = "D0DIRECT"
NEEDS = {
    "auth.test": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "conversations.open": "im:write",
    "views.publish": "chat:write",
}


def slack_problem(message: dict[str, Any]) -> str | None:
    """What Slack would refuse in a message, or None."""
    if not message.get("text"):
        return "no_text"
    blocks = message.get("blocks") or []
    if len(blocks) > 50:
        return "invalid_blocks"
    for block in blocks:
        text = block.get("text", {}).get("text", "")
        if block["type"] == "header" and not 1 <= len(text) <= 150:
            return "invalid_blocks"
        if block["type"] == "section":
            if "text" in block and not 1 <= len(text) <= 3000:
                return "invalid_blocks"
            if any(len(one["text"]) > 2000 for one in block.get("fields", [])):
                return "invalid_blocks"
            if len(block.get("fields", [])) > 10:
                return "invalid_blocks"
        if block["type"] == "image" and not _is_image(block):
            return "invalid_blocks"
        if block["type"] == "actions" and not _are_buttons(block["elements"]):
            return "invalid_blocks"
    # Slack names no limit; so much was refused by it.
    if len(json.dumps(blocks, ensure_ascii=False)) > 13_000:
        return "msg_blocks_too_long"
    return None


def home_problem(view: dict[str, Any]) -> str | None:
    """What Slack would refuse in a Home tab, or None."""
    if len(view["blocks"]) > 100 or len(json.dumps(view)) > 250_000:
        return "view_too_large"
    return next(filter(None, (slack_problem({"text": "-", "blocks": [one]})
                              for one in view["blocks"])), None)  # fmt: skip


def answer_problem(message: dict[str, Any]) -> str | None:
    """What Slack would refuse in an answer to a command, or None."""
    if message.get("response_type") not in ("ephemeral", "in_channel"):
        return "invalid_arguments"
    return "msg_too_long" if len(message["text"]) > 3000 else slack_problem(message)


def _is_image(block: dict[str, Any]) -> bool:
    """Whether an image block names one picture, and says what it shows."""
    named = [one for one in ("image_url", "slack_file") if one in block]
    file = block.get("slack_file", {})
    return (
        len(named) == 1
        and 1 <= len(block.get("alt_text", "")) <= 2000
        and (not file or (set(file) == {"id"} and bool(FILE_ID.fullmatch(file["id"]))))
    )


def _are_buttons(elements: list[dict[str, Any]]) -> bool:
    """Whether an actions block is one that Slack takes."""
    ids = [one["action_id"] for one in elements]
    return (
        1 <= len(elements) <= 25
        and len(set(ids)) == len(ids)
        and all(1 <= len(one["text"]["text"]) <= 75 for one in elements)
        and all(len(one["value"]) <= 2000 for one in elements)
    )
