"""Leveraged funds' net short in Treasury futures by report: how it rose, against its usual rises,
and the positions beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd

from rules.case import Case
from rules.markets.change import fall_over_weeks, known_over
from rules.markets.market import sessions_of
from rules.markets.treasury_futures import CONTRACTS, net_series, sum_series
from rules.model import Evidence, Panel, type_float, type_time

NET: Final = sum_series("leveraged")
# Shown beside it, each as a position that is positive where the group is long.
BESIDE: Final[Mapping[str, str]] = {
    sum_series("asset_manager"): "Asset managers, net",
    sum_series("dealer"): "Dealers, net",
    **{
        net_series("leveraged", one.key): f"Leveraged funds, net {one.name}"
        for one in CONTRACTS.values()
    },
}
WEEKS: Final = 4
OVER: Final = f"change over {WEEKS} weeks"
YARDSTICK_WEEKS: Final = 156
# A report or two may be missing.
FEWEST_CHANGES: Final = 150
TUESDAY: Final = 1


@dataclass(frozen=True)
class NetShort:
    """By report, contracts in 10-year equivalents: the net short, its rise over four weeks, and the
    standard deviation of such rises in the 156 reports before. `week` is the Tuesday of each
    report's week; `known` when the last number behind a row was."""

    report_day: type_time
    week: type_time
    short: type_float
    rise: type_float
    usual: type_float
    known: type_time

    @classmethod
    def of(cls, panel: Panel) -> Self:
        """What a panel knows; NaN without the report four weeks before, or too few before it."""
        reports = sessions_of(panel, (NET,))
        week, short = _tuesdays(reports.session), -reports.level[NET]
        rise = -fall_over_weeks(week, short, WEEKS)
        before = pd.Series(rise).shift()
        spread = before.rolling(YARDSTICK_WEEKS, min_periods=FEWEST_CHANGES).std().to_numpy()
        usual = np.where(spread > 0, spread, np.nan)
        known = known_over(reports.known, YARDSTICK_WEEKS + WEEKS)
        return cls(reports.session, week, short, rise, usual, known)

    def change(self, row: int, weeks: int) -> float:
        """The change of the net short over so many weeks; NaN where there was no report."""
        then = self.week[row] - np.timedelta64(7 * weeks, "D")
        found = np.flatnonzero(self.week == then)
        return float(self.short[row] - self.short[found[0]]) if len(found) else np.nan

    def numbers(self, case: Case[NetShort], threshold: float) -> tuple[Evidence, ...]:
        """Its rise against a threshold in σ, its levels and changes, and the positions beside."""
        row, source, unit = case.row, case.source(NET), "contracts"
        return (
            case.line(f"Net short, {OVER}, in its σ", case.measure, "sd", source, threshold),
            case.line(f"Net short, {OVER}", self.rise[row], unit, source),
            case.line("σ of such changes, 156 weeks", self.usual[row], unit, source),
            case.line("Net short", self.short[row], unit, source),
            case.line("Net short, highest", self.short[: row + 1].max(), unit, source),
            case.line("Net short, change over 1 week", self.change(row, 1), unit, source),
            case.line("Net short, change over 52 weeks", self.change(row, 52), unit, source),
            *_beside(case),
        )


def _beside(case: Case[NetShort]) -> tuple[Evidence, ...]:
    """The other groups in 10-year equivalents, and leveraged funds by contract: how each net
    position changed, those that are known."""
    lines = []
    for series_id, label in BESIDE.items():
        days, level, known = case.panel.numbers(series_id)
        there = known <= case.known_by
        change = -fall_over_weeks(_tuesdays(days[there]), level[there], WEEKS)
        now = change[days[there] == case.stamp]
        if len(now):
            source = case.source(series_id)
            lines.append(case.line(f"{label}, {OVER}", now[0], "contracts", source))
    return tuple(lines)


def _tuesdays(days: type_time) -> type_time:
    """The Tuesday of each day's week: a holiday moves a report by a day."""
    number_of = days.astype("datetime64[D]").astype(np.int64)
    weekday = (number_of + 3) % 7  # 1970-01-01 was a Thursday
    return np.asarray((number_of - weekday + TUESDAY).astype("datetime64[D]"))
