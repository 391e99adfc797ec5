"""Which of the programs on one database is the one that acts."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from state.files import PRIVATE, InTheWay, owner, user


class LeaderLock:
    """The right to act on a database, held by one process at a time.

    It is a lock that the kernel keeps on a file beside the database: it ends at the instant at
    which the process does, however it ends, so that another takes over at its next tick, and a
    process that is merely slow or stopped keeps it, so that nothing is ever sent by two. A lease
    with a time limit can promise neither. SQLite's write-ahead log already needs all programs on
    one machine. Without a path there is nobody to share with.
    """

    def __init__(self, database: Path | None):
        self._path = None if database is None else database.with_name(f"{database.name}.lock")
        self._held: int | None = None

    def take(self) -> bool:
        """Whether this process is the one that acts; asked before each tick. Raises InTheWay where
        this user cannot."""
        if self._path is None or self._held is not None:
            return True
        # A link there could lead to any file, which would be emptied.
        how = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            opened = os.open(self._path, how, PRIVATE)
        except OSError as error:
            raise InTheWay(self._unusable(error)) from None
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(opened)
            return False
        os.ftruncate(opened, 0)
        os.write(opened, f"{os.getpid()}\n".encode())
        self._held = opened
        return True

    def _unusable(self, error: OSError) -> str:
        assert self._path is not None
        if self._path.is_symlink():
            return f"{self._path}: expected a file, got a link, which is not followed; remove it"
        whose = f"one that belongs to {owner(self._path)}" if self._path.exists() else "none"
        return (
            f"{self._path}: expected a file that {user()} may write, got {whose} "
            f"({error.strerror}); run as the user whose database it is"
        )

    @property
    def is_held(self) -> bool:
        """Whether this process has the right already; it is not taken by asking."""
        return self._path is None or self._held is not None

    def confirm(self) -> bool:
        """Whether this process still has the right, as surely as can be said; asked before each
        delivery is claimed."""
        return self.is_held

    def holder(self) -> str:
        """The process id of who acts, as far as it is known."""
        try:
            return "" if self._path is None else self._path.read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def give_up(self) -> None:
        """Let another process act."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
