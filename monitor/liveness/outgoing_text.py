"""Text that leaves the machine in a ping or a systemd status: without secrets and folders."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from monitor.log_redaction import masked


def outgoing_text(text: str, secrets: Iterable[str], folder: Path) -> str:
    """The text on one line, each secret in it masked however it is quoted, and paths without the
    folder they are in, which often holds somebody's name."""
    text = masked(text, secrets)
    for path in (folder.resolve(), folder, *_home()):
        if len(path.parts) > 1:
            text = text.replace(f"{path}/", "")
    return " ".join(text.split())


def _home() -> tuple[Path, ...]:
    """The home of who runs this; a user that is only a number has none."""
    try:
        return (Path.home(),)
    except RuntimeError:
        return ()
