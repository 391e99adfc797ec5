"""What foreigners did month by month, so that a verdict is seen beside those before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from rules.model import Panel, to_date
from rules.tic.flows import WINDOWS, Flows
from rules.tic.move import Move, move_of
from rules.verdict.rule import VerdictRule


@dataclass(frozen=True)
class FlowMonth:
    """A published month: its net transactions with bills, USD bn, and for each of WINDOWS to it the
    net in percent of the holdings at the window's start, and what that is called. None: not known.
    """

    month: date
    net_bn: float | None
    pct: tuple[float | None, ...]
    moves: tuple[Move, ...]


def flow_history(panel: Panel, rule: VerdictRule, months: int) -> tuple[FlowMonth, ...]:
    """The last so many months with transactions, the oldest first, as known at the instant of the
    panel: revised since each was first published. Pure."""
    flows = Flows.of(panel)
    pct = [
        flows.pct(window) if len(flows.month) >= window else np.full(len(flows.month), np.nan)
        for window in WINDOWS
    ]
    first = max(len(flows.month) - months, 0)
    return tuple(
        FlowMonth(
            month=to_date(flows.month[row]),
            net_bn=_known(flows.net_bn[row]),
            pct=tuple(_known(one[row]) for one in pct),
            moves=tuple(
                move_of(float(one[row]), size) for one, size in zip(pct, rule.sold_pct, strict=True)
            ),
        )
        for row in range(first, len(flows.month))
    )


def _known(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
