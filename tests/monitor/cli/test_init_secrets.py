"""`init` never prints a secret, whichever question it was given to: not as an answer, nor in an
error, a log or a traceback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from monitor import uncaught_errors
from monitor.cli import init as command
from monitor.cli.main import main
from monitor.config.starter import CHANNELS, DEFAULTS
from tests.slow import quick_where

KEY = "qX7vK2mN9pL4sT8wR3yB6cD1"
# As they are, and in all the ways in which they are wrong.
SECRETS = {
    "a token": f"xoxb-1234567890-{KEY}",
    "an https address": f"https://127.0.0.1:9/services/T0/B0/{KEY}",
    "an address without TLS": f"http://desk.example.org/{KEY}?token={KEY}",
    "an address with a login": f"https://bot:{KEY}@desk.example.org:port/",
    "in quotes": f'"{KEY}"',
    "with odd characters": f"{KEY}\x07 $`\\\"'%\u00e9",
    "an ASCII key": KEY,
}
# What is good enough to go on to the next question.
ORDINARY = {
    "conversation": "C0123ABCD", "host": "relay.invalid", "port": "587", "security": "starttls",
    "username": "bot", "sender": "a@desk.org", "to": "b@desk.org",
}  # fmt: skip


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@contextmanager
def log_of_a_command() -> Iterator[None]:
    """Inside it nobody has set the log up yet, as when a command starts."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers.clear()
    yield
    root.handlers[:] = before
    root.setLevel(level)


def said(*answers: str) -> str:
    """All that is printed, with every step logged and a traceback of what nobody caught."""
    piped = "".join(f"{one}\n" for one in answers)
    with log_of_a_command(), CliRunner().isolation(input=piped) as (out, err, _):
        try:
            main(["--verbose", "init", "--overwrite"], standalone_mode=False)
        except Exception as error:  # noqa: BLE001 - as Python's own hook is given them
            uncaught_errors._log_uncaught(type(error), error, error.__traceback__)
        return out.getvalue().decode() + err.getvalue().decode()


def refuse_to_leak(printed: str, secret: str) -> None:
    for written in (secret, KEY, repr(secret)[1:-1], quote(KEY)):
        assert written not in printed, printed


def answers_of(channel: str, secret: str) -> list[str]:
    settings = [ORDINARY[key] for key in CHANNELS[channel].settings]
    return [*settings, *(secret for _ in CHANNELS[channel].secrets)]


@pytest.mark.parametrize("kind", quick_where("an https address".__eq__, SECRETS))
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_secret_that_was_asked_for(channel: str, kind: str) -> None:
    secret = SECRETS[kind]
    # The test message goes to nobody: what is said of that is printed too.
    test = "y" if kind == "an https address" else "n"
    answers = ["Rates", "UTC", channel, *answers_of(channel, secret), "n", test, "n"]
    refuse_to_leak(said(*answers), secret)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_secret_in_a_traceback(channel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(plan: command.Plan, *_: object) -> None:
        raise RuntimeError(f"cannot write {plan.secrets}")

    monkeypatch.setattr(command, "_write", fail)
    secret = f"https://hooks.example.org/services/T0/B0/{KEY}"
    printed = said("Rates", "UTC", channel, *answers_of(channel, secret), "n", "n", "n")
    assert "RuntimeError: cannot write" in printed
    assert "[secret]" in printed
    refuse_to_leak(printed, secret)


QUESTIONS = {
    "desk": ("{}", "UTC", "none", "n", "n"),
    "time zone": ("Rates", "{}", "none", "n", "n"),
    "channel": ("Rates", "UTC", "{}"),
    "yahoo": ("Rates", "UTC", "none", "{}"),
    "send_test": ("Rates", "UTC", "slack_webhook", "https://127.0.0.1:9/x", "n", "{}"),
    "backfill": ("Rates", "UTC", "none", "n", "{}"),
    **{
        f"{channel} {asked}": (
            "Rates", "UTC", channel,
            *("{}" if key == asked else ORDINARY[key] for key in one.settings),
            *(f"https://127.0.0.1:9/{number}" for number in range(len(one.secrets))),
            "n", "n", "n",
        )
        for channel, one in CHANNELS.items()
        for asked in one.settings
    },
}  # fmt: skip


def test_every_question_is_tried() -> None:
    assert set(DEFAULTS) <= set(ORDINARY)
    assert len(QUESTIONS) == 6 + sum(len(one.settings) for one in CHANNELS.values())


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_secret_given_to_another_question(question: str) -> None:
    for secret in (SECRETS["a token"], SECRETS["an https address"], SECRETS["an ASCII key"]):
        refuse_to_leak(said(*(one.format(secret) for one in QUESTIONS[question])), secret)


def test_a_time_zone_as_long_as_a_token_is_shown() -> None:
    printed = said("Rates", "America/Argentina/Bueno_Aires", "none", "n", "n")
    assert "]: America/Argentina/Bueno_Aires\n" in printed
