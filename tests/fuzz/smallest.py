"""The smallest part of an input with which the same thing goes wrong."""

from __future__ import annotations

from typing import Final

from tests.fuzz.bounds import Failure, failure
from tests.fuzz.target import Target

MOST_TRIES: Final = 300


def smallest(target: Target, content: bytes, found: Failure) -> bytes:
    """What is left of an input once every part is gone without which it fails in the same way; the
    parts are halved until so many tries are made."""
    size, tries = len(content) // 2, 0
    while size and tries < MOST_TRIES:
        start = 0
        while start < len(content) and tries < MOST_TRIES:
            less = content[:start] + content[start + size :]
            tries += 1
            again = failure(target, less)
            if again is not None and again.key == found.key:
                content = less
            else:
                start += size
        size //= 2
    return content
