"""What Slack sends when somebody presses a button, types a command or opens the App Home, read as
data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from alerts.clean import clean
from alerts.slack.buttons import Action

LONGEST_NAME: Final = 80
LONGEST_TEXT: Final = 300
COMMAND: Final = re.compile(r"/[a-z0-9_-]{1,32}")


@dataclass(frozen=True)
class Interaction:
    """One press of a button. `pressed_at` is Slack's time of it, the same however often it is
    delivered, so that two that are equal are one press; `by` is a name from outside."""

    action: Action
    alert_id: str
    user_id: str
    by: str
    pressed_at: datetime
    # Whoever knows it may write into the conversation for half an hour.
    response_url: str = field(repr=False, compare=False)

    @property
    def rule_id(self) -> str:
        """The rule of the alert."""
        return self.alert_id.partition("/")[0]

    @property
    def subject(self) -> str:
        """The subject of the alert."""
        return self.alert_id.partition("/")[2].rpartition("/")[0]


@dataclass(frozen=True)
class Command:
    """A slash command. `name` is what the desk calls it, `text` what follows it, on one line; `key`
    is Slack's own of it, the same however often it is delivered."""

    name: str
    text: str
    user_id: str
    by: str
    conversation: str
    # Secrets for a short while: whoever has them may answer in the app's name.
    key: str = field(repr=False)
    response_url: str = field(repr=False)


@dataclass(frozen=True)
class HomeOpened:
    """Somebody opened the Home tab of the app; `key` as that of a command."""

    user_id: str
    key: str


def read_command(kind: str, payload: Mapping[str, Any]) -> Command | None:
    """The command in an envelope of some kind, None where it is none."""
    if kind != "slash_commands" or not isinstance(payload, dict):
        return None
    said = {name: value for name, value in payload.items() if isinstance(value, str)}
    if not said.get("user_id") or not said.get("trigger_id") or not said.get("response_url"):
        return None
    name = said.get("command", "")
    return Command(
        name=name if COMMAND.fullmatch(name) else "/haven",
        text=" ".join(clean(said.get("text", "")[: 2 * LONGEST_TEXT]).split()),
        user_id=said["user_id"],
        by=_name({"name": said.get("user_name"), "id": said["user_id"]}),
        conversation=said.get("channel_id", ""),
        key=f"command/{said['trigger_id']}",
        response_url=said["response_url"],
    )


def read_home_opened(kind: str, payload: Mapping[str, Any]) -> HomeOpened | None:
    """The opening of the Home tab in an envelope of some kind, None where it is none."""
    event = payload.get("event") if isinstance(payload, dict) else None
    if kind != "events_api" or not isinstance(event, dict):
        return None
    if event.get("type") != "app_home_opened" or event.get("tab") != "home":
        return None
    user_id, event_id = event.get("user"), payload.get("event_id")
    if not isinstance(user_id, str) or not isinstance(event_id, str):
        return None
    return HomeOpened(user_id, f"event/{event_id}")


def read_press(kind: str, payload: Mapping[str, Any]) -> Interaction | None:
    """The press in an envelope of some kind, None where it is no press of a button of ours."""
    if kind != "interactive" or not isinstance(payload, dict):
        return None
    if payload.get("type") != "block_actions":
        return None
    try:
        action, user = payload["actions"][0], payload["user"]
        press = Interaction(
            action=Action(action["action_id"]),
            alert_id=str(action["value"]),
            user_id=str(user["id"]),
            by=_name(user),
            pressed_at=datetime.fromtimestamp(float(action["action_ts"]), UTC).replace(
                microsecond=0
            ),
            response_url=str(payload.get("response_url") or ""),
        )
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        return None
    return press if press.rule_id and press.subject else None


def _name(user: Mapping[str, Any]) -> str:
    """What somebody is called, on one line: the name, else the user name, else the id."""
    said = user.get("name") or user.get("username") or user["id"]
    return " ".join(clean(str(said)).split())[:LONGEST_NAME]
