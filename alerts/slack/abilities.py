"""What an app may do in Slack, found out without a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from alerts.channel import Reached, Undelivered
from alerts.clean import clean
from alerts.slack.calls import Api, Refused

# What Slack says of a conversation in which the app can post nothing.
NOT_IN_IT: Final = frozenset(
    {"channel_not_found", "not_in_channel", "is_archived", "channel_is_archived"}
)
LONGEST_NAME: Final = 60


def reached(api: Api, of_app: Api | None, conversation: str) -> Reached:
    """Whose token it is, and what the app cannot do with it. Raises Undelivered where it cannot
    post in the conversation at all."""
    found, answer = api.ask("auth.test", {})
    try:
        api.call("conversations.history", _newest(conversation))
    except Refused as error:
        if error.code in NOT_IN_IT:
            raise
    who = " in ".join(_name(found, one) for one in ("user", "team") if found.get(one))
    said = f"Slack takes the token{who and ' of '}{who}"
    return Reached(said, shortcomings(api, of_app, conversation), answer.clock_offset)


def shortcomings(api: Api, of_app: Api | None, conversation: str) -> tuple[str, ...]:
    """What the app cannot do although it can send: one sentence each, with Slack's reason."""
    tries: dict[str, tuple[Api, str, dict[str, Any]]] = {
        "it cannot look up whether a message arrived": (
            api, "conversations.history", _newest(conversation)
        ),
        "it cannot send charts": (
            api, "files.getUploadURLExternal", {"filename": "test.png", "length": 1}
        ),
    }  # fmt: skip
    if of_app is not None:
        tries["its buttons are not answered"] = (of_app, "apps.connections.open", {})
    return tuple(filter(None, (_shortcoming(what, *one) for what, one in tries.items())))


def _newest(conversation: str) -> dict[str, Any]:
    return {"channel": conversation, "limit": 1}


def _name(found: Mapping[str, Any], what: str) -> str:
    return clean(str(found[what]))[:LONGEST_NAME]


def _shortcoming(what: str, api: Api, method: str, asked: Mapping[str, Any]) -> str:
    """What cannot be done and why, or empty where the attempt succeeds."""
    try:
        api.call(method, asked)
    except Undelivered as error:
        return f"{what}: {error.problem}"
    return ""
