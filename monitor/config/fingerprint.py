"""What tells one configuration, read by one state of the program, from any other."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("monitor", "state", "alerts", "rules")


def fingerprint(config: bytes) -> str:
    """Of the bytes of a configuration and of the program's files: what they say may depend on both.
    Raises OSError."""
    digest = hashlib.sha256(config)
    for package in PACKAGES:
        for path, changed_ns in sorted(_files(os.path.join(ROOT, package))):
            digest.update(f"\n{path} {changed_ns}".encode())
    return digest.hexdigest()


def _files(folder: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            elif entry.name.endswith((".py", ".toml", ".json")):
                yield entry.path, entry.stat().st_mtime_ns
