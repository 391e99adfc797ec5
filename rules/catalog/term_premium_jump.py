"""Term-premium jump: the 10-year term premium rises unusually fast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Interval

from rules.aftermath import analogues, published
from rules.change import change_bp
from rules.context import Frequency, openings
from rules.judged import Judged, any_of, graded
from rules.market import MARKET
from rules.model import Evidence, Explained, Kind, Panel, to_date, type_bool, type_float, type_time
from rules.plot import Plot, series_plot
from rules.premium_words import (
    OTHER_MODEL,
    PREMIUM,
    agreement,
    earlier_changes,
    other_evidence,
    other_model,
    rank_evidence,
    rank_sentence,
    share_sentence,
)
from rules.wording import day, number, plural, signed

CAVEAT: Final = (
    "A model's estimate, not an official one, compared inside one vintage only. A higher premium "
    "means more pay for holding duration; it does not say that foreigners sold. Models differ: the "
    "1 % largest changes over five sessions begin at 29 bp in ACM and at 15 bp in Kim-Wright."
)

Bp = Annotated[float, Interval(gt=0, le=500)]

LAGS_SESSIONS: Final = (1, 5, 21)
YIELD: Final = "acm_y10y"
FALSIFIER: Final = (
    "Kim-Wright, which comes each Tuesday, if it does not rise with ACM; the next vintages of ACM, "
    "which re-estimate these sessions; and TIC, if foreigners bought on balance."
)


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
        """ACM term premium and fitted yield, Kim-Wright's premium, all 10-year and in percent; and
        closes for what followed."""
        return (PREMIUM, YIELD, OTHER_MODEL, *MARKET)

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

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The premium."""
        return (PREMIUM,)

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Both models, over the sessions in which the premium rose most for its sizes."""
        premium = panel.frame[PREMIUM].dropna().loc[: pd.Timestamp(period_end)].to_numpy()
        rise = [change_bp(premium, lag)[-1] if len(premium) > lag else 0.0 for lag in LAGS_SESSIONS]
        over = LAGS_SESSIONS[int(np.argmax(np.array(rise) / self.warning_bp))]
        return tuple(series_plot(panel, name, over=over) for name in (PREMIUM, OTHER_MODEL))

    def judge(self, panel: Panel) -> tuple[Judged, ...]:
        """One answer a session of the vintage in the panel."""
        premium = panel.frame[PREMIUM].dropna()
        rise = np.column_stack([change_bp(premium.to_numpy(), lag) for lag in LAGS_SESSIONS])
        notices = (rise >= self.notice_bp).any(axis=1)
        warnings = (rise >= self.warning_bp).sum(axis=1)
        missing = np.isnan(rise).any(axis=1)
        severity = graded(
            notice=np.asarray(notices),
            warning=warnings == 1,
            critical=warnings >= 2,
            unknown=np.asarray(missing),
        )
        closing_bp = self.notice_bp * self.close_below_pct_of_notice / 100.0
        seconds = panel.known_at.loc[premium.index, PREMIUM].astype("datetime64[s]").astype("int64")
        latest = seconds.rolling(max(LAGS_SESSIONS) + 1, min_periods=1).max()
        known = latest.astype("int64").to_numpy().astype("datetime64[s]")
        keeps_open = np.asarray((rise >= closing_bp).any(axis=1))

        def explain(row: int) -> Explained:
            return self._explain(panel, premium, rise, known, severity, keeps_open, row)

        ratios = rise / self.notice_bp
        return (
            Judged.final(
                self.rule_id,
                "acm_10y",
                premium.index.to_numpy().astype("datetime64[D]"),
                known,
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
        premium: pd.Series[float],
        rise: type_float,
        known: type_time,
        severity: npt.NDArray[np.int8],
        keeps_open: type_bool,
        row: int,
    ) -> Explained:
        period = to_date(premium.index.to_numpy()[row])
        level = float(premium.iloc[row])
        if severity[row] == Judged.UNKNOWN:
            return Explained(
                headline=f"{day(period)}: fewer than {max(LAGS_SESSIONS)} earlier sessions in this "
                "vintage of the ACM model, so the rise cannot be judged."
            )
        leading = int(np.nanargmax(rise[row] / self.warning_bp))
        lag = LAGS_SESSIONS[leading]
        size = float(rise[row, leading])
        # A fitted yield that came later than the premium was not known when this was told.
        fitted = panel.frame[YIELD].where(panel.known_at[YIELD] <= known[row])
        fitted = fitted.reindex(premium.index)
        yield_bp = float(change_bp(fitted.to_numpy(), lag)[row])
        headline = (
            f"The ACM 10-year term premium moved {signed(size, 1)} bp in "
            f"{plural(lag, 'session')} to {day(period)}, to {number(level, 2)} %."
        )
        evidence = self._evidence(panel, period, level, rise[row], yield_bp, lag)
        if severity[row] == Judged.QUIET:
            return Explained(headline, evidence=evidence)
        earlier = earlier_changes(panel, period, lag)
        other = other_model(panel, known[row], period, lag)
        unusual = (
            rank_sentence(earlier, lag, size),
            share_sentence(size, yield_bp),
            agreement(other, period, size),
        )
        counted = rank_evidence(earlier, period, lag, size, yield_bp)
        days = premium.index.to_numpy().astype("datetime64[D]")
        opened = openings(severity, keeps_open)
        opened = opened[opened <= row]
        often = Frequency.of(days[opened], days[row], days[0])
        return Explained(
            headline,
            " ".join(unusual).strip(),
            CAVEAT,
            (
                *evidence,
                *counted,
                *other_evidence(panel, other, lag),
                *often.evidence("Openings", period),
            ),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel,
                known[row],
                days[opened[:-1]],
                rise[opened[:-1], leading],
                "bp",
                # Out on the second morning: the close before that is the last one.
                published(panel, (PREMIUM,), days[opened[:-1]], 1),
            ),
        )

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
