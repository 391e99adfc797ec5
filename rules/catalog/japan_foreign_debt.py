"""Japan's foreign debt: its residents sell much of their foreign bonds within four weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final

import pandas as pd
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition, RuleAnswers
from rules.figure import line_of
from rules.markets.change import sum_over_weeks
from rules.markets.market import MARKET, sessions_of
from rules.model import Evidence, Panel, type_float, type_time
from rules.plot import Plot
from rules.record.early import JAPAN_WEEKS
from rules.shared.japan_investors import INVESTORS, by_investor
from rules.terms import Kind, Severity
from rules.wording import day, jpy_bn, listed, number, plural, signed_jpy_bn

NET: Final = JAPAN_WEEKS
TITLE: Final = "Japan: net purchases of foreign long-term debt"
WEEKS: Final = 4
LONGER: Final = (13, 52)
WHAT: Final = "Foreign long-term debt, net"
OVER: Final = f"over {plural(WEEKS, 'week')}"
# Correlation of its months with Japan's net long-term purchases in TIC, as `rules.record` has it.
WITH_TIC: Final = {"in 2005-13": 0.42, "in 2014-22": 0.28, "since 2023-02": -0.04}

JpyBn = Annotated[float, Interval(gt=0, le=20_000)]
Flow = tuple[type_float, type_time]  # net purchases of each week, JPY bn, and its last day


@dataclass(frozen=True, kw_only=True)
class JapanForeignDebt(Definition[Flow]):
    """A condition, and context only: Japan's residents sold much foreign long-term debt, net.

    Ministry of Finance, weeks to Saturday, JPY bn. notice: net sales over four weeks at or beyond
    `notice_4_week_net_sales_jpy_bn`; never more. It closes below `close_below_pct_of_notice` of it.
    The size is the 5th percentile of 1,124 sums from 2005-01 to 2026-08; 57 reached it. Base rate
    since 2005-01: 0.98 openings a year.
    """

    rule_id = "japan_foreign_debt"
    title = "Japan's foreign debt"
    kind = Kind.CONDITION
    # Out five days after the week, and up to twelve where the new year lies between.
    prompt_within = timedelta(days=12)
    awaits = ("tic",)
    needed = ((NET,),)
    context_series = (*MARKET, *INVESTORS)
    sized = ("4_week_net_sales_jpy_bn",)
    most_sized = Severity.NOTICE
    sellers = "Net sales of all foreign bonds by all residents: not officials, not only Treasuries."
    caveat = (
        "All foreign bonds and all residents who report: not officials, not only Treasuries, and "
        "no stand-in for TIC. Correlation with Japan's monthly net long-term purchases in TIC: "
        f"{listed([f'{number(r, 2)} {when}' for when, r in WITH_TIC.items()])}. Until December "
        "2013 open-ended investment trusts were among these bonds, so ranks mix two definitions."
    )
    would_change = "TIC with net purchases by Japan in these months would mean other bonds sold."

    enabled: bool = True
    notice_4_week_net_sales_jpy_bn: JpyBn = 2430.0
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Net purchases over four weeks, against the notice size."""
        days, net, _ = panel.numbers(NET)
        known = pd.Series(sum_over_weeks(days, net, WEEKS), index=days).dropna()
        levels, title = (-self.notice_4_week_net_sales_jpy_bn,), f"{TITLE} {OVER}"
        return (Plot(title, "jpy_bn", "week", (line_of("", known),), levels=levels, bars=True),)

    def judge(self, panel: Panel) -> RuleAnswers:
        """One answer a week; unknown where one of its four weeks is not known."""
        weeks = sessions_of(panel, (NET,))
        net, day_of = weeks.level[NET], weeks.session
        graded = self._sizes(*self.sized).graded(-sum_over_weeks(day_of, net, WEEKS), "jpy_bn")
        known = weeks.known_over(WEEKS - 1)
        return (self._answers(panel, "residents", (net, day_of), day_of, known, graded),)

    def _why_unknown(self, case: Case[Flow]) -> str:
        return case.no_data(f"one of the {WEEKS} weeks to it has no number")

    def _headline(self, case: Case[Flow]) -> str:
        did = "sold" if case.measure > 0 else "bought"
        return (
            f"Japan's residents {did} net {jpy_bn(abs(case.measure))} of foreign long-term debt in "
            f"the {plural(WEEKS, 'week')} to {day(case.period)}, the last week "
            f"{signed_jpy_bn(float(case.on[0][case.row]))}."
        )

    def _numbers(self, case: Case[Flow]) -> tuple[Evidence, ...]:
        (net, day_of), row, source = case.on, case.row, case.source(NET)
        limit = self.notice_4_week_net_sales_jpy_bn
        rest = [(f"{WHAT} in the week", net[n], n) for n in range(row, row - WEEKS, -1)]
        totals = {n: sum_over_weeks(day_of, net, n)[row] for n in LONGER}
        rest += [(f"{WHAT} over {n} weeks", total, row) for n, total in totals.items()]
        return (
            case.line(f"{WHAT} {OVER}", -case.measure, "jpy_bn", source, -limit),
            *(case.line(a, net, "jpy_bn", source, at=case.day_of(n)) for a, net, n in rest),
        )

    def _context(self, case: Case[Flow]) -> Context:
        sales = case.answers.measure
        place, often = case.rank(sales, case.source(NET)), case.frequency()
        investors, by_month = by_investor(case, WHAT)
        unusual = f"The {place.said(f'largest net sale {OVER}')}. {often.said('time')}."
        return Context(
            f"{investors} {unusual}".lstrip(),
            (*case.behind({f"Net sale {OVER}": place, "Openings": often}), *by_month),
            case.analogues(-sales, "jpy_bn", out=((NET,), 3)),
        )
