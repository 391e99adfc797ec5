"""Words that leave the machine, without what belongs to it alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def redacted(text: str, secrets: Iterable[str], folder: Path) -> str:
    """The text on one line, each secret in it named so, and paths without the folder they are in,
    which often holds somebody's name."""
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, "[secret]")
    for path in (folder.resolve(), folder, Path.home()):
        if len(path.parts) > 1:
            text = text.replace(f"{path}/", "")
    return " ".join(text.split())
