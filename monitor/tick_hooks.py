"""The steps of a tick, announced as they are reached, so that somebody can watch or interrupt."""

from __future__ import annotations

from collections.abc import Callable

TickHook = Callable[[str], None]


def no_hook(step: str) -> None:
    """Watch nothing."""
