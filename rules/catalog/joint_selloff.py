"""Joint selloff: one session on which the S&P 500, Treasuries and the dollar all fall."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Interval

from rules.context import Place, analogues
from rules.legs import LEGS, Basis, Session, judged_sessions
from rules.model import Analogue, Evidence, Explained, Judged, Kind, Panel, Severity, type_float
from rules.wording import day, month, number, ordinal, plural, signed

BASKET_LABEL = "USD basket (6 ccy, ECB fix 14:15 CET)"
DXY_LABEL = "ICE DXY"
STORED = "stored sessions"
FALSIFIER = (
    "TIC transactions of the month with net foreign purchases, or a custody level that held, would "
    "say that prices fell without foreign selling; a DXY close that is corrected upward ends it."
)


@dataclass(frozen=True, kw_only=True)
class JointSelloff:
    """A dated event: SPX return < 0, 10-year yield change > 0 and dollar return < 0 on one session.

    Sessions are the dates on which all three have a value. Each leg is scaled by the sample
    standard deviation of its own previous `window_sessions` moves (log returns for the index and
    the dollar, basis points for the yield); the *weakest leg* is the smallest of the three.
    notice: all three down. warning: weakest leg >= `warning_weakest_leg_sd`. critical: weakest leg
    >= `critical_weakest_leg_sd`, or all three simple moves beyond the `critical_*` sizes at once.

    Without a DXY close the ECB basket stands in and the signal is provisional: first with the
    same-day fix, then with the span from the fix before to the fix after (known next morning). It
    is never told above `substitute_max_severity`, and it is confirmed or withdrawn by DXY.

    Base rates, from S&P 500, DGS10 and DXY closes to 2026-08: all three down 24 sessions a year
    since 1973, 16 since 1999; warning 2.8 and critical by size of the weakest leg 0.8 a year since
    2015; 7 sessions since 2015 by the absolute sizes.
    """

    rule_id: ClassVar[str] = "joint_selloff"
    title: ClassVar[str] = "Joint selloff"
    kind: ClassVar[Kind] = Kind.EVENT
    # The last leg is normally known by 18:30 ET; the next morning's 08:00 poll is still on time.
    prompt_within: ClassVar[timedelta] = timedelta(hours=42)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "custody")

    enabled: bool = True
    window_sessions: Annotated[int, Interval(ge=20, le=504)] = 63
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
        """S&P 500 close, 10-year par yield, DXY close and the basket that stands in for it."""
        return ("spx", "ust10y", "dxy", "usd_basket")

    @property
    def decided_by(self) -> tuple[str, ...]:
        """All of them."""
        return self.series

    def judge(self, panel: Panel) -> tuple[Judged, ...]:
        """One answer a session and version: final with DXY, provisional with the basket."""
        table = judged_sessions(panel, self.window_sessions)
        severity = self._severity(table)
        table["code"] = severity

        def explain(row: int) -> Explained:
            return self._explain(panel, table, row)

        return (
            Judged(
                rule_id=self.rule_id,
                subject="us",
                period_end=table.index.to_numpy().astype("datetime64[D]"),
                known_at=table["known"].to_numpy().astype("datetime64[s]"),
                severity=severity,
                provisional=(table["basis"] != Basis.DXY).to_numpy(),
                keeps_open=np.zeros(len(table), dtype=bool),
                measure=table["weakest"].to_numpy(),
                measure_unit="sd",
                ratios=self._ratios(table),
                explain=explain,
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
                fell,
            ],
            [Severity.CRITICAL, Severity.WARNING, Judged.UNKNOWN, Severity.NOTICE],
            Judged.QUIET,
        )
        substitute = (table["basis"] != Basis.DXY).to_numpy()
        code = np.where(
            substitute, np.minimum(code, Severity[self.substitute_max_severity.upper()]), code
        )
        # Two legs down and no dollar at all: it may have been one, and nobody can say.
        code = np.where(table["maybe"].to_numpy(), Judged.UNKNOWN, code)
        # Two sources that disagree leave nothing to judge by.
        code = np.where(table["dispute"].notna().to_numpy(), Judged.UNKNOWN, code)
        return code.astype(np.int8)

    def _explain(self, panel: Panel, table: pd.DataFrame, row: int) -> Explained:
        session = Session.of(table, row)
        if table["code"].iloc[row] == Judged.UNKNOWN:
            return Explained(headline=self._why_unknown(session))
        what = "fell together" if session.fell else "did not all fall"
        headline = (
            f"Stocks, Treasuries and the dollar {what} on {day(session.period)}: "
            f"S&P 500 {signed(session.spx_pct, 1)} %, "
            f"10-year yield {signed(session.ust_bp, 0)} bp, "
            f"{_dollar(session)[0]} {signed(session.usd_pct, 1)} %."
        )
        evidence = (*self._moves(panel, session), *self._scaled(panel, session))
        if not session.fell:
            return Explained(headline, evidence=evidence)
        sample = _sample(table, row)
        joint = sample[sample["fell"]]
        return Explained(
            headline,
            _unusual(session, sample),
            _caveat(session),
            (
                *evidence,
                *_shares(panel, session),
                *_counts(session, sample),
                *_place(session, joint),
            ),
            falsifier=FALSIFIER,
            analogues=_alike(panel, joint),
        )

    def _why_unknown(self, session: Session) -> str:
        when = day(session.period)
        if session.dispute is not None:
            return f"{when} cannot be judged: {session.dispute.said}."
        if session.maybe:
            return (
                f"{when}: the S&P 500 and Treasuries fell, but there is no dollar close and no ECB "
                "fix to judge the third leg with."
            )
        return (
            f"{when}: all three fell, but fewer than {self.window_sessions} earlier moves are "
            "stored, so the size cannot be judged; `havenwatch backfill` loads them."
        )

    def _moves(self, panel: Panel, session: Session) -> tuple[Evidence, ...]:
        label, usd = _dollar(session)
        period = session.period
        rows = (
            ("S&P 500", session.spx_pct, "pct", "spx", -self.critical_spx_fall_pct),
            ("10-year yield", session.ust_bp, "bp", "ust10y", self.critical_ust10y_rise_bp),
            (label, session.usd_pct, "pct", usd, -self.critical_usd_fall_pct),
        )
        return tuple(
            Evidence(name, value, unit, period, panel.source(series_id, period), threshold)
            for name, value, unit, series_id, threshold in rows
        )

    def _scaled(self, panel: Panel, session: Session) -> tuple[Evidence, ...]:
        series_ids = dict(zip(LEGS, ("spx", "ust10y", _dollar(session)[1]), strict=True))
        falls = tuple(
            Evidence(
                f"{name[0].upper()}{name[1:]}, fall in its usual daily moves",
                session.falls_sd[leg],
                "sd",
                session.period,
                panel.source(series_ids[leg], session.period),
            )
            for leg, name in LEGS.items()
        )
        reached = session.weakest >= self.critical_weakest_leg_sd
        threshold = self.critical_weakest_leg_sd if reached else self.warning_weakest_leg_sd
        source = panel.source(series_ids[session.weakest_leg], session.period)
        weakest = Evidence("Weakest leg", session.weakest, "sd", session.period, source, threshold)
        return (*falls, weakest)


def _alike(panel: Panel, joint: pd.DataFrame) -> tuple[Analogue, ...]:
    """The last joint selloffs of the same severity or worse, and what followed."""
    this, earlier = joint.iloc[-1], joint.iloc[:-1]
    alike = earlier[earlier["code"] >= this["code"]]
    return analogues(
        panel,
        this["known"].to_datetime64(),
        alike.index.to_numpy().astype("datetime64[D]"),
        alike["weakest"].to_numpy(),
        "sd",
    )


def _place(session: Session, joint: pd.DataFrame) -> tuple[Evidence, ...]:
    """Where the weakest leg stands among those of all joint selloffs."""
    if np.isnan(session.weakest):
        return ()
    days = joint.index.to_numpy().astype("datetime64[D]")
    place = Place.of(joint["weakest"].to_numpy(), days, len(joint) - 1, low=False)
    return place.evidence("Weakest leg among joint selloffs", session.period, STORED)


def _shares(panel: Panel, session: Session) -> tuple[Evidence, ...]:
    """How much of the three falls together each leg is."""
    total = sum(session.falls_sd.values())
    series_ids = dict(zip(LEGS, ("spx", "ust10y", _dollar(session)[1]), strict=True))
    return tuple(
        Evidence(
            f"{name[0].upper()}{name[1:]}, share of the fall",
            100.0 * session.falls_sd[leg] / total,
            "pct",
            session.period,
            panel.source(series_ids[leg], session.period),
        )
        for leg, name in LEGS.items()
    )


def _dollar(session: Session) -> tuple[str, str]:
    """The label and the series of what the dollar leg was judged with."""
    return (DXY_LABEL, "dxy") if session.basis is Basis.DXY else (BASKET_LABEL, "usd_basket")


def _caveat(session: Session) -> str:
    said = (
        "Price action only: it does not show who sold. "
        f"Transactions for {month(session.period)} are not published yet."
    )
    if session.basis is Basis.SAME_DAY_FIX:
        return (
            f"Provisional: no DXY close, judged with the {BASKET_LABEL}, set before the US "
            f"session; its sign agrees with DXY on 65 % of days. {said}"
        )
    if session.basis is Basis.TWO_FIX_SPAN:
        return (
            f"Provisional: no DXY close, judged with the {BASKET_LABEL} from the fix before to "
            f"the fix after; its sign agrees with DXY on 74 % of days. {said}"
        )
    return said


def _sample(table: pd.DataFrame, row: int) -> pd.DataFrame:
    """The sessions up to this one as they were judged when it was known: its yardstick."""
    known_then = table[
        (table["known"] <= table["known"].iloc[row])
        & (table.index <= table.index[row])
        & (table["basis"] != Basis.NOTHING)
        & table["dispute"].isna()
    ]
    return pd.DataFrame(known_then[~known_then.index.duplicated(keep="last")])


def _days(sample: pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(sample.index)


def _years(sample: pd.DataFrame) -> float:
    days = _days(sample)
    return max((days[-1] - days[0]).days, 1) / 365.25


def _unusual(session: Session, sample: pd.DataFrame) -> str:
    if np.isnan(session.weakest):
        return "Too few earlier sessions are stored to say how unusual its size is."
    joint = sample[sample["fell"]]
    sized = sample[sample["weakest"].notna()]
    as_large = joint[joint["weakest"] >= session.weakest]
    earlier = _days(as_large)[:-1]
    last = f", last on {day(earlier[-1].date())}" if len(earlier) else ", none before it"
    this_year = int((_days(joint).year == session.period.year).sum())
    return (
        f"Weakest leg: {LEGS[session.weakest_leg]}, {number(session.weakest, 2)} of its usual "
        f"daily move. As large or larger: {plural(len(as_large), 'session')} since "
        f"{day(_days(sized)[0].date())} ({number(len(as_large) / _years(sized), 1)} a "
        f"year){last}. All three fell on {number(100 * len(joint) / len(sample), 1)} % of "
        f"{plural(len(sample), 'session')}; this is the {ordinal(this_year)} time in "
        f"{session.period.year}."
    )


def _counts(session: Session, sample: pd.DataFrame) -> tuple[Evidence, ...]:
    joint = sample[sample["fell"]]
    sized = sample[sample["weakest"].notna()]
    in_year = _days(joint).year == session.period.year
    in_month = in_year & (_days(joint).month == session.period.month)
    as_large = float((joint["weakest"] >= session.weakest).sum())
    found = [
        _count("Joint selloffs this month", float(in_month.sum()), session, sample),
        _count("Joint selloffs this year", float(in_year.sum()), session, sample),
        _count("Joint selloffs a year", len(joint) / _years(sample), session, sample),
        _count("Sessions in the sample", float(len(sample)), session, sample),
    ]
    if len(sized):
        found += [
            _count("As large or larger", as_large, session, sized),
            _count("As large or larger, a year", as_large / _years(sized), session, sized),
        ]
    share = 100.0 * len(joint) / len(sample)
    return (*found, replace(found[0], label="Share of sessions", value=share, unit="pct"))


def _count(label: str, value: float, session: Session, sample: pd.DataFrame) -> Evidence:
    source = f"stored sessions since {_days(sample)[0].date()}"
    return Evidence(label, value, "count", session.period, source)
