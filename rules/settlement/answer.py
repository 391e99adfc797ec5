"""A month's answer from what was known at an instant."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from rules.model import Panel
from rules.settlement.model import MonthAnswer
from rules.tic.areas import GRAND_TOTAL, OFFICIAL
from rules.tic.lines import long_net_mn, own_table, read_for
from rules.tic.move import move_of
from rules.tic.series_ids import LONG, TOTAL, transactions_of

# What an answer is made of: all foreigners' transactions and holdings, officials' long-term.
ANSWERED_BY: Final = (*read_for(GRAND_TOTAL), *transactions_of(OFFICIAL))


def month_answer(panel: Panel, month: date, sold_pct: float) -> MonthAnswer | None:
    """What foreigners did in a month, or None where that is not published; `sold_pct` is the size,
    below zero, at which a month is sold, as the verdict has it."""
    own, stamp = own_table(panel, GRAND_TOTAL), pd.Timestamp(month)
    if stamp not in own.index:
        return None
    row = int(own.index.searchsorted(stamp))
    net, pct, held, long, total = (
        float(own[name].iloc[row]) for name in ("net", "net_pct", "held_before", LONG, TOTAL)
    )
    if np.isnan(net) or np.isnan(pct):
        return None
    return MonthAnswer(
        month=month,
        move=move_of(pct, sold_pct),
        net_bn=net / 1000.0,
        pct=pct,
        has_bills=not np.isnan(total),
        large_bn=-sold_pct / 100.0 * held / 1000.0,
        long_bn=_bn(long),
        officials_bn=_bn(long_net_mn(panel, OFFICIAL, stamp)),
    )


def _bn(value_mn: float) -> float | None:
    return None if np.isnan(value_mn) else value_mn / 1000.0
