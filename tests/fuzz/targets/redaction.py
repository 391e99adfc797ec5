"""The log: a secret in whatever quoting, in whatever is around it."""

from __future__ import annotations

import base64
import html
import json
import logging
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus

from monitor.log_redaction import RedactingFormatter
from tests.fuzz.target import Target
from tests.fuzz.texts import text_of

# How a library or a publisher may repeat a secret: as text, and as a part of an encoded one.
QUOTINGS: Final[tuple[Callable[[str], str], ...]] = (
    str, repr, json.dumps, html.escape, quote, quote_plus,
    lambda text: quote(text, safe=""),
    lambda text: json.dumps(json.dumps(text)),
    lambda text: repr(repr(text)),
    lambda text: repr(text.encode()),
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: json.dumps(text, ensure_ascii=False),
    lambda text: base64.b64encode(f"user:{text}".encode()).decode(),
    lambda text: text.encode().hex(),
    ascii,
    lambda text: json.dumps(repr(text.encode())),
    lambda text: html.escape(html.escape(text)),
    lambda text: repr(json.dumps(text)),
)  # fmt: skip
SHORTEST: Final = 12
SECRETS: Final = (
    "xoxb-123456789-abcdef", "pass word with 'quotes' & \\ more", "https://u:pässwort€@h/x?y=z%20",
    "tab\tand ümlaut \U0001f600 in it",
)  # fmt: skip


def targets() -> Iterator[Target]:
    """The one."""
    yield Target(
        "log.redaction", _mask, _seeds, ("monitor.log_redaction",),
        ("://", "@", "%25", "\\x", "\\u", "&amp;", "\x1b[0m", "\n"), most_bytes=400, share=3.0,
    )  # fmt: skip


def _seeds() -> Iterator[bytes]:
    for number, one in enumerate(SECRETS):
        yield bytes([number]) + one.encode()


def _mask(content: bytes) -> None:
    """The first byte says how the rest, a secret, is quoted, and what stands around it."""
    if not content:
        return
    secret = text_of(content[1:]).strip()
    if len(secret) < SHORTEST or "\0" in secret:
        return
    quoting = QUOTINGS[content[0] % len(QUOTINGS)]
    around = "<>" if content[0] & 0x80 else "ab"
    try:
        written = quoting(secret)
    except UnicodeEncodeError:  # half a letter, which no environment variable holds
        return
    formatter = RedactingFormatter("%(message)s")
    formatter.mask([secret])
    record = logging.makeLogRecord({"msg": "%s %s", "args": (around[0] + written, around[1])})
    entry = formatter.format(record)
    assert written not in entry, f"{written!a} is in {entry!a}"
    assert secret not in entry, f"{secret!a} is in {entry!a}"
    assert "\n" not in entry
    assert "\x1b" not in entry
