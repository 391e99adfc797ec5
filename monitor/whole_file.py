"""Files for people, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from monitor.errors import HavenwatchError
from state.files import PRIVATE


@contextmanager
def whole_file(path: Path, option: str, mode: int = PRIVATE) -> Iterator[IO[bytes]]:
    """A file that is at its path only when it is whole, and that nobody else can read unless `mode`
    says so: it may hold names, notes and licensed numbers. A link at the path is replaced, not
    followed; to a device or a pipe it is written, since /dev/null must stay what it is. Raises
    HavenwatchError, which names the `option` that asked for it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with writing_said(option, path):
        if path.exists() and not path.is_file() and not path.is_dir():
            with open(path, "wb") as stream:
                yield stream
            return
        try:
            with open(part, "xb", opener=partial(_opened, mode)) as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def writing_said(where: str, path: Path) -> Iterator[None]:
    """Inside it a file that cannot be written is said to be so. Raises HavenwatchError."""
    try:
        yield
    except OSError as error:
        raise HavenwatchError(
            where,
            expected=f"a file that can be written at {path}",
            got=f"{error.strerror or error}",
            remedy="name another place",
        ) from None


def _opened(mode: int, path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, mode)
