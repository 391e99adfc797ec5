"""The verdict's horizons: today, the last published month, three and twelve months, structure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from rules.model import Panel, to_date
from rules.record.early import CUSTODY
from rules.tic.areas import OFFICIAL
from rules.tic.flows import Flows, Window
from rules.tic.move import Move
from rules.tic.series_ids import TOTAL, tic_series
from rules.tic.share import foreign_shares
from rules.verdict.grading import custody_of_officials, custody_record, is_good
from rules.verdict.model import Confidence, Gauge, Horizon
from rules.verdict.price_pressure import price_pressure
from rules.verdict.rule import VerdictRule
from rules.wording import (
    listed,
    month,
    number,
    signed,
    signed_pct,
    signed_usd_bn,
    usd_bn,
)

# The average distance between the first print of a month and its value of June 2026, 34 months.
REVISION_BN: Final = 10.6
NAMES: Final = {1: "last published month", 3: "3 months", 12: "12 months"}
GRADES: Final = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)


def today(panel: Panel, flows: Flows, rule: VerdictRule) -> Horizon:
    """What prices did, which shows no seller, and what custody adds for officials alone."""
    found = price_pressure(panel, rule)
    missing = months_not_published(flows.last, panel.today)
    reason = f"prices do not show who sold; TIC for {missing} is not yet published"
    reason += _custody_since(panel, flows.last)
    if found is None or panel.today - found.last > timedelta(rule.price_most_days_old):
        return Horizon("today", "no data", "", None, Confidence.NOTHING, reason)
    answer = "prices under stress" if found.sessions else "no stress in prices"
    return Horizon("today", answer, found.words, found.last, Confidence.LOW, reason, found.source)


def over(panel: Panel, flows: Flows, window: Window, rule: VerdictRule) -> Horizon:
    """What foreigners did over a window to the last published month."""
    name, last = NAMES[window.months], flows.last
    if window.move is Move.UNKNOWN or last is None:
        return Horizon(
            name, Move.UNKNOWN, "", last, Confidence.NOTHING, "transactions are not known"
        )
    confidence, reason = _graded(panel, flows, window, last, rule)
    number_ = f"{signed_usd_bn(window.usd_bn)}, {signed_pct(window.pct)} of holdings"
    return Horizon(
        name,
        window.move,
        number_,
        last,
        confidence,
        reason,
        _source(panel, flows, last),
        Gauge(round(window.pct, 9), window.size_pct),
    )


def structure(panel: Panel, rule: VerdictRule) -> Horizon:
    """The foreign share of the debt held by the public, and why it moved."""
    shares = foreign_shares(panel)
    row = len(shares.pct) - 1
    before = shares.row_before(row, 12) if row >= 0 else None
    if before is None:
        reason = "the share of now or of a year ago is not known"
        return Horizon("structure", "no data", "", None, Confidence.NOTHING, reason)
    period = to_date(shares.month[row])
    change = round(float(shares.pct[row] - shares.pct[before]), 9)
    answer = "falling" if change <= rule.share_supports_change_pp else "steady"
    answer = "rising" if change > rule.share_contradicts_change_pp else answer
    bought = float(shares.holdings_usd_bn[row] - shares.holdings_usd_bn[before])
    grown = 100.0 * float(shares.debt_usd_bn[row] / shares.debt_usd_bn[before] - 1.0)
    highest = int(np.argmax(shares.pct))
    old = panel.today - period > timedelta(rule.share_most_days_old)
    reason = (
        f"a share falls too when debt grows faster: holdings {signed_usd_bn(bought, 0)} at market "
        f"value, debt {signed_pct(grown)} in 12 months; highest {number(shares.pct[highest], 1)}% "
        f"in {month(to_date(shares.month[highest]))}{', and it is old' if old else ''}"
    )
    held = f"{number(shares.pct[row], 1)}% of the debt held by the public"
    said = f"{held}, {signed(change, 1)}pp in 12 months"
    confidence = Confidence.LOW if old else Confidence.MEDIUM
    return Horizon("structure", answer, said, period, confidence, reason, str(shares.source[row]))


def months_not_published(last: date | None, at: date) -> str:
    """`May and June 2025`: the months after the last published one to the one of an instant."""
    if last is None:
        return "any month"
    months = pd.period_range(pd.Period(last, "M") + 1, pd.Period(at, "M"), freq="M")
    if not len(months):
        return month(at)
    if len(months) > 2:
        first = f"{months[0]:%B}" if months[0].year == months[-1].year else f"{months[0]:%B %Y}"
        return f"{first} to {months[-1]:%B %Y}"
    names = [f"{one:%B}" if one.year == months[-1].year else f"{one:%B %Y}" for one in months[:-1]]
    return listed([*names, f"{months[-1]:%B %Y}"])


def _graded(
    panel: Panel, flows: Flows, window: Window, last: date, rule: VerdictRule
) -> tuple[Confidence, str]:
    """High, less a step for each doubt. What custody says of the same months is named, and is one
    where its record is good enough."""
    doubts = []
    revision = REVISION_BN * float(np.sqrt(window.months))
    if abs(window.usd_bn) < revision:
        doubts.append(f"smaller than a usual revision ({usd_bn(revision)})")
    mine = slice(-window.months, None)
    if flows.form_s[mine].any():
        bills = "" if flows.has_bills[mine].all() else ", and bills are not known before 2020"
        doubts.append(f"Form S counts by counterparty, not by holder{bills}")
    agrees, custody = _custody_over(panel, window.months, last)
    if agrees is False and is_good(custody_of_officials(panel), rule):
        doubts.append("custody points the other way")
    said = "; ".join([*doubts, custody] if custody else doubts) or "published transactions"
    return GRADES[min(len(doubts), len(GRADES) - 1)], said


def _custody_over(panel: Panel, months: int, last: date) -> tuple[bool | None, str]:
    """Whether custody and officials moved the same way over the months, and both numbers; None
    where one is not known."""
    level = _custody_bn(panel)
    end = pd.Timestamp(last)
    start = (pd.Period(last, "M") - months).to_timestamp(how="end").normalize()
    officials = panel.frame[tic_series(OFFICIAL, TOTAL)]
    net_bn = officials[(officials.index > start) & (officials.index <= end)].dropna() / 1000.0
    if level[:start].empty or len(net_bn) < months:
        return None, ""
    change = float(level[:end].iloc[-1] - level[:start].iloc[-1])
    net = float(net_bn.sum())
    agrees = (change < 0) == (net < 0)
    word = "agrees" if agrees else "disagrees"
    return agrees, (
        f"custody {signed_usd_bn(change)} {word} with officials' {signed_usd_bn(net)} by TIC"
    )


def _custody_bn(panel: Panel) -> pd.Series[float]:
    return panel.once("custody, USD bn", lambda: panel.frame[CUSTODY].dropna() / 1000.0)


def _custody_since(panel: Panel, last: date | None) -> str:
    """What custody did since the last published month, and how good a guide it has been."""
    level = _custody_bn(panel)
    if last is None or level[: pd.Timestamp(last)].empty or level.index[-1].date() <= last:
        return ""
    change = float(level.iloc[-1] - level[: pd.Timestamp(last)].iloc[-1])
    said = f"officials' custody {signed_usd_bn(change)} since {month(last)}"
    return f"; {said} ({custody_record(panel)})"


def _source(panel: Panel, flows: Flows, last: date) -> str:
    name = "form_s.99996.treas_sales" if flows.form_s[-1] else "tic.99996.for_treas_net"
    return panel.source(name, last)
