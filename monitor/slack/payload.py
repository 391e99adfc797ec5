"""What Slack sends when somebody presses a button, read as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from alerts.clean import clean
from alerts.slack.buttons import Action

LONGEST_NAME: Final = 80


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
