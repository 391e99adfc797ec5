"""Log lines without what a terminal or a reader of logs would act on."""

from __future__ import annotations

import logging
import sys

from alerts.clean import clean, clean_lines


class CleanFormatter(logging.Formatter):
    """Each message on a line of its own, whoever wrote the words in it; a traceback keeps its
    lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line of a record."""
        record.message = clean(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802
        """The traceback."""
        return clean_lines(super().formatException(ei))  # type: ignore[arg-type]


def log_to_stderr(*, is_verbose: bool) -> None:
    """Log warnings and worse, or all that happens."""
    to = logging.StreamHandler(sys.stderr)
    to.setFormatter(CleanFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO if is_verbose else logging.WARNING, handlers=[to])
