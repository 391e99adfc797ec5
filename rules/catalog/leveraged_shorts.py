"""Leveraged shorts: leveraged funds' net short in Treasury futures grows fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import numpy as np
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition, RuleAnswers
from rules.markets.market import MARKET
from rules.model import Evidence, Panel
from rules.shared.net_short import BESIDE, FEWEST_CHANGES, NET, WEEKS, NetShort
from rules.terms import Kind, Severity
from rules.wording import day, number, signed


@dataclass(frozen=True, kw_only=True)
class LeveragedShorts(Definition[NetShort]):
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
    awaits = ("cftc",)
    record_of = "positions"
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
        on = NetShort.of(panel)
        graded = self._sizes("rise_sd").graded(on.rise / on.usual, "sd")
        return (self._answers(panel, "us", on, on.report_day, on.known, graded),)

    def _why_unknown(self, case: Case[NetShort]) -> str:
        where = f"leveraged funds' positions of {day(case.period)}"
        if np.isnan(case.on.rise[case.row]):
            return f"No data for {where}: no report of four weeks before."
        return f"No data for {where}: under {FEWEST_CHANGES} reports before to compare with."

    def _headline(self, case: Case[NetShort]) -> str:
        rise = case.on.rise[case.row]
        return (
            f"Leveraged funds' net short in Treasury futures {'rose' if rise >= 0 else 'fell'} "
            f"{number(abs(rise))} contracts (10-year equivalents) in the four weeks to "
            f"{day(case.period)}."
        )

    def _numbers(self, case: Case[NetShort]) -> tuple[Evidence, ...]:
        return case.on.numbers(case, self._sizes("rise_sd").of(self._against(case)))

    def _context(self, case: Case[NetShort]) -> Context:
        rise, source, often = case.on.rise, case.source(NET), case.frequency()
        place = case.rank(rise, source)
        return Context(
            f"{signed(case.measure, 1)}σ of its 4-week changes; the "
            f"{place.said('largest rise over 4 weeks')}. {often.said('time')}.",
            case.behind({f"Rise over {WEEKS} weeks": place, "Openings": often}),
            case.analogues(rise, "contracts", out=((NET,), 4)),
        )
