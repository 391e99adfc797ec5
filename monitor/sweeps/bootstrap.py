"""How sure a base rate is: alerts a year of a history resampled in blocks of months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from rules.model import type_float
from rules.terms import Severity

# Alerts come in clusters: a block of a year keeps those of one together.
BLOCK_MONTHS: Final = 12
# Both ends of the interval: 90% of the resampled rates lie between.
PERCENTILES: Final = (5.0, 95.0)
# A year in fewer blocks would be the same history again.
FEWEST_BLOCKS: Final = 3

Month = tuple[int, int]


class Resampling(NamedTuple):
    """How often, and from which seed."""

    times: int
    seed: int


class Interval(NamedTuple):
    """Alerts a year between which 90% of the resampled histories lie."""

    low: float
    high: float


def intervals(
    opened: Sequence[tuple[Month, Severity]], first: Month, last: Month, resampling: Resampling
) -> Mapping[Severity | None, Interval]:
    """By severity, and of all by None; none where there was no alert, or less than three years:
    what is resampled can show nothing that did not come.

    A circular block bootstrap: months are drawn in blocks of twelve that begin anywhere, as many as
    there were. The same seed draws the same blocks for every configuration, so that two differ by
    their thresholds and not by chance.
    """
    months = _place(last, first) + 1
    if months < FEWEST_BLOCKS * BLOCK_MONTHS:
        return {}
    counts = np.zeros((len(Severity), months), dtype=np.float64)
    for month, severity in opened:
        # What came after the last period that was judged belongs to its month.
        counts[severity - 1, min(max(_place(month, first), 0), months - 1)] += 1.0
    every: dict[Severity | None, type_float] = dict(zip(Severity, counts, strict=True))
    every[None] = counts.sum(axis=0)
    starts = _starts(months, resampling)
    return {one: _interval(mine, starts) for one, mine in every.items() if mine.any()}


def _place(month: Month, first: Month) -> int:
    return 12 * (month[0] - first[0]) + month[1] - first[1]


def _starts(months: int, resampling: Resampling) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    random = np.random.default_rng(resampling.seed)
    return random.integers(0, months, (resampling.times, -(-months // BLOCK_MONTHS)))


def _interval(
    counts: type_float, starts: np.ndarray[tuple[int, int], np.dtype[np.int64]]
) -> Interval:
    months = len(counts)
    # The last block is cut, so that each history is as long as the one there was.
    rest = months - (starts.shape[1] - 1) * BLOCK_MONTHS
    total = _block_sums(counts, BLOCK_MONTHS)[starts[:, :-1]].sum(axis=1)
    total = total + _block_sums(counts, rest)[starts[:, -1]]
    low, high = np.percentile(total * 12.0 / months, PERCENTILES)
    return Interval(float(low), float(high))


def _block_sums(counts: type_float, length: int) -> type_float:
    """The sum of so many months from each on, the first after the last."""
    ends = np.cumsum(np.concatenate(([0.0], counts, counts[:length])))
    return np.asarray(ends[length : length + len(counts)] - ends[: len(counts)])
