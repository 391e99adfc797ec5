"""What is said where a disk or a quota is full, or a file may not grow."""

from __future__ import annotations

import errno
from typing import Final

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def no_room_said(error: OSError) -> str:
    """The line that says it."""
    where = error.filename or "output"
    return (
        f"error: {where}: expected room for what is written, got {error.strerror}; "
        "free some and try again"
    )
