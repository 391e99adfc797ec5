"""The lease in a folder that the hosts share, also by NFS.

Each document is a file of its own, and its number is its version. A file gets its name by a link,
which the file system makes only where the name is not taken, whoever tries at the same time.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path
from typing import Final

from monitor.standby.lease import StoreUnreachable
from state.files import PRIVATE

ENDING: Final = ".json"
# The newest is the lease; the one before it is for a host that is just reading it.
KEPT: Final = 3


class FolderStore:
    """The lease in the folder `lease` of a shared one, or another document in one of a `name`."""

    def __init__(self, folder: Path, name: str = "lease"):
        self._folder = folder / name

    def read(self) -> tuple[bytes, str] | None:
        """The newest document and its number. Raises StoreUnreachable."""
        try:
            for number in reversed(self._numbers()):
                # It may be gone by now: then there are newer ones, which the next look finds.
                with contextlib.suppress(FileNotFoundError):
                    return self._path(number).read_bytes(), str(number)
        except OSError as error:
            raise StoreUnreachable(f"{self._folder}: {error.strerror or error}") from None
        return None

    def write(self, content: bytes, version: str | None) -> str | None:
        """The next number, where the document had that version. Raises StoreUnreachable."""
        number = int(version or 0) + 1
        part = self._folder / f".{uuid.uuid4().hex}.part"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write_part(part, content)
            try:
                os.link(part, self._path(number))
            except FileExistsError:
                return None
            finally:
                part.unlink(missing_ok=True)
            return self._checked(number)
        except OSError as error:
            raise StoreUnreachable(f"{self._folder}: {error.strerror or error}") from None

    def _checked(self, number: int) -> str | None:
        """The number, where none is newer: whoever slept may come with one that was used and
        removed long ago."""
        numbers = self._numbers()
        if numbers[-1] > number:
            self._path(number).unlink(missing_ok=True)
            return None
        for old in numbers[:-KEPT]:
            self._path(old).unlink(missing_ok=True)
        return str(number)

    def _write_part(self, part: Path, content: bytes) -> None:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def _numbers(self) -> list[int]:
        try:
            names = os.listdir(self._folder)
        except FileNotFoundError:
            return []
        return sorted(
            int(name.removesuffix(ENDING))
            for name in names
            if name.endswith(ENDING) and name.removesuffix(ENDING).isdigit()
        )

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:012d}{ENDING}"
