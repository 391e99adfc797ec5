"""The buttons under an alert in Slack."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Any, Final

from alerts.message.message import Message
from alerts.states import AlertState

SNOOZE_FOR: Final = timedelta(hours=2)


class Action(enum.StrEnum):
    """What a button asks for: its `action_id`."""

    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    EXPLAIN = "explain"


LABELS: Final = {
    Action.ACKNOWLEDGE: "Acknowledge",
    Action.SNOOZE: f"Snooze {SNOOZE_FOR // timedelta(hours=1)} h",
    Action.EXPLAIN: "Explain",
}


def slack_buttons(message: Message) -> list[dict[str, Any]]:
    """The actions block of a page about an open alert, else nothing. An alert that somebody has
    acknowledged has no Acknowledge button."""
    about = message.about
    if about is None or about.state != AlertState.OPEN:
        return []
    shown = [one for one in Action if one is not Action.ACKNOWLEDGE or not about.acknowledged_by]
    return [{"type": "actions", "elements": [_button(one, about.alert_id) for one in shown]}]


def _button(action: Action, alert_id: str) -> dict[str, Any]:
    return {
        "type": "button",
        "text": {"type": "plain_text", "text": LABELS[action]},
        "action_id": action.value,
        "value": alert_id,
    }
