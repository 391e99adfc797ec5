"""What receivers and publishers say in headers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Final

from alerts.transport.date_header import clock_offset
from alerts.transport.mail_headers import ascii_domain, new_mail
from alerts.transport.retry_after_header import MOST_S, retry_after_s
from monitor.ingest.http import Body
from tests.fuzz.target import Target
from tests.fuzz.texts import text_of

AT: Final = datetime(2025, 4, 10, 22, 30, tzinfo=UTC)
DATES: Final = (
    "Thu, 10 Apr 2025 22:30:00 GMT", "Thursday, 10-Apr-25 22:30:00 GMT",
    "Thu Apr 10 22:30:00 2025", "Thu, 10 Apr 2025 22:30:00 -0000", "120",
)  # fmt: skip
SUBJECTS: Final = ("[CRITICAL · fired] Bonds, stocks and the dollar fell", "a" * 200, "日本 €")


def targets() -> Iterator[Target]:
    """One for each header that is read or written."""
    words = ("GMT", "-0000", "+9999", "Apr", "99:99:99", "1e5", "²")
    files = "alerts.transport."
    yield Target("header.retry_after", _retry, _dates, (f"{files}retry_after_header",), words)
    yield Target("header.date", _date, _dates, (f"{files}date_header",), words)
    yield Target("header.last_modified", _modified, _dates, ("monitor.ingest.http",), words)
    yield Target("header.mail", _mail, _subjects, (f"{files}mail_headers",), ("=?utf-8?q?", "\r\n"))


def _dates() -> Iterator[bytes]:
    yield from (one.encode() for one in DATES)


def _subjects() -> Iterator[bytes]:
    yield from (one.encode() for one in SUBJECTS)


def _retry(content: bytes) -> None:
    found = retry_after_s({"Retry-After": text_of(content)}, AT)
    assert found is None or 0 <= found <= MOST_S, f"waits for {found} s"


def _date(content: bytes) -> None:
    date, _, age = text_of(content).partition("\n")
    found = clock_offset({"Date": date, "Age": age or "0"}, AT)
    assert found is None or isinstance(found, timedelta)


def _modified(content: bytes) -> None:
    found = Body("http://x", b"", "", None, text_of(content)).published_at
    assert found is None or found.tzinfo is UTC


def _mail(content: bytes) -> None:
    """A subject is read as it was written; nothing in it becomes another header."""
    line = " ".join(text_of(content).split())
    mail = new_mail()
    mail["Subject"] = line
    mail["Message-ID"] = f"<1@{ascii_domain(f'a@{line[:60]}') or 'havenwatch'}>"
    read = message_from_bytes(mail.as_bytes(), policy=default)
    assert [*read.keys()] == ["Subject", "Message-ID"], [*read.keys()]
