"""Foreign share: foreigners hold a falling part of the debt held by the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final

import numpy as np
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition, RuleAnswers
from rules.model import Evidence, Panel
from rules.plot import Plot
from rules.terms import Kind
from rules.tic.share import HELD, OUTSTANDING, Shares, foreign_shares, share_plot
from rules.wording import month, number, signed

MONTHS: Final = 12

Pp = Annotated[float, Interval(gt=0, le=50)]


@dataclass(frozen=True, kw_only=True)
class ForeignShare(Definition[Shares]):
    """A condition: the foreign share of the debt held by the public is down sharply over 12 months.

    Holdings of all foreigners (TIC slt_table3, mfhhis01 before 2020) at the end of a month over the
    debt held by the public (Debt to the Penny) on its last day known, in percent; changes in
    percentage points. It closes when the fall is smaller than `close_below_pct_of_notice` percent
    of the notice size. A slow rule: a true reallocation takes years and would show here.

    The sizes are the 10th, 5th and 1st percentiles of changes over four quarters since 1970 (Fiscal
    Service, FDHBFIN over FYGFDPUN, to 2026 Q1). Base rate by these definitions, at ends of quarters
    since 2000-03: four episodes in 26 years, three of which reached warning.
    """

    rule_id = "foreign_share"
    title = "Foreign share"
    kind = Kind.CONDITION
    prompt_within = timedelta(days=56)
    awaits = ("tic",)
    needed = (HELD, (OUTSTANDING,))
    noun = "month"
    sellers = "A share falls when the debt grows faster: no proof of a sale."
    caveat = (
        "A share falls when foreigners sell, and also when the debt grows faster than they buy, "
        "which has been the reason for most of two decades, or when prices fall: holdings are at "
        "market value and the debt at face value. It says nothing of who sold."
    )
    would_change = (
        "Net purchases over 12 months with a falling share would mean that supply outgrew foreign "
        "buying; a valuation loss in the split of the change, that prices did it."
    )

    enabled: bool = True
    notice_12_month_fall_pp: Pp = 2.2
    warning_12_month_fall_pp: Pp = 3.4
    critical_12_month_fall_pp: Pp = 7.0
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The share by month, over the span it is judged by."""
        return (share_plot(panel, over=MONTHS),)

    def judge(self, panel: Panel) -> RuleAnswers:
        """One answer a month; unknown where the share of 12 months before is not known."""
        shares = foreign_shares(panel)
        fall, known = shares.fall_pp(MONTHS)
        graded = self._sizes("12_month_fall_pp").graded(fall, "pp")
        return (self._answers(panel, "all", shares, shares.month, known, graded),)

    def _why_unknown(self, case: Case[Shares]) -> str:
        when = month(case.period)
        return f"No data for the foreign share of {when}: no share of {MONTHS} months before."

    def _headline(self, case: Case[Shares]) -> str:
        return (
            f"Foreigners held {number(case.on.pct[case.row], 1)}% of the debt held by the public "
            f"at the end of {month(case.period)}, {signed(-case.measure, 1)}pp in {MONTHS} months."
        )

    def _numbers(self, case: Case[Shares]) -> tuple[Evidence, ...]:
        shares, row, over = case.on, case.row, f"over {MONTHS} months"
        source, limit = shares.source[row], self._sizes("12_month_fall_pp").of(self._against(case))
        held, debt = shares.holdings_usd_bn, shares.debt_usd_bn
        highest, before = int(np.argmax(shares.pct[: row + 1])), shares.row_before(row, MONTHS)
        then, top = row if before is None else before, shares.pct[highest]
        bought, grown = held[row] - held[then], 100.0 * (debt[row] / debt[then] - 1.0)
        found = (
            case.line(f"Foreign share, change {over}", -case.measure, "pp", source, -limit),
            case.line("Foreign share", shares.pct[row], "pct", source),
            case.line("Foreign holdings", held[row], "usd_bn", source),
            case.line("Debt held by the public", debt[row], "usd_bn", source),
            case.line("Highest share", top, "pct", source, at=case.day_of(highest)),
            case.line(f"Foreign holdings, change {over}", bought, "usd_bn", source),
            case.line(f"Debt held by the public, growth {over}", grown, "pct", source),
        )
        return found[:5] if before is None else found

    def _context(self, case: Case[Shares]) -> Context:
        fall = case.answers.measure
        place, often = case.rank(fall, case.on.source[case.row]), case.frequency()
        return Context(
            f"The {place.said(f'largest {MONTHS}-month fall')}. {often.said('time', self.noun)}.",
            case.behind({f"Fall over {MONTHS} months": place, "Openings": often}),
            case.analogues(-fall, "pp", out=(HELD, 60)),
        )
