"""Joint selloff: one session on which the S&P 500, Treasuries and the dollar all fall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Interval

from rules.curve import TENORS, curve_evidence, curve_said, tenor_moves
from rules.evaluation import Evaluations, shown_against
from rules.legs import LEGS, DollarSource, Session, judged_sessions
from rules.model import AlertText, Evidence, Kind, Panel, Severity, type_float
from rules.selloff_text import (
    dollar_leg,
    how_unusual,
    last_alike,
    leg_shares,
    place_among,
    selloff_caveat,
    selloff_counts,
    selloff_headline,
    sessions_known,
    since_said,
)
from rules.wording import day

DECIDED_BY: Final = ("spx", "ust10y", "dxy", "usd_basket")
FALSIFIER: Final = (
    "TIC transactions of the month with net foreign purchases, or a custody level that held, would "
    "say that prices fell without foreign selling; a DXY close that is corrected upward ends it."
)


@dataclass(frozen=True, kw_only=True)
class JointSelloff:
    """A dated event: SPX return < 0, 10-year yield change > 0 and dollar return < 0 on one session.

    Sessions are the dates on which all three have a value; each leg moves from its own market's
    close before, and one that was closed between says since when. A leg is scaled by the sample
    standard deviation of its previous `window_sessions` changes from session to session (log
    returns for the index and the dollar, basis points for the yield), times the root of the
    sessions it spans; the *weakest leg* is the smallest of the three. notice: all three down and
    weakest leg >= `notice_weakest_leg_sd`, 0 for every one. warning: >= `warning_weakest_leg_sd`.
    critical: >= `critical_weakest_leg_sd`, or all three simple moves beyond the `critical_*` sizes.

    Without a DXY close the ECB basket stands in and the signal is provisional: first with the
    same-day fix, then with the span from the fix before to the fix after (known next morning). It
    is never told above `substitute_max_severity`, and it is confirmed or withdrawn by DXY.

    Base rates, from S&P 500, DGS10 and DXY closes to 2026-08: all three down 24.2 sessions a year
    since 1973, 16.6 since 1999; notice or more 7.1, warning or more 2.9, critical 0.9 a year since
    1999.
    """

    rule_id: ClassVar[str] = "joint_selloff"
    title: ClassVar[str] = "Joint selloff"
    kind: ClassVar[Kind] = Kind.EVENT
    # The last leg is normally known by 18:30 ET; the next morning's 08:00 poll is still on time.
    prompt_within: ClassVar[timedelta] = timedelta(hours=42)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "custody")

    enabled: bool = True
    window_sessions: Annotated[int, Interval(ge=20, le=504)] = 63
    notice_weakest_leg_sd: Annotated[float, Interval(ge=0, le=10)] = 0.25
    warning_weakest_leg_sd: Annotated[float, Interval(gt=0, le=10)] = 0.5
    critical_weakest_leg_sd: Annotated[float, Interval(gt=0, le=10)] = 1.0
    critical_spx_fall_pct: Annotated[float, Interval(gt=0, le=30)] = 1.0
    critical_ust10y_rise_bp: Annotated[float, Interval(gt=0, le=200)] = 5.0
    critical_usd_fall_pct: Annotated[float, Interval(gt=0, le=20)] = 0.5
    substitute_max_severity: Literal["notice", "warning", "critical"] = "warning"

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """Stocks, Treasuries, and the dollar by either of its two measures."""
        return (("spx",), ("ust10y",), ("dxy", "usd_basket"))

    @property
    def series(self) -> tuple[str, ...]:
        """S&P 500 close, 10-year par yield, DXY close and the basket that stands in for it; the
        other maturities for the words."""
        return (*DECIDED_BY, *TENORS)

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The three legs and the basket."""
        return DECIDED_BY

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a session and version: final with DXY, provisional with the basket."""
        table = judged_sessions(panel, self.window_sessions)
        severity = self._severity(table)
        table["code"] = severity

        def explain(row: int) -> AlertText:
            return self._explain(panel, table, row)

        return (
            Evaluations(
                rule_id=self.rule_id,
                subject="us",
                period_end=table.index.to_numpy().astype("datetime64[D]"),
                known_at=table["known"].to_numpy().astype("datetime64[s]"),
                severity=severity,
                provisional=(table["basis"] != DollarSource.DXY).to_numpy(),
                keeps_open=np.zeros(len(table), dtype=bool),
                measure=table["weakest"].to_numpy(),
                measure_unit="sd",
                ratios=self._ratios(table),
                explain=explain,
                nearness=self._nearness(table, severity),
            ),
        )

    def _ratios(self, table: pd.DataFrame) -> type_float:
        """The three moves over their critical sizes, and the weakest leg over the warning size."""
        columns = ["spx_pct", "ust_bp", "usd_pct", "weakest"]
        limits = [
            -self.critical_spx_fall_pct,
            self.critical_ust10y_rise_bp,
            -self.critical_usd_fall_pct,
            self.warning_weakest_leg_sd,
        ]
        ratios: type_float = table[columns].to_numpy() / np.array(limits)
        return ratios

    def _nearness(self, table: pd.DataFrame, severity: npt.NDArray[np.int8]) -> type_float | None:
        """How much of the notice size the weakest leg has; None where every one is a notice."""
        if self.notice_weakest_leg_sd == 0:
            return None
        found = table["weakest"].to_numpy() / self.notice_weakest_leg_sd
        return np.where(severity > Evaluations.QUIET, np.fmax(found, 1.0), found)

    def _severity(self, table: pd.DataFrame) -> npt.NDArray[np.int8]:
        fell = table["fell"].to_numpy()
        weakest = table["weakest"].to_numpy()
        large = (
            (table["spx_pct"] <= -self.critical_spx_fall_pct)
            & (table["ust_bp"] >= self.critical_ust10y_rise_bp)
            & (table["usd_pct"] <= -self.critical_usd_fall_pct)
        ).to_numpy()
        code = np.select(
            [
                fell & (large | (weakest >= self.critical_weakest_leg_sd)),
                fell & (weakest >= self.warning_weakest_leg_sd),
                fell & np.isnan(weakest),
                fell & (weakest >= self.notice_weakest_leg_sd),
            ],
            [Severity.CRITICAL, Severity.WARNING, Evaluations.UNKNOWN, Severity.NOTICE],
            Evaluations.QUIET,
        )
        substitute = (table["basis"] != DollarSource.DXY).to_numpy()
        code = np.where(
            substitute, np.minimum(code, Severity[self.substitute_max_severity.upper()]), code
        )
        # Two legs down and no dollar at all: it may have been one, and nobody can say.
        code = np.where(table["maybe"].to_numpy(), Evaluations.UNKNOWN, code)
        # Two sources that disagree leave nothing to judge by.
        code = np.where(table["dispute"].notna().to_numpy(), Evaluations.UNKNOWN, code)
        return code.astype(np.int8)

    def _explain(self, panel: Panel, table: pd.DataFrame, row: int) -> AlertText:
        session, code = Session.of(table, row), int(table["code"].iloc[row])
        if code == Evaluations.UNKNOWN:
            return AlertText(headline=self._why_unknown(session))
        against = shown_against(code)
        evidence = (*self._moves(panel, session, against), *self._scaled(panel, session, against))
        if code == Evaluations.QUIET:
            return AlertText(selloff_headline(session, fired=False), evidence=evidence)
        sample = sessions_known(table, row)
        joint = sample[sample["fell"]]
        moves = tenor_moves(panel, session.period, session.known.to_datetime64())
        return AlertText(
            selloff_headline(session, fired=True),
            f"{curve_said(moves, session.ust_bp)}{how_unusual(session, sample)}",
            selloff_caveat(session),
            (
                *evidence,
                *leg_shares(panel, session),
                *selloff_counts(session, sample),
                *place_among(session, joint),
                *curve_evidence(panel, moves, session.period),
            ),
            falsifier=FALSIFIER,
            analogues=last_alike(panel, joint),
            against=against,
        )

    def _why_unknown(self, session: Session) -> str:
        when = day(session.period)
        if session.dispute is not None:
            return f"{when} cannot be judged: {session.dispute.said}."
        if session.maybe:
            return (
                f"{when}: the S&P 500 and the 10-year fell, but there is no dollar close and no "
                "ECB fix to judge the third leg with."
            )
        return (
            f"{when}: all three fell, but fewer than {self.window_sessions} earlier moves are "
            "stored, so the size cannot be judged; `havenwatch backfill` loads them."
        )

    def _moves(self, panel: Panel, session: Session, against: Severity) -> tuple[Evidence, ...]:
        """The three moves; a critical one has a size of its own for each."""
        label, usd = dollar_leg(session)
        period = session.period
        rows = (
            ("S&P 500", "spx", session.spx_pct, "pct", "spx", -self.critical_spx_fall_pct),
            ("10-year yield", "ust", session.ust_bp, "bp", "ust10y", self.critical_ust10y_rise_bp),
            (label, "usd", session.usd_pct, "pct", usd, -self.critical_usd_fall_pct),
        )
        return tuple(
            Evidence(
                f"{name}{since_said(session, leg)}",
                value,
                unit,
                period,
                panel.source(series_id, period),
                threshold if against is Severity.CRITICAL else None,
            )
            for name, leg, value, unit, series_id, threshold in rows
        )

    def _scaled(self, panel: Panel, session: Session, against: Severity) -> tuple[Evidence, ...]:
        """Each fall in its usual moves, and the smallest of them against the size of a severity."""
        series_ids = dict(zip(LEGS, ("spx", "ust10y", dollar_leg(session)[1]), strict=True))
        limit = {
            Severity.NOTICE: self.notice_weakest_leg_sd,
            Severity.WARNING: self.warning_weakest_leg_sd,
            Severity.CRITICAL: self.critical_weakest_leg_sd,
        }[against]
        falls = tuple(
            Evidence(
                f"{name[0].upper()}{name[1:]}, fall in its usual daily moves",
                session.falls_sd[leg],
                "sd",
                session.period,
                panel.source(series_ids[leg], session.period),
                None if against is Severity.CRITICAL else limit,
            )
            for leg, name in LEGS.items()
        )
        source = panel.source(series_ids[session.weakest_leg], session.period)
        return (
            *falls,
            Evidence("Weakest leg", session.weakest, "sd", session.period, source, limit),
        )
