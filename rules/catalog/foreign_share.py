"""Foreign share: foreigners hold a falling part of the public debt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
from annotated_types import Interval

from rules.aftermath import analogues, published
from rules.base_rates import base_rate
from rules.evaluation import Evaluations, severity_codes, shown_against
from rules.figure import Line
from rules.history_stats import Frequency, Rank, openings
from rules.market import MARKET
from rules.model import (
    AlertText,
    Evidence,
    Kind,
    Panel,
    Severity,
    to_date,
    type_bool,
    type_float,
    type_time,
)
from rules.plot import Plot
from rules.share import HOLDINGS, LONG_HOLDINGS, OUTSTANDING, Shares, foreign_shares
from rules.wording import month, number, signed

MONTHS: Final = 12
CAVEAT: Final = (
    "A share falls when foreigners sell, and also when the debt grows faster than they buy, which "
    "has been the reason for most of two decades, or when prices fall: holdings are at market "
    "value and the debt at face value. It says nothing of who sold."
)
FALSIFIER: Final = (
    "Positive 12-month net transactions with a falling share say that supply outgrew foreign "
    "buying; a valuation loss in the split of the change says that prices did it."
)

Pp = Annotated[float, Interval(gt=0, le=50)]


@dataclass(frozen=True, kw_only=True)
class ForeignShare:
    """A condition: the foreign share of the debt held by the public is down sharply over 12 months.

    Holdings of all foreigners (TIC slt_table3, mfhhis01 before 2020) at the end of a month over the
    debt held by the public (Debt to the Penny) on its last day known, in percent; changes in
    percentage points. notice, warning and critical by the size of the fall. It closes when the fall
    is smaller than `close_below_pct_of_notice` percent of the notice size. A slow rule: a true
    reallocation takes years, and this is where it would show.

    The sizes are the 10th, 5th and 1st percentiles of changes over four quarters since 1970 (Fiscal
    Service, FDHBFIN over FYGFDPUN, to 2026 Q1). Base rate by these definitions, at the ends
    of quarters since 2000-03: four episodes in 26 years, three of which reached warning.
    """

    rule_id: ClassVar[str] = "foreign_share"
    title: ClassVar[str] = "Foreign share"
    kind: ClassVar[Kind] = Kind.CONDITION
    prompt_within: ClassVar[timedelta] = timedelta(days=56)
    awaits: ClassVar[tuple[str, ...]] = ("tic",)

    enabled: bool = True
    notice_12_month_fall_pp: Pp = 2.2
    warning_12_month_fall_pp: Pp = 3.4
    critical_12_month_fall_pp: Pp = 7.0
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """What foreigners hold, and the debt."""
        return ((HOLDINGS, LONG_HOLDINGS), (OUTSTANDING,))

    @property
    def series(self) -> tuple[str, ...]:
        """Both measures of foreign holdings, the debt, and closes for what followed."""
        return (HOLDINGS, LONG_HOLDINGS, OUTSTANDING, *MARKET)

    @property
    def decided_by(self) -> tuple[str, ...]:
        """Holdings and the debt."""
        return (HOLDINGS, LONG_HOLDINGS, OUTSTANDING)

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The share by month, over the span it is judged by."""
        shares = foreign_shares(panel)
        line = Line("", shares.month, shares.pct)
        return (Plot("Foreign share of the public debt", "pct", "month", (line,), over=MONTHS),)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a month; unknown where the share of 12 months before is not known."""
        shares = foreign_shares(panel)
        fall, known = _fall_pp(shares)
        severity = severity_codes(
            notice=fall >= self.notice_12_month_fall_pp,
            warning=fall >= self.warning_12_month_fall_pp,
            critical=fall >= self.critical_12_month_fall_pp,
            unknown=np.isnan(fall),
        )
        ratio = fall / self.notice_12_month_fall_pp
        keeps_open = 100.0 * ratio >= self.close_below_pct_of_notice

        def explain(row: int) -> AlertText:
            return self._explain(panel, shares, fall, known, severity, keeps_open, row)

        return (
            Evaluations.final(
                self.rule_id,
                "all",
                shares.month,
                known,
                severity,
                fall,
                "pp",
                np.reshape(ratio, (-1, 1)),
                explain,
                keeps_open,
                ratio,
            ),
        )

    def _explain(
        self,
        panel: Panel,
        shares: Shares,
        fall: type_float,
        known: type_time,
        severity: npt.NDArray[np.int8],
        keeps_open: type_bool,
        row: int,
    ) -> AlertText:
        period = to_date(shares.month[row])
        if severity[row] == Evaluations.UNKNOWN:
            return AlertText(
                headline=f"The foreign share of {month(period)} cannot be judged: that of "
                f"{MONTHS} months before is not known."
            )
        headline = (
            f"Foreigners hold {number(shares.pct[row], 1)} % of the public debt at the end of "
            f"{month(period)}, {signed(-fall[row], 1)} percentage points in {MONTHS} months."
        )
        against = shown_against(severity[row])
        evidence = self._evidence(shares, fall, against, row)
        if severity[row] == Evaluations.QUIET:
            return AlertText(headline, evidence=evidence, period=month(period))
        place = Rank.of(fall, shares.month, row, low=False, sample=shares.source[row])
        opened = openings(severity, keeps_open)
        opened = opened[opened <= row]
        often = Frequency.of(
            shares.month[opened],
            shares.month[row],
            shares.month[0],
            base_rate(self.rule_id, "all"),
        )
        before = opened[:-1]
        return AlertText(
            headline,
            f"The {place.said('largest fall over 12 months')}. {often.said('opening')}.",
            CAVEAT,
            (
                *evidence,
                *place.evidence("Fall over 12 months", period),
                *often.evidence("Openings", period),
            ),
            period=month(period),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel,
                known[row],
                shares.month[before],
                -fall[before],
                "pp",
                published(panel, (HOLDINGS, LONG_HOLDINGS), shares.month[before], 60),
            ),
            against=against,
        )

    def _evidence(
        self, shares: Shares, fall: type_float, against: Severity, row: int
    ) -> tuple[Evidence, ...]:
        limit = {
            Severity.NOTICE: self.notice_12_month_fall_pp,
            Severity.WARNING: self.warning_12_month_fall_pp,
            Severity.CRITICAL: self.critical_12_month_fall_pp,
        }[against]
        period = to_date(shares.month[row])
        highest = int(np.argmax(shares.pct[: row + 1]))
        of_debt = "Debt held by the public"

        def line(label: str, value: float, unit: str, at: date = period) -> Evidence:
            return Evidence(label, value, unit, at, shares.source[row])

        before = shares.row_before(row, MONTHS)
        found = [
            Evidence(
                "Foreign share, change over 12 months",
                -float(fall[row]),
                "pp",
                period,
                shares.source[row],
                -limit,
            ),
            line("Foreign share", float(shares.pct[row]), "pct"),
            line("Foreign holdings", float(shares.holdings_usd_bn[row]), "usd_bn"),
            line(of_debt, float(shares.debt_usd_bn[row]), "usd_bn"),
            line("Highest share", shares.pct[highest], "pct", to_date(shares.month[highest])),
        ]
        if before is not None:
            grown = 100.0 * (shares.debt_usd_bn[row] / shares.debt_usd_bn[before] - 1.0)
            bought = shares.holdings_usd_bn[row] - shares.holdings_usd_bn[before]
            found += [
                line("Foreign holdings, change over 12 months", float(bought), "usd_bn"),
                line(f"{of_debt}, growth over 12 months", float(grown), "pct"),
            ]
        return tuple(found)


def _fall_pp(shares: Shares) -> tuple[type_float, type_time]:
    """The fall of the share over 12 months, NaN where the share then is not known, and when both
    were known."""
    fall, known = np.full(len(shares.pct), np.nan), shares.known.copy()
    for row in range(len(shares.pct)):
        before = shares.row_before(row, MONTHS)
        if before is not None:
            fall[row] = shares.pct[before] - shares.pct[row]
            known[row] = max(known[row], known[before])
    return np.round(fall, 9), known
