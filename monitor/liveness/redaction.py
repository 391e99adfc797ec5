"""Words that leave the machine, without what belongs to it alone."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

# A part or another writing of a secret that is shorter than this is a word as any other.
SHORTEST_PART: Final = 8


def redacted(text: str, secrets: Iterable[str], folder: Path) -> str:
    """The text on one line, each secret in it named so however it is quoted, and paths without the
    folder they are in, which often holds somebody's name."""
    hidden = {writing for secret in secrets for writing in _writings(secret)}
    for writing in sorted(hidden, key=len, reverse=True):
        text = text.replace(writing, "[secret]")
    for path in (folder.resolve(), folder, *_home()):
        if len(path.parts) > 1:
            text = text.replace(f"{path}/", "")
    return " ".join(text.split())


def _writings(secret: str) -> Iterator[str]:
    """A secret as it stands, and as a log, a URL, JSON, a page or a header writes it."""
    if not secret:
        return
    yield secret
    # The path of an address is as secret as the whole.
    inner = secret.partition("://")[2].partition("/")[2].strip()
    for one in filter(None, (secret.strip(), inner)):
        encoded = base64.b64encode(one.encode()).decode()
        for writing in (
            one,
            repr(one)[1:-1],
            repr(one.encode())[2:-1],
            json.dumps(one)[1:-1],
            quote(one),
            quote(one, safe=""),
            quote_plus(one),
            html.escape(one),
            encoded,
        ):
            if len(writing) >= SHORTEST_PART:
                yield writing


def _home() -> tuple[Path, ...]:
    """The home of who runs this; a user that is only a number has none."""
    try:
        return (Path.home(),)
    except RuntimeError:
        return ()
