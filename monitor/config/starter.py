"""The starter configuration, with a desk's answers filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

Value = str | int | bool | list[str]
# Each setting by the name of its section and its own.
Values = dict[tuple[str, str], Value]

# All three are asked under the same terms.
YAHOO_SOURCES: Final = ("yahoo", "yahoo_spx", "yahoo_tnx")
# These take alerts only; they page somebody, so they get critical alerts.
PAGERS: Final = ("pagerduty",)
TERMINAL: Final = "console"
# What a shell and systemd both take as it is.
PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@%+=,-]*", re.ASCII)


@dataclass(frozen=True)
class ChannelQuestions:
    """What has to be known to send through a channel: its settings by key, and its secrets by
    environment variable, each with the question."""

    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)


CHANNELS: Final[Mapping[str, ChannelQuestions]] = {
    "slack_webhook": ChannelQuestions(
        secrets={"HAVENWATCH_SLACK_WEBHOOK_URL": "Slack incoming webhook URL"}
    ),
    "slack": ChannelQuestions(
        settings={"conversation": "Slack conversation ID (C0123ABCD)"},
        secrets={"HAVENWATCH_SLACK_TOKEN": "Slack bot token (xoxb-...)"},
    ),
    "email": ChannelQuestions(
        settings={
            "host": "SMTP server",
            "port": "SMTP port",
            "security": "Security: starttls, tls or none",
            "username": "SMTP user name (empty: no login)",
            "sender": "Sender address",
            "to": "Recipients (comma-separated)",
        },
        secrets={"HAVENWATCH_SMTP_PASSWORD": "SMTP password"},
    ),
    "webhook": ChannelQuestions(
        secrets={
            "HAVENWATCH_WEBHOOK_URL": "Webhook URL",
            "HAVENWATCH_WEBHOOK_SECRET": "Webhook signing secret (16 characters or more)",
        }
    ),
    "pagerduty": ChannelQuestions(
        secrets={"HAVENWATCH_PAGERDUTY_ROUTING_KEY": "PagerDuty Events API v2 routing key"}
    ),
}
# What an empty answer means; None where there has to be one.
DEFAULTS: Final[Mapping[str, str]] = {"port": "587", "security": "starttls", "username": ""}


def channel_values(name: str, answers: Mapping[str, str]) -> Values:
    """The settings of an enabled channel, from the answers."""
    values: Values = {(f"channels.{name}", "enabled"): True}
    for key, answer in answers.items():
        values[f"channels.{name}", key] = _typed(key, answer)
    if answers.get("username") == "":
        values[f"channels.{name}", "password_env"] = ""
    return values


def secrets_wanted(name: str, answers: Mapping[str, str]) -> Mapping[str, str]:
    """The secrets of a channel with such settings, each with its question."""
    return {} if answers.get("username") == "" else CHANNELS[name].secrets


def routing_values(channels: Sequence[str]) -> Values:
    """Who gets what: every channel the critical alerts; the rest goes where nobody is paged."""
    calm = [name for name in channels if name not in PAGERS] or [TERMINAL]
    values: Values = {("routing", "critical"): [*channels] or [TERMINAL]}
    for route in ("warning", "operational", "digest"):
        values["routing", route] = calm
    return values


def yahoo_values(*, may_use: bool) -> Values:
    """Whether the sources under Yahoo's terms are on."""
    return {(f"sources.{name}", "enabled"): may_use for name in YAHOO_SOURCES}


def starter_text() -> str:
    """The configuration to begin with, whose comments explain every setting."""
    from importlib.resources import files

    return files("monitor.config").joinpath("starting_config.toml").read_text(encoding="utf-8")


def config_text(values: Values) -> str:
    """The configuration to begin with, with these values and all its comments."""
    text = starter_text()
    for (section, key), value in values.items():
        text = _with_value(text, section, key, value)
    return text


def env_text(secrets: Mapping[str, str], before: str = "") -> str:
    """An environment file that a shell and systemd read alike; what was in it `before` of other
    variables is kept."""
    others = [line for line in before.splitlines() if line.partition("=")[0] not in secrets]
    lines = others or [
        "# The secrets of havenwatch. In a shell: set -a; . ./THIS_FILE; set +a",
        "# In a systemd unit: EnvironmentFile=/path/to/THIS_FILE",
    ]
    lines += [f"{name}={_quoted(value)}" for name, value in secrets.items()]
    return "\n".join(lines) + "\n"


def _with_value(text: str, section: str, key: str, value: Value) -> str:
    """The text with one value replaced, and the comment behind it where it was."""
    line = re.compile(
        rf"(?ms)(^\[{re.escape(section)}\][^\n]*\n(?:(?!\[)[^\n]*\n)*?{re.escape(key)} = )"
        r"(\"[^\"\n]*\"|\[[^]\n]*\]|[^\s#]+)( *)(?=#|\n)"
    )
    import json

    literal = json.dumps(value, ensure_ascii=False)

    def replaced(found: re.Match[str]) -> str:
        had = len(found[2]) + len(found[3])
        padding = " " * max(had - len(literal), 2) if found[3] else ""
        return found[1] + literal + padding

    text, count = line.subn(replaced, text, count=1)
    assert count == 1, f"{section}.{key} is not in the starter configuration"
    return text


def _typed(key: str, answer: str) -> Value:
    if key == "to":
        return [one.strip() for one in answer.split(",") if one.strip()]
    return int(answer) if key == "port" and answer.isdecimal() else answer


def _quoted(value: str) -> str:
    if PLAIN.fullmatch(value):
        return value
    return '"' + re.sub(r'(["\\`$])', r"\\\1", value) + '"'
