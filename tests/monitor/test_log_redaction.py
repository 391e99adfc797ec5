"""No secret of the configuration reaches a log, whoever wrote the words it is in."""

from __future__ import annotations

import base64
import html
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from alerts.channel import Sent
from alerts.message.message import Message
from monitor.cli.params import load_config
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.liveness.systemd import Watchdog
from monitor.log_output import log_to_stderr
from monitor.log_redaction import RedactingFormatter, masked
from monitor.service.liveness import LivenessReporter
from monitor.service.tick_loop import send_safely, tick_safely
from tests.begun import Begun
from tests.monitor.failed_entry import failed_entry
from tests.support import app_over, watch

CONFIG = """
[channels.slack]
conversation = "C0123ABCD"
[channels.slack_webhook]
[channels.pagerduty]
[channels.apprise]
[channels.email]
host = "smtp.example.org"
sender = "bot@example.org"
username = "desk"
password_env = "HAVENWATCH_SMTP_PASSWORD"
to = ["desk@example.org"]
[web]
enabled = true
token_env = "WEB_TOKEN"
"""
HOOK = "https://hooks.slack.com/services/T01/B02/pdFZKVeTuE8sk7oOcBrzb"
SECRETS = {
    "HAVENWATCH_SLACK_TOKEN": "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy",
    "HAVENWATCH_SLACK_WEBHOOK_URL": HOOK,
    "HAVENWATCH_PAGERDUTY_ROUTING_KEY": "R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY00",
    "HAVENWATCH_APPRISE_URLS": "json://ann:hunt3r@a.example.org/x, ntfys://t0pic-of-the-desk",
    "HAVENWATCH_SMTP_PASSWORD": "p\"s\\s'w/rd &é%+=",
    "WEB_TOKEN": "9f86d081884c7d659a2feaa0c55ad015",
    "OUTSIDE_THE_FIRST_PLANE": "pa\tss\b \U0001f600 \\\\ w\u00f6rd\u20ac",
}
PROXY = "http://ann:hunt3r@proxy.example.org:3128"
QUOTINGS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "repr": repr,
    "repr of bytes": lambda secret: repr(secret.encode()),
    "repr of a repr": lambda secret: repr(repr(secret)),
    "JSON": json.dumps,
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret)),
    "a repr in JSON": lambda secret: json.dumps(repr(secret)),
    "bytes in a repr": lambda secret: repr(repr(secret.encode())),
    "bytes in JSON in JSON": lambda secret: json.dumps(json.dumps(repr(secret.encode()))),
    "ASCII": ascii,
    "ASCII in a repr": lambda secret: repr(ascii(secret)),
    "JSON for a page": lambda secret: "".join(
        f"\\u{ord(one):04X}" if one in "&+/'" else one for one in json.dumps(secret)
    ),
    "JSON with letters": lambda secret: json.dumps(secret, ensure_ascii=False),
    "a URL's path": quote,
    "a URL's query": lambda secret: quote(secret, safe=""),
    "lower-case escapes": lambda secret: quote(secret, safe="").replace("%2F", "%2f"),
    "a URL in a URL": lambda secret: quote(quote(secret, safe=""), safe=""),
    "a form": quote_plus,
    "HTML": html.escape,
    "HTML in HTML": lambda secret: html.escape(html.escape(secret)),
    "JSON in HTML": lambda secret: html.escape(json.dumps(secret)),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 for URLs": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "basic authentication": lambda s: base64.b64encode(f"desk:{s}".encode()).decode(),
    "AUTH PLAIN": lambda s: base64.b64encode(f"\0desk1\0{s}".encode()).decode(),
    "a password in a URL": lambda secret: f"smtp://desk:{quote(secret, safe='')}@host:587/",
    "hexadecimal": lambda secret: secret.encode().hex(),
}


class Leaking(RecordingChannel):
    """A channel with a mistake in it, whose exception repeats what it was handed."""

    def __init__(self, text: str):
        super().__init__()
        self.text = text

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        try:
            raise ValueError(f"invalid header: {self.text}")
        except ValueError as error:
            raise RuntimeError(f"no answer to\n{self.text}") from error


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is logged, where the log is set up as by a command."""
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    log_to_stderr({"HTTPS_PROXY": PROXY, "NO_PROXY": "localhost"}, is_verbose=False)
    return stderr


def formatted(text: str, secret: str) -> str:
    """The entry of an exception that repeats a secret, and of a message that does."""
    formatter = RedactingFormatter("%(levelname)s: %(message)s")
    return failed_entry(formatter, text, secret)


@pytest.mark.parametrize("quoting", QUOTINGS)
@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_masked_in_messages_and_tracebacks_in_any_quoting(
    name: str, quoting: str
) -> None:
    written = QUOTINGS[quoting](SECRETS[name])
    entry = formatted(f"<{written}>", SECRETS[name])
    assert written not in entry
    assert entry.count("[secret]") == 2


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        (HOOK, "url: /services/T01/B02/pdFZKVeTuE8sk7oOcBrzb"),
        (HOOK, "hook pdFZKVeTuE8sk7oOcBrzb"),
        ("https://ann:hunt3r@ping.example.org/", "login failed for ann with hunt3r"),
        ("json://a.example.org/x1, ntfys://t0pic-of-the-desk", "POST t0pic-of-the-desk"),
        ("json://a.example.org/x1\njson://ann:hunt3r@b.example.org", "Basic YW5uOmh1bnQzcg=="),
        ("p\udcf6ssword", "'p\\udcf6ssword'"),
    ],
)
def test_the_telling_parts_of_an_address_are_secret_too(secret: str, written: str) -> None:
    assert "[secret]" in masked(written, [secret])


@pytest.mark.parametrize(
    ("character", "written"),
    [
        ("\\", "\\" * 8), ("\t", "\\\\\\\\t"), ('\\"', "\\" * 9 + '"'), ("%", "%25252525"),
        ("&", "&amp;amp;amp;"), ("\U0001f600", r"\\\\ud83d\\\\ude00"),
    ],
)  # fmt: skip
def test_a_text_that_is_nearly_a_secret_takes_no_time_that_doubles_with_each_character(
    character: str, written: str
) -> None:
    assert masked(written * 60, [character * 60 + "!"]) == written * 60


def test_ordinary_words_stay() -> None:
    text = "slack: HTTP 503 from hooks.slack.com; services of T01 are down"
    assert masked(text, SECRETS.values()) == text
    assert masked(text, []) == text
    assert masked(text, [""]) == text


def test_what_a_broken_channel_raises_is_logged_without_the_secret(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    logged: io.StringIO,
    begun: Begun,
) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    load_config((tmp_path / "config.toml", None), SECRETS)
    channel = Leaking(" ".join(SECRETS.values()))
    app = begun(standins, clock, tmp_path, channel, until="2025-04-08 18:00")
    watch(app, clock, "2025-04-08 18:30")
    app.close()
    entries = logged.getvalue()
    assert "channel console failed" in entries
    assert "RuntimeError: no answer to" in entries
    for secret in SECRETS.values():
        assert secret not in entries


def test_what_a_failed_tick_raises_is_logged_without_the_secret(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    logged: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    load_config((tmp_path / "config.toml", None), SECRETS)
    app = app_over(standins, clock, tmp_path)

    def fail(at: datetime) -> None:
        raise OSError(f"Authorization: Bearer {SECRETS['HAVENWATCH_SLACK_TOKEN']}")

    monkeypatch.setattr(app, "tick", fail)
    monkeypatch.setattr(app, "send_due", fail)
    tick_safely(app, LivenessReporter(app, Watchdog({})))
    send_safely(app)
    app.close()
    entries = logged.getvalue()
    assert entries.count("OSError: Authorization: Bearer [secret]") == 2
    assert SECRETS["HAVENWATCH_SLACK_TOKEN"] not in entries


def test_the_login_of_a_proxy_is_masked_and_its_address_is_not(logged: io.StringIO) -> None:
    entry = f"no connection to {PROXY}, by http://proxy.example.org:3128 as ann with 'hunt3r'"
    logging.getLogger("some.library").warning(entry)
    assert logged.getvalue().endswith(
        "no connection to [secret], by http://proxy.example.org:3128 as ann with '[secret]'\n"
    )


def test_an_entry_that_cannot_be_written_is_named_without_its_text(logged: io.StringIO) -> None:
    (handler,) = (
        one for one in logging.getLogger().handlers if isinstance(one.formatter, RedactingFormatter)
    )
    arguments = (SECRETS["WEB_TOKEN"],)
    record = logging.LogRecord("some.library", 30, "", 0, "%d sent", arguments, None)
    handler.handle(record)
    assert logged.getvalue() == "an entry of some.library could not be logged (TypeError)\n"
    logged.close()
    handler.handle(record)


@pytest.mark.slow
def test_what_nobody_catches_is_logged_without_the_secret(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[web]\nenabled = true\ntoken_env = "WEB_TOKEN"\n')
    program = """
import os, sys, threading
from monitor import __main__
from monitor.cli import setup

def fail():
    raise KeyError("cookie of " + os.environ["WEB_TOKEN"])

def load_and_fail(paths):
    load(paths)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    fail()

load, setup.load_config = setup.load_config, load_and_fail
__main__.main()
"""
    arguments = ["--config", str(tmp_path / "config.toml"), "config", "check"]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "WEB_TOKEN": SECRETS["WEB_TOKEN"]},
    )
    assert done.returncode == 1
    assert done.stderr.count("CRITICAL havenwatch: internal error") == 2
    assert done.stderr.count("KeyError: 'cookie of [secret]'") == 2
    assert SECRETS["WEB_TOKEN"] not in done.stderr
