"""What foreigners did over some months, in a word."""

from __future__ import annotations

import enum
import math
from collections.abc import Collection
from typing import Final

# A sum that prints as 0.0% of holdings is neither a purchase nor a sale.
FLAT_PCT: Final = 0.05


class Move(enum.StrEnum):
    """What foreigners did over a window. SOLD needs the size of that window."""

    SOLD = "sold"
    SOLD_A_LITTLE = "sold a little"
    FLAT = "flat"
    BOUGHT = "bought"
    UNKNOWN = "no data"


def answer_of(moves: Collection[Move]) -> Move:
    """What the moves of several windows say together: SOLD where one of them did, BOUGHT where one
    did and none sold even a little, else FLAT; UNKNOWN where none is known."""
    if Move.SOLD in moves:
        return Move.SOLD
    if all(one is Move.UNKNOWN for one in moves):
        return Move.UNKNOWN
    return Move.BOUGHT if Move.BOUGHT in moves and Move.SOLD_A_LITTLE not in moves else Move.FLAT


def move_of(pct: float, size_pct: float) -> Move:
    """What a window's net in percent of holdings is called; NaN is not known. `size_pct`: at or
    below it foreigners sold."""
    if math.isnan(pct):
        return Move.UNKNOWN
    if pct <= size_pct:
        return Move.SOLD
    if abs(pct) < FLAT_PCT:
        return Move.FLAT
    return Move.SOLD_A_LITTLE if pct < 0 else Move.BOUGHT
