"""Term-premium jump: the 10-year term premium rises unusually fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import pandas as pd
from annotated_types import Interval

from rules.change import change_bp
from rules.model import Evidence, Explained, Judged, Kind, Panel, Severity, to_date, type_float
from rules.wording import day, largest, number, plural, signed

CAVEAT: Final = (
    "A model's estimate, not an official one, compared inside one vintage only. A higher premium "
    "means more pay for holding duration; it does not say that foreigners sold. Models differ: the "
    "1 % largest changes over five sessions begin at 29 bp in ACM and at 15 bp in Kim-Wright."
)

Bp = Annotated[float, Interval(gt=0, le=500)]

LAGS_SESSIONS: Final = (1, 5, 21)
PREMIUM: Final = "acm_tp10y"
YIELD: Final = "acm_y10y"


@dataclass(frozen=True, kw_only=True)
class TermPremiumJump:
    """A condition: the ACM 10-year term premium is up sharply over 1, 5 or 21 sessions.

    Changes are taken inside one vintage, because each release re-estimates the whole history.
    notice: any of the three at or above its `notice_*` size. warning: any at or above its
    `warning_*` size. critical: two or more windows at or above their `warning_*` sizes. It closes
    when all three are back below `close_below_pct_of_notice` percent of the notice sizes.

    The sizes are the 95th and 99th percentiles of ACM changes since 2010: 8.7/15.3 bp over one
    session, 18.6/28.9 over five, 36.1/54.3 over twenty-one (New York Fed ACM, vintage 2026-08-22).
    Base rate by these definitions since 2010: about 10 episodes a year, of which 2.4 reach warning
    and 0.7 critical.
    """

    rule_id: ClassVar[str] = "term_premium_jump"
    title: ClassVar[str] = "Term-premium jump"
    kind: ClassVar[Kind] = Kind.CONDITION
    # The model is published two to three business days later; a long weekend may come between.
    prompt_within: ClassVar[timedelta] = timedelta(days=7)
    awaits: ClassVar[tuple[str, ...]] = ("acm", "kim_wright", "tic")

    enabled: bool = True
    notice_1_session_bp: Bp = 8.7
    notice_5_session_bp: Bp = 18.6
    notice_21_session_bp: Bp = 36.1
    warning_1_session_bp: Bp = 15.3
    warning_5_session_bp: Bp = 28.9
    warning_21_session_bp: Bp = 54.3
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The premium."""
        return ((PREMIUM,),)

    @property
    def series(self) -> tuple[str, ...]:
        """ACM 10-year term premium and the model's own fitted 10-year yield, both in percent."""
        return (PREMIUM, YIELD)

    @property
    def notice_bp(self) -> type_float:
        """The notice sizes over 1, 5 and 21 sessions."""
        return np.array(
            [self.notice_1_session_bp, self.notice_5_session_bp, self.notice_21_session_bp]
        )

    @property
    def warning_bp(self) -> type_float:
        """The warning sizes over 1, 5 and 21 sessions."""
        return np.array(
            [self.warning_1_session_bp, self.warning_5_session_bp, self.warning_21_session_bp]
        )

    def judge(self, panel: Panel) -> tuple[Judged, ...]:
        """One answer a session of the vintage in the panel."""
        premium = panel.frame[PREMIUM].dropna()
        rise = np.column_stack([change_bp(premium.to_numpy(), lag) for lag in LAGS_SESSIONS])
        notices = (rise >= self.notice_bp).any(axis=1)
        warnings = (rise >= self.warning_bp).sum(axis=1)
        missing = np.isnan(rise).any(axis=1)
        severity = np.select(
            [warnings >= 2, warnings == 1, notices, missing],
            [Severity.CRITICAL, Severity.WARNING, Severity.NOTICE, Judged.UNKNOWN],
            Judged.QUIET,
        ).astype(np.int8)
        closing_bp = self.notice_bp * self.close_below_pct_of_notice / 100.0
        known = panel.known_at.loc[premium.index, PREMIUM].astype("datetime64[s]").astype("int64")
        latest = known.rolling(max(LAGS_SESSIONS) + 1, min_periods=1).max()

        def explain(row: int) -> Explained:
            return self._explain(panel, premium, rise, row, int(severity[row]))

        # How far beyond its notice size the largest of the three is; -inf only where none is known.
        ratio = np.where(np.isnan(rise), -np.inf, rise / self.notice_bp)
        return (
            Judged(
                rule_id=self.rule_id,
                subject="acm_10y",
                period_end=premium.index.to_numpy().astype("datetime64[D]"),
                known_at=latest.astype("int64").to_numpy().astype("datetime64[s]"),
                severity=severity,
                provisional=np.zeros(len(premium), dtype=bool),
                keeps_open=np.asarray((rise >= closing_bp).any(axis=1)),
                measure=np.where(np.isinf(ratio.max(axis=1)), np.nan, ratio.max(axis=1)),
                measure_unit="x notice size",
                ratios=rise / self.notice_bp,
                explain=explain,
            ),
        )

    def _explain(
        self,
        panel: Panel,
        premium: pd.Series[float],
        rise: type_float,
        row: int,
        severity: int,
    ) -> Explained:
        period = to_date(premium.index.to_numpy()[row])
        level = float(premium.iloc[row])
        if severity == Judged.UNKNOWN:
            return Explained(
                headline=f"{day(period)}: fewer than {max(LAGS_SESSIONS)} earlier sessions in this "
                "vintage of the ACM model, so the rise cannot be judged."
            )
        leading = int(np.nanargmax(rise[row] / self.warning_bp))
        lag = LAGS_SESSIONS[leading]
        size = float(rise[row, leading])
        fitted = panel.frame[YIELD].reindex(premium.index)
        yield_bp = float(change_bp(fitted.to_numpy(), lag)[row])
        headline = (
            f"The ACM 10-year term premium moved {signed(size, 1)} bp in "
            f"{plural(lag, 'session')} to {day(period)}, to {number(level, 2)} %."
        )
        evidence = self._evidence(panel, period, level, rise[row], yield_bp, lag)
        if severity == Judged.QUIET:
            return Explained(headline, evidence=evidence)
        earlier = _earlier_changes(panel, period, lag)
        unusual = (_rank_sentence(earlier, lag, size), _share_sentence(size, yield_bp))
        counted = _rank_evidence(earlier, period, lag, size, yield_bp)
        return Explained(headline, " ".join(unusual).strip(), CAVEAT, (*evidence, *counted))

    def _evidence(
        self,
        panel: Panel,
        period: date,
        level: float,
        rise: type_float,
        yield_bp: float,
        lag: int,
    ) -> tuple[Evidence, ...]:
        source = panel.source(PREMIUM, period)
        changes = tuple(
            Evidence(
                f"ACM 10-year term premium, change over {plural(sessions, 'session')}",
                float(change),
                "bp",
                period,
                source,
                float(warning if change >= warning else notice),
            )
            for sessions, change, notice, warning in zip(
                LAGS_SESSIONS, rise, self.notice_bp, self.warning_bp, strict=True
            )
        )
        return (
            *changes,
            Evidence("ACM 10-year term premium", level, "pct", period, source),
            Evidence(
                f"ACM fitted 10-year yield, change over {plural(lag, 'session')}",
                yield_bp,
                "bp",
                period,
                source,
            ),
        )


def _earlier_changes(panel: Panel, period: date, lag: int) -> pd.Series[float]:
    """All changes over as many sessions before a period, in basis points, oldest first.

    Each change is taken inside one vintage: the newest one where it reaches, the longest before.
    """
    newest = _changes_bp(panel.frame[PREMIUM].dropna(), lag)
    older = _changes_bp(panel.longest.get(PREMIUM, newest.iloc[:0]), lag)
    changes = pd.concat([older[~older.index.isin(newest.index)], newest]).sort_index()
    return changes[changes.index < pd.Timestamp(period)]


def _rank_sentence(earlier: pd.Series[float], lag: int, size_bp: float) -> str:
    if earlier.empty:
        return ""
    larger = pd.DatetimeIndex(earlier[earlier >= size_bp].index)
    last = f", last on {day(larger[-1].date())}" if len(larger) else ""
    since = day(pd.DatetimeIndex(earlier.index)[0].date())
    return (
        f"{largest(len(larger) + 1)} rise over {plural(lag, 'session')} of "
        f"{number(len(earlier) + 1)} since {since}{last}."
    )


def _rank_evidence(
    earlier: pd.Series[float], period: date, lag: int, size_bp: float, yield_bp: float
) -> tuple[Evidence, ...]:
    if earlier.empty:
        return ()
    source = f"stored vintages since {pd.DatetimeIndex(earlier.index)[0].date()}"
    over = f"over {plural(lag, 'session')}"
    as_large = float((earlier >= size_bp).sum())
    share = 100.0 * size_bp / yield_bp if yield_bp > 0 else np.nan
    return (
        Evidence(f"Earlier rises as large {over}", as_large, "count", period, source),
        Evidence(
            f"Earlier changes {over} in the sample", float(len(earlier)), "count", period, source
        ),
        Evidence(f"Share of the fitted yield's rise {over}", share, "pct", period, source),
    )


def _changes_bp(level_pct: pd.Series[float], lag: int) -> pd.Series[float]:
    levels = level_pct.to_numpy().astype(np.float64)
    return pd.Series(change_bp(levels, lag), index=level_pct.index).dropna()


def _share_sentence(size_bp: float, yield_bp: float) -> str:
    if np.isnan(yield_bp):
        return "The model's fitted yield is missing, so its share of the yield move is unknown."
    if yield_bp <= 0:
        return f"The fitted 10-year yield moved {signed(yield_bp, 1)} bp over the same sessions."
    return (
        f"The fitted 10-year yield rose {number(yield_bp, 1)} bp over the same sessions: the "
        f"premium is {number(100 * size_bp / yield_bp)} % of that."
    )
