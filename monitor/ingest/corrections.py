"""Checks of a parsed body against what is stored: what may be a correction, and may be a mistake.

A body that fails one is held back. Nothing of it is stored until somebody accepts it or, for those
that a publisher makes rightly now and then, until it has stayed the same for some polls.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.errors import HeldBack
from monitor.ingest.validation import Describe
from monitor.ingest.validation_values import implausible_values

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
    both = _SideBySide.of(frame, stored)
    found = [
        *shrunk,
        *(both.lost(where) if grows else ()),
        *implausible_values(frame, where, describe, stored),
    ]
    if not found:
        return None
    # One that only a person can accept stands for the others.
    worst = min(found, key=lambda one: one.settles)
    changes = tuple(both.changes(describe, grows=grows))
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


@dataclass(frozen=True)
class _SideBySide:
    """The stored numbers of the span and the series that a body covers, and what it gives for them,
    NaN for none: a row a stored period, oldest first, a column a series."""

    days: npt.NDArray[np.datetime64]
    names: list[str]
    before: npt.NDArray[np.float64]
    after: npt.NDArray[np.float64]

    @classmethod
    def of(cls, frame: pd.DataFrame, stored: pd.DataFrame) -> Self:
        given = frame.index.to_numpy().astype("datetime64[s]")
        known = stored.index.to_numpy().astype("datetime64[s]")
        place = {str(name): column for column, name in enumerate(frame.columns)}
        old = [column for column, name in enumerate(stored.columns) if str(name) in place]
        names = [str(stored.columns[column]) for column in old]
        inside = np.flatnonzero((known >= given.min()) & (known <= given.max()))
        order = np.argsort(given)
        found = np.searchsorted(given[order], known[inside])
        row = order[found]
        mine = [place[name] for name in names]
        after = frame.to_numpy(dtype=np.float64)[row][:, mine]
        after[given[row] != known[inside]] = np.nan
        before = stored.to_numpy(dtype=np.float64)[inside][:, old]
        return cls(known[inside], names, before, after)

    def lost(self, where: str) -> Iterator[HeldBack]:
        """A body without clearly more than a few of the stored numbers of the span it covers,
        though it has grown elsewhere."""
        lost = ~np.isnan(self.before) & np.isnan(self.after)
        count = int(lost.sum())
        if count > (~np.isnan(self.before)).sum() * MOST_LOST_PCT / 100:
            first = self.days[lost.any(axis=1)][0].astype("datetime64[D]")
            yield HeldBack(
                where,
                where,
                expected="the numbers that were there before",
                got=f"{count:,} of them missing, the first on {first} (a shrunken or cut-off file)",
                state="CHANGED_FORMAT",
                settles=True,
            )

    def changes(self, describe: Describe, *, grows: bool) -> Iterator[Change]:
        """The stored numbers that would change, oldest first; those of a series that is
        re-estimated whole at each release all do, and are left out."""
        differs = ~np.isnan(self.before) & ~np.isclose(
            self.before, self.after, rtol=1e-9, atol=1e-12
        )
        if not grows:
            differs &= ~np.isnan(self.after)
        is_whole = [describe(name).one_vintage for name in self.names]
        differs[:, np.array(is_whole, dtype=np.bool_)] = False
        days = np.datetime_as_string(self.days, unit="D").tolist()
        for row, column in np.argwhere(differs).tolist():
            before, after = float(self.before[row, column]), float(self.after[row, column])
            yield Change(self.names[column], days[row], before, after)
