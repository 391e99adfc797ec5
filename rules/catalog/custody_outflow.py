"""Custody outflow: Treasuries the Fed holds for foreign officials fall fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
from annotated_types import Interval

from rules.aftermath import analogues, published
from rules.base_rates import base_rate
from rules.evaluation import Evaluations, any_of, severity_codes, shown_against
from rules.history_stats import Frequency, Rank, openings
from rules.market import MARKET, Market, sessions_of
from rules.model import AlertText, Evidence, Kind, Panel, Severity, to_date, type_bool, type_float
from rules.plot import Plot, series_plot
from rules.wording import day, plural, signed, signed_pct

CUSTODY: Final = "custody_treasuries"
WEEKS: Final = (1, 4)
CAVEAT: Final = (
    "An aggregate at face value, of foreign officials who use the Fed alone: it names no country, "
    "misses private holders and officials' other custodians, and falls too when holdings move to "
    "another custodian or mature into cash at quarter-ends."
)
FALSIFIER: Final = (
    "A level that recovers within a month, or TIC with net official purchases for these weeks, "
    "would say that Treasuries moved and were not sold."
)

UsdBn = Annotated[float, Interval(gt=0, le=1000)]


@dataclass(frozen=True, kw_only=True)
class CustodyOutflow:
    """A condition: custody holdings are down sharply over one week or over four.

    H.4.1, Treasuries held in custody for foreign official and international accounts, Wednesday
    level, USD mn of face value. notice: either fall at or beyond its `notice_*` size; warning:
    either at its `warning_*` size; critical: both. It closes when both are smaller than
    `close_below_pct_of_notice` percent of the notice sizes. The pulse between two TIC releases.

    The sizes are the 5th and 1st percentiles of changes from 2007-07 to 2026-06: 20/33 USD bn over
    a week, 42/74 over four. Base rate by these definitions since 2007-07: it opened
    2.1 times a year, 0.4 reached warning and 0.2 critical.
    """

    rule_id: ClassVar[str] = "custody_outflow"
    title: ClassVar[str] = "Custody outflow"
    kind: ClassVar[Kind] = Kind.CONDITION
    # Out on Thursday 16:30 for Wednesday; a holiday puts it off by a day.
    prompt_within: ClassVar[timedelta] = timedelta(days=4)
    awaits: ClassVar[tuple[str, ...]] = ("custody", "tic")

    enabled: bool = True
    notice_1_week_fall_usd_bn: UsdBn = 20.0
    notice_4_week_fall_usd_bn: UsdBn = 42.0
    warning_1_week_fall_usd_bn: UsdBn = 33.0
    warning_4_week_fall_usd_bn: UsdBn = 74.0
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The custody level."""
        return ((CUSTODY,),)

    @property
    def series(self) -> tuple[str, ...]:
        """The custody level, and closes for what followed."""
        return (CUSTODY, *MARKET)

    @property
    def notice_usd_bn(self) -> type_float:
        """The notice sizes over one and four weeks."""
        return np.array([self.notice_1_week_fall_usd_bn, self.notice_4_week_fall_usd_bn])

    @property
    def warning_usd_bn(self) -> type_float:
        """The warning sizes over one and four weeks."""
        return np.array([self.warning_1_week_fall_usd_bn, self.warning_4_week_fall_usd_bn])

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The custody level."""
        return (CUSTODY,)

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The level, over the longest span it is judged by."""
        return (series_plot(panel, CUSTODY, over=max(WEEKS)),)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a week; unknown where the week or the four weeks before are not known."""
        weeks = sessions_of(panel, (CUSTODY,))
        fall = np.column_stack([_fall_usd_bn(weeks, lag) for lag in WEEKS])
        warnings = (fall >= self.warning_usd_bn).sum(axis=1)
        severity = severity_codes(
            notice=np.asarray((fall >= self.notice_usd_bn).any(axis=1)),
            warning=np.asarray(warnings == 1),
            critical=np.asarray(warnings == len(WEEKS)),
            unknown=np.asarray(np.isnan(fall).any(axis=1)),
        )
        ratios: type_float = fall / self.notice_usd_bn
        keeps_open = np.asarray((100.0 * ratios >= self.close_below_pct_of_notice).any(axis=1))

        def explain(row: int) -> AlertText:
            return self._explain(panel, weeks, fall, severity, keeps_open, row)

        return (
            Evaluations.final(
                self.rule_id,
                "officials",
                weeks.session,
                weeks.known_over(max(WEEKS)),
                severity,
                any_of(ratios),
                "x notice size",
                ratios,
                explain,
                keeps_open,
                any_of(ratios),
            ),
        )

    def _explain(
        self,
        panel: Panel,
        weeks: Market,
        fall: type_float,
        severity: npt.NDArray[np.int8],
        keeps_open: type_bool,
        row: int,
    ) -> AlertText:
        week = weeks.session[row]
        period = to_date(week)
        if severity[row] == Evaluations.UNKNOWN:
            return AlertText(
                headline=f"Custody on {day(period)} cannot be judged: the level of one or of four "
                "weeks before is not known."
            )
        level_bn = weeks.level[CUSTODY] / 1000.0
        headline = (
            f"Treasuries in custody for foreign officials moved {signed(-fall[row, 0], 1)} bn in "
            f"the week to {day(period)}, {signed(-fall[row, 1], 1)} bn in four."
        )
        # A critical one is beyond both warning sizes and has none of its own.
        against = min(shown_against(severity[row]), Severity.WARNING)
        evidence = self._evidence(panel, period, fall[row], level_bn, against, row)
        if severity[row] == Evaluations.QUIET:
            return AlertText(headline, evidence=evidence)
        leading = int(np.nanargmax(fall[row] / self.notice_usd_bn))
        source = panel.source(CUSTODY, period)
        place = Rank.of(fall[:, leading], weeks.session, row, low=False, sample=source)
        share = _fall_pct(level_bn, fall[:, leading])
        in_pct = Rank.of(share, weeks.session, row, low=False, sample=f"{source}, % of level")
        opened = openings(severity, keeps_open)
        often = Frequency.of(
            weeks.session[opened[opened <= row]],
            week,
            weeks.session[0],
            base_rate(self.rule_id, "officials"),
        )
        before = opened[opened <= row][:-1]
        over = plural(WEEKS[leading], "week")
        return AlertText(
            headline,
            f"The {place.said(f'largest fall over {over}')}; {signed_pct(-share[row])} of what was "
            f"held, {in_pct.said('largest')}. {often.said('opening')}.",
            CAVEAT,
            (
                *evidence,
                *place.evidence(f"Fall over {over}", period),
                *in_pct.evidence(f"Fall over {over} in % of the level", period),
                *often.evidence("Openings", period),
            ),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel,
                weeks.known[row],
                weeks.session[before],
                -fall[before, leading],
                "usd_bn",
                published(panel, (CUSTODY,), weeks.session[before], 2),
            ),
            against=against,
        )

    def _evidence(
        self,
        panel: Panel,
        period: date,
        fall: type_float,
        level_bn: type_float,
        against: Severity,
        row: int,
    ) -> tuple[Evidence, ...]:
        sizes = self.notice_usd_bn if against is Severity.NOTICE else self.warning_usd_bn
        source = panel.source(CUSTODY, period)
        changes = tuple(
            Evidence(
                f"Custody, change over {plural(lag, 'week')}",
                -float(size),
                "usd_bn",
                period,
                source,
                -float(limit),
            )
            for lag, size, limit in zip(WEEKS, fall, sizes, strict=True)
        )
        level, highest = float(level_bn[row]), float(level_bn[: row + 1].max())
        year_before = float(level_bn[row - 52]) if row >= 52 else np.nan
        below, change = 100.0 * (1.0 - level / highest), level - year_before
        return (
            *changes,
            *(
                Evidence(
                    f"Custody, change over {plural(lag, 'week')} in % of the level",
                    -float(_fall_pct(level_bn, np.full(len(level_bn), size))[row]),
                    "pct",
                    period,
                    source,
                )
                for lag, size in zip(WEEKS, fall, strict=True)
            ),
            Evidence("Custody, level", level, "usd_bn", period, source),
            Evidence("Custody, highest level", highest, "usd_bn", period, source),
            Evidence("Custody, below its highest", below, "pct", period, source),
            Evidence("Custody, change over 52 weeks", change, "usd_bn", period, source),
        )


def _fall_pct(level_bn: type_float, fall_bn: type_float) -> type_float:
    """A fall in percent of the level that it began from."""
    return np.asarray(100.0 * fall_bn / (level_bn + fall_bn))


def _fall_usd_bn(weeks: Market, lag_weeks: int) -> type_float:
    """The fall of the level over some weeks, USD bn; NaN where the level then is not known."""
    then = weeks.session - np.timedelta64(7 * lag_weeks, "D")
    place = np.minimum(np.searchsorted(weeks.session, then), max(len(weeks.session) - 1, 0))
    level = weeks.level[CUSTODY]
    found = (level[place] - level) / 1000.0
    return np.where(weeks.session[place] == then, found, np.nan)
