"""What nobody catches: it is logged, as everything else that goes wrong is."""

from __future__ import annotations

import sys
import threading
from types import TracebackType


def log_uncaught_errors() -> None:
    """Log the traceback of what nobody catches, in any thread, in place of Python's print of it."""
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda failed: _log_uncaught(
        failed.exc_type, failed.exc_value, failed.exc_traceback
    )


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, where: TracebackType | None
) -> None:
    if error is None or not issubclass(kind, Exception):
        sys.__excepthook__(kind, error or kind(), where)
        return
    import logging  # every start of a command comes by here, and most log nothing

    log = logging.getLogger("havenwatch")
    log.critical("internal error; please report it", exc_info=(kind, error, where))
