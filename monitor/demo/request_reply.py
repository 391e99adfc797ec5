"""What a stand-in is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Asked:
    """A request as a publisher sees it. `path` is what follows the stand-in's base URL."""

    path: str
    query: Mapping[str, str]
    user_agent: str
    at: datetime


@dataclass(frozen=True)
class Reply:
    """A publisher's answer."""

    status: int
    body: bytes
    content_type: str
    last_modified: datetime | None = None
    retry_after_s: int | None = None


class Publisher(Protocol):
    """A stand-in: gives the publisher's bytes as they would be at the instant asked."""

    def reply(self, asked: Asked) -> Reply:
        """The answer to one GET."""
        ...


NOT_FOUND = Reply(404, b"not found\n", "text/plain")
