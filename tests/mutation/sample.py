"""A random sample of the mutants, and what it says of all."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.mutation.mutants import Mutant

LEAST_KILLED_PCT = 90.0
NORMAL_975 = 1.959964


def stratified(
    of_file: Mapping[str, Sequence[Mutant]], size: int, chance: random.Random
) -> list[Mutant]:
    """`size` mutants in random order, of each file its share of them, rounded up or down at random
    so that every mutant is as likely to be in it as any other."""
    total = sum(map(len, of_file.values()))
    chosen: list[Mutant] = []
    begin = chance.random()
    until = 0
    for mutants in of_file.values():
        since, until = until, until + len(mutants)
        count = math.floor(size * until / total + begin) - math.floor(size * since / total + begin)
        chosen += chance.sample(mutants, count)
    chance.shuffle(chosen)
    return chosen


@dataclass(frozen=True)
class Share:
    """How many of `tried` mutants, out of `total`, the tests noticed."""

    killed: int
    tried: int
    total: int

    @property
    def pct(self) -> float:
        return 100 * self.killed / self.tried

    @property
    def interval_pct(self) -> tuple[float, float]:
        """Where the share of all lies, by Wilson's 95% interval; a sample by file is no wider."""
        if self.tried == self.total:
            return self.pct, self.pct
        share, square = self.killed / self.tried, NORMAL_975**2
        middle = share + square / (2 * self.tried)
        variance = share * (1 - share) / self.tried + square / (4 * self.tried**2)
        half, scale = NORMAL_975 * math.sqrt(variance), 1 + square / self.tried
        return 100 * (middle - half) / scale, 100 * (middle + half) / scale

    @property
    def is_enough(self) -> bool:
        """Whether even the lower end of the interval is."""
        return self.interval_pct[0] >= LEAST_KILLED_PCT

    def __str__(self) -> str:
        if self.tried == self.total:
            return f"{self.killed:,} of all {self.total:,} mutants killed: {self.pct:.1f}%"
        low, high = self.interval_pct
        return (
            f"{self.killed:,} of {self.tried:,} mutants killed, a random sample of {self.total:,}: "
            f"{self.pct:.1f}%, 95% interval of all {low:.1f} to {high:.1f}%"
        )
