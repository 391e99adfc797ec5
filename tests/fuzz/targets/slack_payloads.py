"""What Slack sends: presses, commands and the opening of the App Home."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any, Final

from monitor.errors import HavenwatchError
from monitor.slack.command import parse
from monitor.slack.payload import (
    LONGEST_NAME,
    Command,
    read_command,
    read_home_opened,
    read_press,
)
from tests.fuzz.target import Target
from tests.fuzz.texts import assert_plain, text_of

PAYLOAD: Final = "monitor.slack.payload"
PRESS: Final[Mapping[str, Any]] = {
    "type": "block_actions",
    "user": {"id": "U01", "username": "ann", "name": "Ann"},
    "response_url": "https://hooks.slack.com/actions/T0/secret",
    "actions": [{
        "action_id": "acknowledge", "value": "joint_selloff/us/2025-04-10",
        "action_ts": "1744324200.000100",
    }],
}  # fmt: skip
COMMAND: Final[Mapping[str, Any]] = {
    "command": "/haven", "text": "ack joint_selloff seen", "user_id": "U01", "user_name": "ann",
    "channel_id": "C0123ABCD", "trigger_id": "1.2.abc",
    "response_url": "https://hooks.slack.com/commands/T0/secret",
}  # fmt: skip
OPENED: Final[Mapping[str, Any]] = {
    "event_id": "Ev1", "event": {"type": "app_home_opened", "tab": "home", "user": "U01"},
}  # fmt: skip
# What lets whoever has it answer in the app's name; in no seed, so that no mutation has it.
SECRETS: Final = ("response_url", "trigger_id")
NEVER_SHOWN: Final = "https://hooks.slack.com/commands/T0/9b1f47e0c2"
LINES: Final = (
    "status", "verdict share", "why joint_selloff", "chart spx 1y", "mute tic/us 2h holiday",
    "unmute tic", "help", "tune joint_selloff min_pct=1,2", "exlpain x",
)  # fmt: skip


def targets() -> Iterator[Target]:
    """One for each kind of envelope, and one for the line of a command."""
    words = ("null", "true", "[]", "{}", "1e999", "-1e18", "explain", "snooze", "\\u202e", "\\n")
    yield Target("slack.press", _press, lambda: _json(PRESS), (PAYLOAD,), words)
    yield Target("slack.command", _command, lambda: _json(COMMAND), (PAYLOAD,), words)
    yield Target("slack.home", _home, lambda: _json(OPENED), (PAYLOAD,), words)
    modules = (PAYLOAD, "monitor.slack.command")
    yield Target("slack.line", _line, _lines, modules, ("share", "unmute", "status "))


def _json(payload: Mapping[str, Any]) -> Iterator[bytes]:
    yield json.dumps(payload).encode()


def _lines() -> Iterator[bytes]:
    yield from (one.encode() for one in LINES)


def _payload(content: bytes) -> Any:
    """What Slack's client hands on: JSON of any shape; None for what is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _with_secrets(payload: Any) -> Any:
    """The payload with a text in place of each secret that is nowhere else in it."""
    if not isinstance(payload, dict):
        return payload
    there = {name for name in SECRETS if isinstance(payload.get(name), str) and payload[name]}
    return payload | dict.fromkeys(there, NEVER_SHOWN)


def _press(content: bytes) -> None:
    found = read_press("interactive", _with_secrets(_payload(content)))
    if found is None:
        return
    assert NEVER_SHOWN not in repr(found)
    assert found.rule_id
    assert found.subject
    assert found.pressed_at.tzinfo is UTC
    _check_name(found.by)


def _command(content: bytes) -> None:
    found = read_command("slash_commands", _with_secrets(_payload(content)))
    if found is None:
        return
    _check_name(found.by)
    assert found.text == " ".join(found.text.split())
    assert NEVER_SHOWN not in repr(found)
    _parse(found)


def _home(content: bytes) -> None:
    read_home_opened("events_api", _payload(content))


def _line(content: bytes) -> None:
    found = read_command("slash_commands", {**COMMAND, "text": text_of(content)})
    assert found is not None
    _parse(found)


def _parse(command: Command) -> None:
    try:
        asked = parse(command)
    except HavenwatchError as error:
        assert_plain(str(error))
        return
    assert len(asked.words) >= asked.usage.least_words


def _check_name(name: str) -> None:
    assert len(name) <= LONGEST_NAME
    assert_plain(name)
