"""The six indicators of the verdict: each a number, a stated rule, and what it is good for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np

from rules.markets.change import change_bp
from rules.markets.day import SERIES as DAY
from rules.markets.market import MARKET
from rules.model import Panel, to_date
from rules.record.early import AUCTIONS, CUSTODY, auction_distances
from rules.tic.areas import GRAND_TOTAL, OFFICIAL
from rules.tic.flows import Flows, Window
from rules.tic.lines import read_for
from rules.tic.move import Move
from rules.tic.series_ids import TOTAL, tic_series
from rules.tic.share import HOLDINGS, LONG_HOLDINGS, OUTSTANDING, foreign_shares
from rules.verdict.grading import (
    auction_record,
    auctions_of_all,
    custody_of_officials,
    custody_record,
    weight_of,
)
from rules.verdict.model import Gauge, Indicator, Stance, Weight
from rules.verdict.price_pressure import SESSIONS, price_pressure
from rules.verdict.rule import VerdictRule
from rules.wording import month, number, plural, signed, signed_pct, signed_usd_bn

PREMIUM: Final = "acm_tp10y"
WEEKS: Final = 13
# What has a number a session.
CLOSES: Final = tuple(dict.fromkeys((*MARKET, *DAY, PREMIUM)))
SERIES: Final = tuple(
    dict.fromkeys(
        (
            *CLOSES,
            *read_for(GRAND_TOTAL),
            tic_series(OFFICIAL, TOTAL),
            CUSTODY,
            *AUCTIONS,
            HOLDINGS,
            LONG_HOLDINGS,
            OUTSTANDING,
        )
    )
)


def price_action(panel: Panel, sizes: VerdictRule) -> Indicator:
    """How many of the last sessions were under stress. That none was says nothing of who bought."""
    rule = (
        f"joint selloffs and haven failures of size in {SESSIONS} sessions: "
        f"{sizes.price_supports_sessions} or more sessions point to selling; fewer are neutral"
    )
    found = price_pressure(panel, sizes)
    if found is None:
        return _nothing("price action", rule, Weight.CONTEXT)
    return _heading(
        panel,
        "price action",
        float(-found.sessions),
        (-float(sizes.price_supports_sessions), None),
        found.words,
        rule,
        found.last,
        sizes.price_most_days_old,
        found.source,
        Weight.CONTEXT,
    )


def flows_heading(panel: Panel, flows: Flows, window: Window, sizes: VerdictRule) -> Indicator:
    """What all foreigners together bought or sold over three months, with bills, by TIC."""
    rule = (
        "all foreigners' net transactions with bills over 3 months, % of holdings: "
        f"{number(sizes.three_months_sold_pct, 1)} or less points to selling, above "
        f"{number(sizes.three_months_bought_pct, 1)} to buying; about one month in ten each"
    )
    if window.move is Move.UNKNOWN or flows.last is None:
        return _nothing("flows", rule, Weight.DECIDES)
    return _heading(
        panel,
        "flows",
        window.pct,
        (sizes.three_months_sold_pct, sizes.three_months_bought_pct),
        f"{signed_usd_bn(window.usd_bn)}, {signed_pct(window.pct)} of holdings in 3 months to "
        f"{month(flows.last)}",
        rule,
        flows.last,
        sizes.flows_most_days_old,
        panel.source(tic_series(GRAND_TOTAL, TOTAL), flows.last),
        Weight.DECIDES,
    )


def custody(panel: Panel, sizes: VerdictRule) -> Indicator:
    """What foreign officials hold at the Fed."""
    level_bn = panel.frame[CUSTODY].dropna() / 1000.0
    rule = (
        f"H.4.1 custody over {WEEKS} weeks, USD bn: "
        f"{number(sizes.custody_supports_change_usd_bn)} or less points to officials selling, "
        f"above {number(sizes.custody_contradicts_change_usd_bn)} to buying; one week in ten each"
    )
    weight, record = weight_of(custody_of_officials(panel), sizes), custody_record(panel)
    then = level_bn[level_bn.index == level_bn.index.max() - timedelta(weeks=WEEKS)]
    if then.empty:
        return _nothing("custody", rule, weight, record)
    value, period = float(level_bn.iloc[-1] - then.iloc[0]), level_bn.index[-1].date()
    return _heading(
        panel,
        "custody",
        value,
        (sizes.custody_supports_change_usd_bn, sizes.custody_contradicts_change_usd_bn),
        f"{signed_usd_bn(value)} in {WEEKS} weeks",
        rule,
        period,
        sizes.custody_most_days_old,
        panel.source(CUSTODY, period),
        weight,
        record,
    )


def term_premium(panel: Panel, sizes: VerdictRule) -> Indicator:
    """How far the ACM term premium rose. A fall says nothing of who bought."""
    premium = panel.frame[PREMIUM].dropna()
    rule = (
        f"ACM 10-year term premium over {SESSIONS} sessions: a rise of "
        f"{number(sizes.term_premium_supports_rise_bp, 1)}bp or more points to selling, as one in "
        "ten did; a fall is neutral"
    )
    if len(premium) <= SESSIONS:
        return _nothing("term premium", rule, Weight.CONTEXT)
    rise, period = float(change_bp(premium.to_numpy(), SESSIONS)[-1]), premium.index[-1].date()
    return _heading(
        panel,
        "term premium",
        -rise,
        (-sizes.term_premium_supports_rise_bp, None),
        f"{signed(rise, 1)}bp in {SESSIONS} sessions",
        rule,
        period,
        sizes.term_premium_most_days_old,
        panel.source(PREMIUM, period),
        Weight.CONTEXT,
    )


def auctions(panel: Panel, sizes: VerdictRule) -> Indicator:
    """How small the indirect shares of the newest auctions were."""
    rule = (
        "indirect shares of the newest auction of each tenor, mean distance from their last 12: "
        f"{number(sizes.auctions_supports_mean_sd, 1)}σ or less points to selling, above "
        f"{number(sizes.auctions_contradicts_mean_sd, 1)}σ to buying"
    )
    weight, record = weight_of(auctions_of_all(panel), sizes), auction_record(panel)
    oldest = panel.today - timedelta(days=sizes.auctions_most_days_old)
    found = [_newest_auction(panel, one) for one in AUCTIONS]
    recent = [one for one in found if one is not None and one[0] >= oldest]
    if not recent:
        return _nothing("auctions", rule, weight, record)
    value, period = float(np.mean([one[1] for one in recent])), max(one[0] for one in recent)
    return _heading(
        panel,
        "auctions",
        value,
        (sizes.auctions_supports_mean_sd, sizes.auctions_contradicts_mean_sd),
        f"{signed(value, 1)}σ in {plural(len(recent), 'auction')}",
        rule,
        period,
        sizes.auctions_most_days_old,
        panel.source(recent[0][2], period),
        weight,
        record,
    )


def share(panel: Panel, sizes: VerdictRule) -> Indicator:
    """How far the foreign share of the debt fell, which counts the same flows over a year."""
    shares = foreign_shares(panel)
    rule = (
        "foreign share of the debt held by the public over 12 months, percentage points: "
        f"{number(sizes.share_supports_change_pp, 1)} or less points to selling, above "
        f"{number(sizes.share_contradicts_change_pp, 1)} to buying; one year in ten each"
    )
    last = len(shares.pct) - 1
    before = shares.row_before(last, 12) if last >= 0 else None
    if before is None:
        return _nothing("share", rule, Weight.CONTEXT)
    value = float(shares.pct[last] - shares.pct[before])
    return _heading(
        panel,
        "share",
        value,
        (sizes.share_supports_change_pp, sizes.share_contradicts_change_pp),
        f"{number(shares.pct[last], 1)}%, {signed(value, 1)}pp in 12 months",
        rule,
        to_date(shares.month[last]),
        sizes.share_most_days_old,
        str(shares.source[last]),
        Weight.CONTEXT,
    )


def _heading(
    panel: Panel,
    name: str,
    value: float,
    limits: tuple[float, float | None],
    said: str,
    rule: str,
    period: date,
    most_days_old: int,
    source: str,
    weight: Weight,
    record: str = "",
) -> Indicator:
    """An indicator whose value points to selling at or below the first size and to buying above the
    second, where it has one; with the number too old there are no data, and it is still said."""
    supports, contradicts = limits
    value = round(value, 9)  # 27.8 - 30.0 is a little more than -2.2 in binary
    reading = Stance.NEUTRAL
    if value <= supports:
        reading = Stance.SUPPORTS
    elif contradicts is not None and value > contradicts:
        reading = Stance.CONTRADICTS
    if panel.today - period > timedelta(days=most_days_old):
        reading, said = Stance.NOT_ENOUGH, f"{said}, too old"
    gauge = None if reading is Stance.NOT_ENOUGH else Gauge(value, supports, contradicts)
    return Indicator(name, reading, said, rule, period, source, weight, record, gauge)


def _newest_auction(panel: Panel, series_id: str) -> tuple[date, float, str] | None:
    """The day of a term's newest auction and how far its indirect share is from the mean of the 12
    before, in their standard deviations; None where there are too few."""
    share = panel.frame[series_id].dropna()
    known = auction_distances(panel, series_id)
    if known.empty or known.index[-1] != share.index[-1]:
        return None
    return known.index[-1].date(), float(known.iloc[-1]), series_id


def _nothing(name: str, rule: str, weight: Weight, record: str = "") -> Indicator:
    said = "too few numbers are stored"
    return Indicator(name, Stance.NOT_ENOUGH, said, rule, None, "", weight, record)
