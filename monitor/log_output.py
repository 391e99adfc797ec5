"""Where the log goes and in which form: to standard error, as text or as JSON. Files and their
rotation are the system's (journald, a container, logrotate)."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from os import fstat
from typing import Final, Literal, TextIO

from alerts.clean import clean
from monitor.log_redaction import RedactingFormatter

LogFormat = Literal["text", "json"]
TEXT_LINE: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# What an entry is about, where the caller names it with `extra`.
SUBJECTS: Final = ("source", "rule", "alert", "delivery", "channel")
# How syslog and journald number what Python calls a level.
PRIORITIES: Final = {"CRITICAL": 2, "ERROR": 3, "WARNING": 4, "INFO": 6, "DEBUG": 7}
UNWRITABLE: Final = '{"level": "error", "msg": "an entry could not be written without a secret"}'


class JsonFormatter(RedactingFormatter):
    """Each entry as one line of JSON: ts (UTC), level, logger, msg, what it is about, and a
    traceback as `exc`. The finished line is masked, whatever the quoting."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        entry: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "msg": clean(self.masked(record.getMessage())),
        }
        for name in SUBJECTS:
            if hasattr(record, name):
                entry[name] = clean(self.masked(str(getattr(record, name))))
        if record.exc_info:
            entry["exc"] = self.formatException(record.exc_info)
        line = self.masked(json.dumps(entry, ensure_ascii=False))
        try:
            json.loads(line)
        except ValueError:  # a secret was in the form itself, as a password of one digit
            return UNWRITABLE
        return line


class _Handler(logging.StreamHandler[TextIO]):
    """Writes entries; with `has_priorities` each line begins with its level as journald has it."""

    def __init__(self, stream: TextIO, *, has_priorities: bool):
        super().__init__(stream)
        self._has_priorities = has_priorities

    def format(self, record: logging.LogRecord) -> str:
        """The entry of a record."""
        entry = super().format(record)
        if not self._has_priorities:
            return entry
        prefix = f"<{PRIORITIES.get(record.levelname, PRIORITIES['INFO'])}>"
        return "\n".join(prefix + line for line in entry.split("\n"))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Name an entry that could not be written. Python's own way is to print all it holds."""
        kind = sys.exc_info()[0] or Exception
        said = f"an entry of {record.name} could not be logged ({kind.__name__})"
        if isinstance(self.formatter, JsonFormatter):
            said = json.dumps({"level": "error", "msg": said})
        with suppress(OSError, ValueError):
            self.stream.write(f"{said}\n")


def log_to_stderr(
    environ: Mapping[str, str], *, is_verbose: bool, log_format: LogFormat = "text"
) -> None:
    """Log warnings and worse, or all that happens; the login of a proxy that the environment names
    is masked."""
    to = _Handler(sys.stderr, has_priorities=_is_journal(sys.stderr, environ))
    formatter = JsonFormatter() if log_format == "json" else RedactingFormatter(TEXT_LINE)
    formatter.mask(
        url for name, url in environ.items() if name.lower().endswith("_proxy") and "@" in url
    )
    to.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO if is_verbose else logging.WARNING, handlers=[to])
    # Else what a library warns of would be lines of another form.
    logging.captureWarnings(log_format == "json")


def logs_json() -> bool:
    """Whether the log is JSON, so that nothing else may be written where it goes."""
    return any(isinstance(one.formatter, JsonFormatter) for one in logging.getLogger().handlers)


def _is_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether systemd has connected a stream to its journal: it names the file's numbers."""
    named = environ.get("JOURNAL_STREAM")
    if not named:
        return False
    try:
        found = fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{found.st_dev}:{found.st_ino}"
