"""The numbers that documents and docstrings state, measured from the real figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from monitor.config.load import build, rules_in_order
from monitor.history.replay import Replayed
from rules.catalog.selloff_cluster import SelloffCluster
from rules.context.history_stats import openings
from rules.markets.change import change_bp
from rules.markets.correlation import HEDGES, correlation, daily_moves
from rules.markets.market import MARKET, joint_falls, sessions_of, weakest_leg
from rules.model import Panel, type_bool, type_time
from rules.terms import Severity
from tests.fifty_years import market
from tests.support import new_york, panel_of_tables

RULES: Final = tuple(rules_in_order(build({}, {}, Path())))
START: Final = new_york("1973-01-31 00:00")
END: Final = new_york("2026-08-20 23:59")
DAYS_A_YEAR: Final = 365.25
MODERN: Final = "1999-01-01"
SHUFFLES: Final = 40


def a_year(
    found: Replayed,
    rule_id: str,
    since: str,
    least: Severity,
    subject: str = "",
    until: str = "9999-01-01",
) -> float:
    """Alerts a year at a severity or worse, from the first period judged since a day on."""
    periods = np.concatenate(
        [
            one.judged.period_end[one.rows]
            for rule in found.rules
            if rule.rule.rule_id == rule_id
            for one in rule.verdicts.answered
        ]
    )
    first = max(np.datetime64(since), periods.min())
    last = min(np.datetime64(until), periods.max())
    alerts = [
        alert
        for alert in found.alerts()
        if alert.rule_id == rule_id
        and subject in ("", alert.subject)
        and alert.severity >= least
        and first <= np.datetime64(alert.episode) <= last
    ]
    return len(alerts) / float((last - first) / np.timedelta64(1, "D") / DAYS_A_YEAR)


def _rate(days: type_time, holds: type_bool, since: str) -> float:
    inside = days >= np.datetime64(since)
    first = max(np.datetime64(since), days[inside][0])
    years = float((days[-1] - first) / np.timedelta64(1, "D")) / DAYS_A_YEAR
    return float(holds[inside].sum()) / years


class Stated:
    """What is stated, by name."""

    def __init__(self, panel: Panel, replayed: Replayed):
        self.panel, self._replayed = panel, replayed
        self._market = sessions_of(panel, MARKET)

    def rate(
        self, rule_id: str, least: Severity, since: str, subject: str = "us", until: str = "9999"
    ) -> float:
        """Alerts a year of a rule."""
        return a_year(self._replayed, rule_id, since, least, subject, f"{until}-12-31")

    def plain(self, since: str) -> float:
        """Sessions a year on which all three fell, by any size."""
        return _rate(self._market.session, joint_falls(self._market), since)

    def beyond_the_absolute_sizes(self, since: str) -> int:
        """Sessions beyond -1%, +5 bp and -0.5% at once."""
        spx, ust, dxy = (self._market.leg[name].move for name in MARKET)
        inside = self._market.session >= np.datetime64(since)
        return int((inside & (spx <= -1.0) & (ust >= 5.0) & (dxy <= -0.5)).sum())

    def deep_falls(self, size_pct: float) -> float:
        """Sessions a year since 1999 on which the S&P 500 fell by so much."""
        found = sessions_of(self.panel, ("spx", "ust10y"))
        return _rate(found.session, found.leg["spx"].move <= -size_pct, MODERN)

    def by_the_index_of_the_afternoon(self) -> tuple[float, float]:
        """In percent: of the joint sessions since 1999 those that are none with TNX for the par
        yield, and of those with TNX the ones that are none with the par yield."""
        tnx = market("TNX").reindex(self.panel.frame.index)
        frame, known = self.panel.frame.copy(), self.panel.known_at.copy()
        frame["ust10y"] = tnx
        known["ust10y"] = known["spx"].where(tnx.notna())
        other = sessions_of(
            panel_of_tables(self.panel.as_of, frame, known, self.panel.series), MARKET
        )
        mine, theirs = (
            set(one.session[joint_falls(one) & (one.session >= np.datetime64(MODERN))].tolist())
            for one in (self._market, other)
        )
        both = set(self._market.session.tolist()) & set(other.session.tolist())
        mine, theirs = mine & both, theirs & both
        return 100.0 * len(mine - theirs) / len(mine), 100.0 * len(theirs - mine) / len(theirs)

    def cluster(self, least_sd: float, *, by_chance: bool) -> float:
        """Openings a year since 1999 of a cluster of sessions of a size; by chance: the mean of
        as many years with the sessions in random order."""
        rule = SelloffCluster(min_weakest_leg_sd=least_sd)
        (judged,) = rule.judge(self.panel)
        inside = judged.period_end >= np.datetime64(MODERN)
        days = judged.period_end[inside]
        if not by_chance:
            opened = np.zeros(len(judged.severity), dtype=bool)
            opened[openings(judged.severity, judged.keeps_open)] = True
            return _rate(days, opened[inside], MODERN)
        return _shuffled(days, self._fell(least_sd)[self._market.session >= days[0]], rule)

    def regimes_by_chance(self) -> float:
        """Openings a year since 1999 of a correlation regime of Treasuries, had the same moves of
        both come in an order of their own."""
        found = sessions_of(self.panel, ("spx", "ust10y"))
        inside = found.session >= np.datetime64(MODERN)
        moves = daily_moves(found, HEDGES["stock_bond"])[inside]
        random = np.random.default_rng(1999)
        rates = []
        for _ in range(SHUFFLES):
            moves[:, 1] = random.permutation(moves[:, 1])
            known = correlation(moves, 63)
            severity = np.where(np.isnan(known), -1, known >= 0.25).astype(np.int8)
            opened = np.zeros(len(known), dtype=bool)
            opened[openings(severity, known >= 0.1)] = True
            rates.append(_rate(found.session[inside], opened, MODERN))
        return float(np.mean(rates))

    def percentile_of_the_premium(self, lag: int, percent: float) -> float:
        """A percentile of ACM's changes since 2010, in basis points."""
        premium = self.panel.frame["acm_tp10y"].dropna()
        changes = change_bp(premium.to_numpy(), lag)[premium.index >= "2010-01-01"]
        return float(np.percentile(changes, percent))

    def selloffs(self, least_sd: float, since: str) -> dict[date, float]:
        """The joint selloffs since a day of a size or more, with their weakest leg."""
        days, weakest = self._market.session, weakest_leg(self._market, 63)
        inside = (days >= np.datetime64(since)) & self._fell(least_sd)
        return dict(zip(days[inside].tolist(), weakest[inside].tolist(), strict=True))

    def _fell(self, least_sd: float) -> type_bool:
        return joint_falls(self._market) & (weakest_leg(self._market, 63) >= least_sd)


def _shuffled(days: type_time, fell: type_bool, rule: SelloffCluster) -> float:
    random = np.random.default_rng(1999)
    found = []
    for _ in range(SHUFFLES):
        line = pd.Series(random.permutation(fell).astype(float))
        count = line.rolling(rule.window_sessions).sum().to_numpy()
        severity = (count >= rule.notice_sessions).astype(np.int8)
        opened = np.zeros(len(days), dtype=bool)
        opened[openings(severity, count > rule.close_at_sessions)] = True
        found.append(_rate(days, opened, MODERN))
    return float(np.mean(found))
