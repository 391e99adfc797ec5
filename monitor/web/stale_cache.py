"""Keeping what takes seconds to make, and giving the one before while it is made anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class StaleWhileRevalidate(Generic[T]):
    """The thing made last. Whoever asks first for a newer version makes it; meanwhile the others
    get the one before, and only the very first makes all wait."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._found: tuple[Hashable, T] | None = None

    def of(self, version: Hashable, make: Callable[[], T]) -> T:
        """The thing of a version, or of the one before while that is being made."""
        found = self._found
        if found is not None and found[0] == version:
            return found[1]
        if not self._making.acquire(blocking=found is None):
            assert found is not None
            return found[1]
        try:
            if self._found is None or self._found[0] != version:
                self._found = (version, make())
            return self._found[1]
        finally:
            self._making.release()
