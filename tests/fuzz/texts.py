"""Bytes as the text that a reader is given."""

from __future__ import annotations

from alerts.clean import clean


def text_of(content: bytes) -> str:
    """A text of the bytes, each of them in it: what is no UTF-8 as the letters of Latin-1."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def assert_plain(*texts: str) -> None:
    """Nothing in them turns, hides or ends a line, and they can be sent."""
    for one in texts:
        assert clean(one) == one, ascii(one)
        one.encode()
