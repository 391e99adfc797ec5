"""What settles an alert: the month's answer, and the words and numbers it is told with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.model import Analogue, Evidence
from rules.tic.move import Move

# Another answer counts where a net moved by so much of the size of a large month, as for an alert.
MATERIAL_SHARE_OF_LARGE: Final = 0.1


@dataclass(frozen=True)
class MonthAnswer:
    """What all foreigners and foreign officials did in a month, USD bn; None where TIC does not
    say.

    `move` by `net_bn`, which is with bills where `has_bills`, in percent of the holdings a month
    earlier; `large_bn` is the size at which a month is sold, above zero. The others are long-term.
    """

    month: date
    move: Move
    net_bn: float
    pct: float
    has_bills: bool
    large_bn: float
    long_bn: float | None
    officials_bn: float | None

    @property
    def officials_sold(self) -> bool | None:
        """Whether officials were net sellers of long-term; None where TIC does not say."""
        return None if self.officials_bn is None else self.officials_bn < 0

    def is_changed_by(self, later: MonthAnswer) -> bool:
        """Whether a later answer to the same month is another one: other words, and a net that
        moved by more than a number near a boundary does from revision to revision."""
        if (self.move, self.officials_sold) == (later.move, later.officials_sold):
            return False
        least = MATERIAL_SHARE_OF_LARGE * self.large_bn
        return abs(later.net_bn - self.net_bn) >= least or _moved(
            self.officials_bn, later.officials_bn, least
        )


def _moved(before: float | None, after: float | None, least: float) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(after - before) >= least


@dataclass(frozen=True)
class Settlement:
    """The answer to an alert by its month's transactions.

    `headline` what foreigners did; `officials` whether it was foreign officials; `areas` by
    country; `custody` what the Fed held through the month; `markets` what followed the period,
    as in `after`; `caveat` what it does not mean. `before`: the answer that a revision changed,
    empty for the first one.
    """

    answer: MonthAnswer
    headline: str
    officials: str
    areas: str
    custody: str
    markets: str
    caveat: str
    evidence: tuple[Evidence, ...]
    after: Analogue
    before: str = ""

    @property
    def title(self) -> str:
        """What it is, and what it answers."""
        return f"Settled{' again' if self.before else ''}: {self.headline}"
