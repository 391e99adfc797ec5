"""Checks of a parsed body against what is stored: what may be a correction, and may be a mistake.

A body that fails one is held back. Nothing of it is stored until somebody accepts it or, for those
that a publisher makes rightly now and then, until it has stayed the same for some polls.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from monitor.errors import HeldBack
from monitor.gates import Describe
from monitor.gates_values import implausible_values

# A publisher may take back a value or two; a file that lost more than this has shrunk.
MOST_LOST_PCT = 2.0


@dataclass(frozen=True)
class Change:
    """A stored number and what came in its place, NaN for nothing."""

    series_id: str
    period_end: str
    before: float
    after: float

    def as_json(self) -> dict[str, str | float | None]:
        """Its parts, None for nothing."""
        after = None if math.isnan(self.after) else self.after
        return {**asdict(self), "after": after}


@dataclass(frozen=True)
class Correction:
    """Why a body is held back, what it would change, and what makes it the same one at the next
    poll: the changed numbers, or where the series is re-estimated whole, what was found."""

    held: HeldBack
    changes: tuple[Change, ...]
    fingerprint: str

    @property
    def problem(self) -> str:
        """What was expected and what came."""
        return f"expected {self.held.expected}, got {self.held.got}"

    @property
    def settles(self) -> bool:
        """Whether it may be accepted because it stays."""
        return self.held.settles


def correction(
    frame: pd.DataFrame,
    where: str,
    describe: Describe,
    stored: pd.DataFrame,
    shrunk: Sequence[HeldBack],
    *,
    grows: bool,
) -> Correction | None:
    """What of a body has to be accepted first; None where it can be stored as it is."""
    found = [
        *shrunk,
        *(_lost(frame, where, stored) if grows else ()),
        *implausible_values(frame, where, describe, stored),
    ]
    if not found:
        return None
    # One that only a person can accept stands for the others.
    worst = min(found, key=lambda one: one.settles)
    changes = tuple(_changes(frame, stored, describe, grows=grows))
    told = worst.got if not changes else ""
    text = [worst.expected, told, *(f"{one}" for one in changes)]
    return Correction(worst, changes, hashlib.sha256("\n".join(text).encode()).hexdigest())


def check_size(cells: int, before: int, where: str, source: str) -> Iterator[HeldBack]:
    """A body with clearly fewer numbers than the one accepted last from the same address."""
    if cells < before * (1 - MOST_LOST_PCT / 100):
        yield HeldBack(
            where,
            source,
            expected=f"about the {before:,} numbers of the body before, or more",
            got=f"{cells:,} (a shrunken or cut-off file)",
            state="CHANGED_FORMAT",
            settles=True,
        )


def _lost(frame: pd.DataFrame, where: str, stored: pd.DataFrame) -> Iterator[HeldBack]:
    """A body without clearly more than a few of the stored numbers of the span it covers, though it
    has grown elsewhere."""
    old = _inside(frame, stored)
    if old.empty:
        return
    new = frame.reindex(index=old.index, columns=old.columns)
    lost = old.notna() & new.isna()
    count = int(lost.to_numpy().sum())
    if count > old.notna().to_numpy().sum() * MOST_LOST_PCT / 100:
        first = lost.index[lost.any(axis=1)][0].date()
        yield HeldBack(
            where,
            where,
            expected="the numbers that were there before",
            got=f"{count:,} of them missing, the first on {first} (a shrunken or cut-off file)",
            state="CHANGED_FORMAT",
            settles=True,
        )


def _inside(frame: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """What is stored of the span and the series that a body covers."""
    inside = (stored.index >= frame.index.min()) & (stored.index <= frame.index.max())
    return stored.loc[inside, stored.columns.intersection(frame.columns)]


def _changes(
    frame: pd.DataFrame, stored: pd.DataFrame, describe: Describe, *, grows: bool
) -> Iterator[Change]:
    """The stored numbers that would change, oldest first; those of a series that is re-estimated
    whole at each release all do, and are left out."""
    old = _inside(frame, stored)
    new = frame.reindex(index=old.index, columns=old.columns)
    before, after = old.to_numpy(dtype=np.float64), new.to_numpy(dtype=np.float64)
    differs = ~np.isnan(before) & ~np.isclose(before, after, rtol=1e-9, atol=1e-12)
    if not grows:
        differs &= ~np.isnan(after)
    names = [str(name) for name in old.columns]
    differs &= np.array([not describe(name).one_vintage for name in names], dtype=np.bool_)
    days = old.index.strftime("%Y-%m-%d") if differs.any() else []
    for row, column in np.argwhere(differs):
        yield Change(
            names[column], days[row], float(before[row, column]), float(after[row, column])
        )
