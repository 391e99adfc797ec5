"""An entry of the log whose message and exception repeat a text."""

from __future__ import annotations

import logging
import sys

from monitor.log_redaction import RedactingFormatter


def failed_entry(formatter: RedactingFormatter, text: str, secret: str, **about: object) -> str:
    """The entry as it is written, where a secret is masked."""
    formatter.mask([secret])
    try:
        raise ValueError(text)
    except ValueError:
        failed = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "", 0, "not sent to %s", (text,), failed)
    record.__dict__.update(about)
    return formatter.format(record)
