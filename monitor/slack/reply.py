"""What Slack is told back: that an envelope has come, and an answer through its response URL."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from alerts.channel import Undelivered
from alerts.slack.blocks import MAX_SECTION, escape
from alerts.transport.http_post import post

log = logging.getLogger("havenwatch.slack")

TELL_TIMEOUT_S: Final = 5

Blocks = Sequence[dict[str, Any]]


def acknowledge(client: BaseSocketModeClient, request: SocketModeRequest, said: str = "") -> None:
    """Say that an envelope has come; `said` is shown at once to who sent a command, and only to
    them."""
    payload = {"response_type": "ephemeral", "text": shown(said)} if said else None
    client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))


def tell(
    response_url: str, said: str, what: str, at: datetime, blocks: Blocks = (), *, share: bool
) -> None:
    """Answer through a response URL: to who asked alone, or to the whole conversation. That it did
    not arrive is only logged, without the URL, which is a secret: what was asked for is done."""
    message: dict[str, Any] = {
        "text": shown(said),
        "response_type": "in_channel" if share else "ephemeral",
        "replace_original": False,
    }
    message |= {"blocks": list(blocks)} if blocks else {}
    body, headers = json.dumps(message).encode(), {"Content-Type": "application/json"}
    try:
        answer = post("Slack", response_url, body, headers, TELL_TIMEOUT_S, at)
        problem = "" if answer.status == 200 else f"HTTP {answer.status}"
    except Undelivered as error:
        problem = error.problem
    if problem:
        log.warning("no reply sent to %s: %s", what, problem)


def shown(said: str) -> str:
    """A text as Slack takes it: escaped, and no longer than a section."""
    text = escape(said)
    return text if len(text) <= MAX_SECTION else f"{text[: MAX_SECTION - 1]}…"
