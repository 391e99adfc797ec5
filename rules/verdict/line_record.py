"""The track record, and in it the verdict's own line: what it said as each month ended, against
that month's transactions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import pandas as pd

from rules.model import NEW_YORK, to_date
from rules.point_in_time.panel import History
from rules.record.record import SERIES as EARLY_AND_LATER
from rules.record.record import TrackRecord, track_record
from rules.tic.areas import GRAND_TOTAL
from rules.tic.flows import WINDOWS, Flows
from rules.tic.lines import read_for
from rules.tic.move import Move, answer_of
from rules.tic.series_ids import TOTAL, tic_series
from rules.verdict.rule import VerdictRule

READ: Final = read_for(GRAND_TOTAL)
SERIES: Final = tuple(dict.fromkeys((*EARLY_AND_LATER, *READ)))
SIGN: Final = {Move.BOUGHT: 1.0, Move.SOLD: -1.0}


def record_as_of(history: History, at: datetime, rule: VerdictRule) -> TrackRecord:
    """The track record at an instant, the verdict's own line in it; from a history of SERIES."""
    return track_record(history.as_of(at), answers_by_month(history, at, rule))


def answers_by_month(history: History, at: datetime, rule: VerdictRule) -> pd.Series[float]:
    """What the line said in the night after each month of slt_table3 that had ended by `at`: 1
    bought, -1 sold; index the month's last day, without months in which it said neither.

    By transactions as they were known then, which end about two months before; the product's own
    alerts can make the words more careful and turn no answer round.
    """
    history = history.only(READ)
    months = history.as_of(at).frame[tic_series(GRAND_TOTAL, TOTAL)].dropna().index
    found = {month: _answer(history, _night_after(month), rule) for month in months}
    said = {month: SIGN[one] for month, one in found.items() if one in SIGN}
    return pd.Series(said, index=pd.DatetimeIndex(list(said)), dtype="float64")


def _night_after(month: pd.Timestamp) -> datetime:
    """Midnight in New York after a day."""
    following = to_date(month.to_datetime64()) + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=NEW_YORK)


def _answer(history: History, night: datetime, rule: VerdictRule) -> Move:
    panel = history.as_of(night)
    flows = Flows.of(panel)
    if flows.last is None or panel.today - flows.last > timedelta(rule.flows_most_days_old):
        return Move.UNKNOWN
    return answer_of(
        [flows.window(n, pct).move for n, pct in zip(WINDOWS, rule.sold_pct, strict=True)]
    )
