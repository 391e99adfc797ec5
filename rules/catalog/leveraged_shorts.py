"""Leveraged shorts: leveraged funds' net short in Treasury futures grows fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import pandas as pd
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition, RuleAnswers
from rules.markets.change import fall_over_weeks, known_over
from rules.markets.market import MARKET, sessions_of
from rules.markets.treasury_futures import CONTRACTS, net_series, sum_series
from rules.model import Evidence, Kind, Panel, Severity, type_float, type_time
from rules.wording import day, number, signed

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
YARDSTICK_WEEKS: Final = 156
# A report or two may be missing.
FEWEST_CHANGES: Final = 150
TUESDAY: Final = 1


@dataclass(frozen=True)
class Shorts:
    """By report, contracts in 10-year equivalents: the net short, its rise over four weeks, and the
    standard deviation of such rises in the 156 reports before."""

    report_week: type_time
    short: type_float
    rise: type_float
    usual: type_float


@dataclass(frozen=True, kw_only=True)
class LeveragedShorts(Definition[Shorts]):
    """A condition: leveraged funds' net short in Treasury futures rose fast over four weeks.

    CFTC, Traders in Financial Futures, Tuesdays: shorts less longs of six contracts in 10-year
    equivalents, by DV01 weights that are fixed. notice: a rise of `notice_rise_sd` or more standard
    deviations of the 4-week changes in the 156 reports before; there is no higher severity. It
    closes below `close_below_pct_of_notice` percent of that.

    Base rate: not measured, as no history of these reports was at hand. It was not derived from a
    normal distribution either: 4-week changes overlap and come in bursts.
    """

    rule_id = "leveraged_shorts"
    title = "Leveraged shorts"
    kind = Kind.CONDITION
    prompt_within = timedelta(days=8)  # out on Friday for Tuesday; a holiday makes it Monday
    awaits: ClassVar[tuple[str, ...]] = ("cftc",)
    needed = ((NET,),)
    context_series = (*BESIDE, *MARKET)
    most_sized = Severity.NOTICE
    plotted_over = WEEKS
    plotted_beside = ()
    sellers = "Funding and leverage of hedge funds: it does not say who sold."
    caveat = (
        "Mostly the short leg of the cash-futures basis trade, against asset managers' longs: "
        "funding and leverage, not a view on yields. It says nothing about foreigners. The weights "
        "are fixed, so that it is no DV01 of the day."
    )
    would_change = (
        "Asset managers' net long that did not grow beside it would mean that the basis trade does "
        "not explain it; a net short that falls in the next reports, that it is being unwound."
    )

    enabled: bool = True
    notice_rise_sd: Annotated[float, Interval(gt=0, le=10)] = 2.0
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0

    def judge(self, panel: Panel) -> RuleAnswers:
        """One answer a report; unknown without the one four weeks before or too few to compare."""
        reports = sessions_of(panel, (NET,))
        week, short = _tuesdays(reports.session), -reports.level[NET]
        rise = -fall_over_weeks(week, short, WEEKS)
        before = pd.Series(rise).shift()
        spread = before.rolling(YARDSTICK_WEEKS, min_periods=FEWEST_CHANGES).std().to_numpy()
        usual = np.where(spread > 0, spread, np.nan)
        graded = self._sizes("rise_sd").graded(rise / usual, "sd")
        known = known_over(reports.known, YARDSTICK_WEEKS + WEEKS)
        on = Shorts(week, short, rise, usual)
        return (self._answers(panel, "us", on, reports.session, known, graded),)

    def _why_unknown(self, case: Case[Shorts]) -> str:
        where = f"leveraged funds' positions of {day(case.period)}"
        if np.isnan(case.on.rise[case.row]):
            return f"No data for {where}: no report of four weeks before."
        return f"No data for {where}: under {FEWEST_CHANGES} reports before to compare with."

    def _headline(self, case: Case[Shorts]) -> str:
        rise = case.on.rise[case.row]
        return (
            f"Leveraged funds' net short in Treasury futures {'rose' if rise >= 0 else 'fell'} "
            f"{number(abs(rise))} contracts (10-year equivalents) in the four weeks to "
            f"{day(case.period)}."
        )

    def _numbers(self, case: Case[Shorts]) -> tuple[Evidence, ...]:
        (short, rise), row = (case.on.short, case.on.rise), case.row
        limit, source = self._sizes("rise_sd").of(self._against(case)), case.source(NET)
        unit, over = "contracts", f"change over {WEEKS} weeks"
        week_before, year_before = (self._before(case, weeks) for weeks in (1, 52))
        return (
            case.line(f"Net short, {over}, in its σ", case.measure, "sd", source, limit),
            case.line(f"Net short, {over}", rise[row], unit, source),
            case.line("σ of such changes, 156 weeks", case.on.usual[row], unit, source),
            case.line("Net short", short[row], unit, source),
            case.line("Net short, highest", short[: row + 1].max(), unit, source),
            case.line("Net short, change over 1 week", short[row] - week_before, unit, source),
            case.line("Net short, change over 52 weeks", short[row] - year_before, unit, source),
            *self._beside(case, over),
        )

    def _before(self, case: Case[Shorts], weeks: int) -> float:
        """The net short of so many weeks before; NaN where there is no report."""
        week = case.on.report_week
        found = np.flatnonzero(week == week[case.row] - np.timedelta64(7 * weeks, "D"))
        return float(case.on.short[found[0]]) if len(found) else np.nan

    def _beside(self, case: Case[Shorts], over: str) -> tuple[Evidence, ...]:
        """The other groups in 10-year equivalents, and leveraged funds by contract: how each net
        position changed, those that are known."""
        lines = []
        for series_id, label in BESIDE.items():
            days, level, known = case.panel.numbers(series_id)
            there = known <= case.known_by
            week = _tuesdays(days[there])
            change = -fall_over_weeks(week, level[there], WEEKS)
            now = change[days[there] == case.stamp]
            if len(now):
                source = case.source(series_id)
                lines.append(case.line(f"{label}, {over}", now[0], "contracts", source))
        return tuple(lines)

    def _context(self, case: Case[Shorts]) -> Context:
        rise, source, often = case.on.rise, case.source(NET), case.frequency()
        place = case.rank(rise, source)
        return Context(
            f"{signed(case.measure, 1)}σ of its 4-week changes; the "
            f"{place.said('largest rise over 4 weeks')}. {often.said('time')}.",
            case.behind({f"Rise over {WEEKS} weeks": place, "Openings": often}),
            case.analogues(rise, "contracts", out=((NET,), 4)),
        )


def _tuesdays(days: type_time) -> type_time:
    """The Tuesday of each day's week: a holiday moves a report by a day."""
    number_of = days.astype("datetime64[D]").astype(np.int64)
    weekday = (number_of + 3) % 7  # 1970-01-01 was a Thursday
    return np.asarray((number_of - weekday + TUESDAY).astype("datetime64[D]"))
