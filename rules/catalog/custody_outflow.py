"""Custody outflow: Treasuries the Fed holds for foreign officials fall fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

import numpy as np
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition, RuleAnswers
from rules.markets.change import fall_over_weeks, fall_pct
from rules.markets.market import sessions_of
from rules.model import Evidence, Panel, type_float
from rules.severity_grading import graded_by_any
from rules.terms import Kind, Severity
from rules.wording import changed_usd_bn, day, plural, signed_pct, signed_usd_bn

CUSTODY: Final = "custody_treasuries"
WEEKS: Final = (1, 4)

UsdBn = Annotated[float, Interval(gt=0, le=1000)]
Falls = tuple[type_float, type_float]  # the level, and its falls over one and four weeks, USD bn


@dataclass(frozen=True, kw_only=True)
class CustodyOutflow(Definition[Falls]):
    """A condition: custody holdings are down sharply over one week or over four.

    H.4.1, Treasuries in custody for foreign official accounts, Wednesday level at face value.
    notice: either fall at or beyond its `notice_*` size; warning: either at its `warning_*` size;
    critical: both. It closes when both are below `close_below_pct_of_notice` of the notice sizes.
    The sizes are the 5th and 1st percentiles of changes from 2007-07 to 2026-06: 20/33 USD bn over
    a week, 42/74 over four. Base rate since 2007-07: 2.1 openings a year, 0.4 of them at warning.
    """

    rule_id = "custody_outflow"
    title = "Custody outflow"
    kind = Kind.CONDITION
    prompt_within = timedelta(days=4)  # out on Thursday 16:30 for Wednesday; a holiday adds a day
    awaits = ("custody", "tic")
    record_of = "custody"
    needed = ((CUSTODY,),)
    sized = ("1_week_fall_usd_bn", "4_week_fall_usd_bn")
    plotted_over = max(WEEKS)
    most_sized = Severity.WARNING  # a critical one is beyond both warning sizes
    sellers = "Officials only, at the Fed: sold, swapped or moved to another custodian."
    caveat = (
        "Face value of foreign officials at the Fed alone: no country, no private holder, no other "
        "custodian. It also falls when holdings change custodian or mature into cash."
    )
    would_change = (
        "A level that recovers within a month, or TIC with net official purchases for these weeks, "
        "would mean they were moved, not sold."
    )

    enabled: bool = True
    notice_1_week_fall_usd_bn: UsdBn = 20.0
    notice_4_week_fall_usd_bn: UsdBn = 42.0
    warning_1_week_fall_usd_bn: UsdBn = 33.0
    warning_4_week_fall_usd_bn: UsdBn = 74.0
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0

    def judge(self, panel: Panel) -> RuleAnswers:
        """One answer a week; unknown where the week or the four weeks before are not known."""
        weeks = sessions_of(panel, (CUSTODY,))
        day_of, level = weeks.session, weeks.level[CUSTODY]
        fall = np.column_stack([fall_over_weeks(day_of, level, lag) for lag in WEEKS]) / 1000.0
        graded, known = graded_by_any(fall, self.sizes), weeks.known_over(max(WEEKS))
        return (self._answers(panel, "officials", (level / 1000.0, fall), day_of, known, graded),)

    def _why_unknown(self, case: Case[Falls]) -> str:
        return f"No data for custody on {day(case.period)}: no level one or four weeks before."

    def _headline(self, case: Case[Falls]) -> str:
        one, four = -case.on[1][case.row]
        return (
            f"Treasuries in custody for foreign officials {changed_usd_bn(one)} in the week to "
            f"{day(case.period)}, {signed_usd_bn(four)} in four weeks."
        )

    def _numbers(self, case: Case[Falls]) -> tuple[Evidence, ...]:
        (levels, falls), row, source = case.on, case.row, case.source(CUSTODY)
        limits = self.sizes[self._against(case) - 1]
        level, fall, highest = levels[row], falls[row], levels[: row + 1].max()
        pct, year_before = fall_pct(level, fall), levels[row - 52] if row >= 52 else np.nan
        over = [f"Custody, change over {plural(lag, 'week')}" for lag in WEEKS]
        return (
            *(case.line(over[i], -fall[i], "usd_bn", source, -limits[i]) for i in (0, 1)),
            *(case.line(f"{over[i]} as % of the level", -pct[i], "pct", source) for i in (0, 1)),
            case.line("Custody, level", level, "usd_bn", source),
            case.line("Custody, highest level", highest, "usd_bn", source),
            case.line("Custody, below its highest", 100.0 * (1.0 - level / highest), "pct", source),
            case.line("Custody, change over 52 weeks", level - year_before, "usd_bn", source),
        )

    def _context(self, case: Case[Falls]) -> Context:
        (levels, falls), source, often = case.on, case.source(CUSTODY), case.frequency()
        leading = int(np.nanargmax(case.answers.ratios[case.row]))
        fall, over = falls[:, leading], plural(WEEKS[leading], "week")
        share, place = fall_pct(levels, fall), case.rank(fall, source)
        in_pct = case.rank(share, f"{source}, % of level")
        ranks = {f"Fall over {over}": place, f"Fall over {over} as % of the level": in_pct}
        return Context(
            f"The {place.said(f'largest fall over {over}')}; {signed_pct(-share[case.row])} of "
            f"what was held, {in_pct.said('largest')}. {often.said('time')}.",
            case.behind({**ranks, "Openings": often}),
            case.analogues(-fall, "usd_bn", out=((CUSTODY,), 2)),
        )
