"""Every channel: whatever its receiver answers, it is Sent, Reached or Undelivered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from alerts.channel import Channel, Reachable, Undelivered
from alerts.channels.email import Email, Security
from alerts.message.message import Message, Thread
from alerts.message.sections import Text
from monitor.config.plugins import channel_types
from tests.contracts.test_channels import EXAMPLES
from tests.fuzz.target import SECRET, Target
from tests.fuzz.texts import assert_plain
from tests.fuzz.wire import http_wire, mail_wire, nothing_leaves

AT: Final = datetime(2025, 4, 10, 22, 30, tzinfo=UTC)
# What asks nobody by itself: a stream, and a library of others' services.
UNASKED: Final = ("console", "apprise")
MORE: Final = {
    "slack": ("alerts.slack.calls", "alerts.slack.lookup", "alerts.slack.abilities"),
    "email": ("alerts.transport.smtp",),
}
HTTP: Final = ("alerts.transport.http_post", "alerts.transport.http_session")
STATUSES: Final = (200, 202, 204, 302, 400, 404, 429, 500, 503)
FOUND: Final[Mapping[str, Any]] = {
    "ok": True, "ts": "1744324200.000100", "user": "havenwatch", "team": "Desk", "bot_id": "B01",
    "messages": [{
        "ts": "1744324200.000100", "bot_id": "B01", "files": [{"id": "F1", "name": "a.png"}],
        "metadata": {"event_type": "havenwatch", "event_payload": {
            "key": "test/1", "database": "", "reason": "",
        }},
    }],
    "response_metadata": {"next_cursor": "dXNlcg"}, "upload_url": "http://127.0.0.1/u",
    "file_id": "F1",
}  # fmt: skip
MAIL: Final = (
    b"220 mail ESMTP\r\n250-mail\r\n250-SIZE 1000\r\n250 8BITMIME\r\n250 ok\r\n250 ok\r\n"
    b"354 go on\r\n250 queued\r\n221 bye\r\n",
    b"220 mail\r\n250 mail\r\n250 ok\r\n450 4.2.0 greylisted\r\n250 reset\r\n221 bye\r\n",
    b"554 5.7.1 no\r\n", b"220 mail\r\n500 what\r\n250 mail\r\n250 ok\r\n",
)  # fmt: skip
WORDS: Final = (
    "Retry-After: ", "Content-Length: ", "Transfer-Encoding: chunked", "Content-Encoding: gzip",
    "Location: ", "HTTP/1.1 429 ", '"ok": true', '"error": "', "missing_scope", "null", '"ts"',
    '"messages"', '"metadata"', '"response_metadata"', "[", "{", "[[[[",
)  # fmt: skip


def targets() -> Iterator[Target]:
    """One for each channel that is answered."""
    for name, cls in channel_types().items():
        if name in UNASKED:
            continue
        is_mail = name == "email"
        yield Target(
            f"channel.{name}",
            partial(_talk, name),
            _mail if is_mail else _answers,
            (cls.__module__, *MORE.get(name, ()), *(() if is_mail else HTTP)),
            ("250-", "354 ", "AUTH PLAIN", "SIZE") if is_mail else WORDS,
            share=3.0,
        )


def _answers() -> Iterator[bytes]:
    refused = {"ok": False, "error": "missing_scope", "needed": "chat:write"}
    errors = {"status": "invalid", "message": "no key", "errors": ["a", 1]}
    bodies = [json.dumps(one) for one in (FOUND, refused, errors)] + ["ok", "no_text", "<html>"]
    for status in STATUSES:
        for body in bodies:
            head = f"HTTP/1.1 {status} x\r\nDate: Thu, 10 Apr 2025 22:30:00 GMT\r\n"
            yield f"{head}Retry-After: 30\r\n\r\n{body}".encode()
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    yield b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok"


def _mail() -> Iterator[bytes]:
    yield from MAIL


def _message(*, is_reply: bool) -> Message:
    return Message(
        key="test/1", tone="plain", kicker="TEST", title="A test", subject="[TEST] A test",
        sections=(Text("Something fell."),), brief=("first",), footer="none",
        thread=Thread("1744324000.000100", "test/0") if is_reply else None,
    )  # fmt: skip


def _channel(name: str) -> tuple[Channel, Mapping[str, str]]:
    """A channel whose receiver is the wire, and its secrets."""
    cls: Any = channel_types()[name]
    if name == "email":
        mail = Email(
            host="127.0.0.1", port=mail_wire().port, security=Security.NONE,
            sender="a@example.org", to=("b@example.org", "c@example.org"), ehlo_name="here",
            timeout_s=2,
        )  # fmt: skip
        return mail, {}
    root = http_wire().address
    given: dict[str, Any] = {**EXAMPLES, "base_url": root, "timeout_s": 2}
    made = cls(**{one: given[one] for one in cls.__dataclass_fields__ if one in given})
    return made, {one: f"{root}/{SECRET}" if "URL" in one else SECRET for one in made.secret_names}


@nothing_leaves()
def _talk(name: str, content: bytes) -> None:
    channel, secrets = _channel(name)
    there = mail_wire() if name == "email" else http_wire()
    for again in (False, True):
        there.answer(content)
        try:
            sent = channel.send(_message(is_reply=again), secrets, AT, again=again)
        except Undelivered as error:
            _check_error(error)
        else:
            _check_said(sent.receipt, sent.remark, *sent.missing)
    there.answer(content)
    assert isinstance(channel, Reachable)
    try:
        reached = channel.reach(secrets, AT)
    except Undelivered as error:
        _check_error(error)
    else:
        _check_said(reached.said, *reached.lacks)


def _check_error(error: Undelivered) -> None:
    _check_said(error.problem)
    assert error.retry_after_s is None or 0 <= error.retry_after_s <= 86400


def _check_said(*texts: str) -> None:
    for one in texts:
        assert SECRET not in one, one
        assert_plain(one)
