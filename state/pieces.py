"""Work on a database in pieces, each a transaction that nobody waits long for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

# At most so many rows or bytes at once; a larger row goes by itself. SQLite deletes as much in some
# milliseconds.
MOST_ROWS: Final = 500
MOST_BYTES: Final = 1 << 20
# A stored number with its key, about.
ROW_BYTES: Final = 100

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Piece:
    """What one transaction dropped, changed or gave back."""

    what: str
    rows: int
    size_bytes: int


def batches(
    rows: Iterable[Key], size_of: Callable[[Key], int] = lambda _: ROW_BYTES
) -> Iterator[tuple[Sequence[Key], int]]:
    """Rows in their order, as many together as make a piece, and how many bytes these are."""
    batch: list[Key] = []
    total = 0
    for row in rows:
        size = size_of(row)
        if batch and (len(batch) == MOST_ROWS or total + size > MOST_BYTES):
            yield batch, total
            batch, total = [], 0
        batch.append(row)
        total += size
    if batch:
        yield batch, total
