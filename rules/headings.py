"""The six headings of the verdict: each a number, a stated rule, and what it says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np

from rules.change import change_bp
from rules.market import MARKET, joint_falls, sessions_of
from rules.model import Panel, to_date
from rules.share import HOLDINGS, LONG_HOLDINGS, OUTSTANDING, foreign_shares
from rules.tic import GRAND_TOTAL, own_table, read_for, tic_source
from rules.verdict_rule import Heading, Reading, VerdictRule
from rules.wording import month, number, plural, signed

CUSTODY: Final = "custody_treasuries"
PREMIUM: Final = "acm_tp10y"
AUCTIONS: Final = tuple(
    f"auction.{term}.indirect_share"
    for term in ("note_2y", "note_3y", "note_5y", "note_7y", "note_10y", "bond_20y", "bond_30y")
)
EARLIER_AUCTIONS: Final = 12
FLOW_MONTHS: Final = 3
WEEKS: Final = 13
SESSIONS: Final = 21
SERIES: Final = tuple(
    dict.fromkeys(
        (
            *MARKET,
            *read_for(GRAND_TOTAL),
            CUSTODY,
            PREMIUM,
            *AUCTIONS,
            HOLDINGS,
            LONG_HOLDINGS,
            OUTSTANDING,
        )
    )
)


def price_action(panel: Panel, sizes: VerdictRule) -> Heading:
    """How many of the last sessions were joint selloffs."""
    market = sessions_of(panel, MARKET)
    rule = (
        f"joint selloffs in {SESSIONS} sessions: {sizes.price_supports_joint_selloffs} or more "
        f"support, {sizes.price_contradicts_joint_selloffs} or fewer contradict"
    )
    if len(market.session) <= SESSIONS:
        return _nothing("price action", rule)
    count = int(joint_falls(market)[-SESSIONS:].sum())
    return _heading(
        panel,
        "price action",
        float(-count),
        # A whole count: so many or fewer contradict.
        (-sizes.price_supports_joint_selloffs, -sizes.price_contradicts_joint_selloffs - 0.5),
        f"{plural(count, 'joint selloff')} in {SESSIONS} sessions",
        rule,
        to_date(market.session[-1]),
        sizes.price_most_days_old,
        "; ".join(panel.source(name, to_date(market.session[-1])) for name in MARKET),
    )


def flows(panel: Panel, sizes: VerdictRule) -> Heading:
    """What all foreigners together bought or sold, by TIC transactions."""
    own = own_table(panel, GRAND_TOTAL)
    net_bn = own["for_lt_treas_net"].dropna() / 1000.0
    rule = (
        f"all foreigners' long-term net transactions over {FLOW_MONTHS} months, USD bn: "
        f"{number(sizes.flows_supports_net_usd_bn)} or less supports, above "
        f"{number(sizes.flows_contradicts_net_usd_bn)} contradicts"
    )
    if len(net_bn) < FLOW_MONTHS:
        return _nothing("flows", rule)
    value, period = float(net_bn.iloc[-FLOW_MONTHS:].sum()), net_bn.index[-1].date()
    return _heading(
        panel,
        "flows",
        value,
        (sizes.flows_supports_net_usd_bn, sizes.flows_contradicts_net_usd_bn),
        f"{signed(value, 1)} bn net long-term in {FLOW_MONTHS} months to {month(period)}",
        rule,
        period,
        sizes.flows_most_days_old,
        tic_source(panel, GRAND_TOTAL, net_bn.index[-1]),
    )


def custody(panel: Panel, sizes: VerdictRule) -> Heading:
    """What foreign officials hold at the Fed."""
    level_bn = panel.frame[CUSTODY].dropna() / 1000.0
    rule = (
        f"H.4.1 custody over {WEEKS} weeks, USD bn: "
        f"{number(sizes.custody_supports_change_usd_bn)} or less supports, above "
        f"{number(sizes.custody_contradicts_change_usd_bn)} contradicts"
    )
    then = level_bn[level_bn.index == level_bn.index.max() - timedelta(weeks=WEEKS)]
    if then.empty:
        return _nothing("custody", rule)
    value, period = float(level_bn.iloc[-1] - then.iloc[0]), level_bn.index[-1].date()
    return _heading(
        panel,
        "custody",
        value,
        (sizes.custody_supports_change_usd_bn, sizes.custody_contradicts_change_usd_bn),
        f"{signed(value, 1)} bn in {WEEKS} weeks",
        rule,
        period,
        sizes.custody_most_days_old,
        panel.source(CUSTODY, period),
    )


def term_premium(panel: Panel, sizes: VerdictRule) -> Heading:
    """How far the ACM term premium rose."""
    premium = panel.frame[PREMIUM].dropna()
    rule = (
        f"ACM 10-year term premium over {SESSIONS} sessions, bp: a rise of "
        f"{number(sizes.term_premium_supports_rise_bp, 1)} or more supports, below "
        f"{number(sizes.term_premium_contradicts_rise_bp)} contradicts"
    )
    if len(premium) <= SESSIONS:
        return _nothing("term premium", rule)
    rise, period = float(change_bp(premium.to_numpy(), SESSIONS)[-1]), premium.index[-1].date()
    return _heading(
        panel,
        "term premium",
        -rise,
        (-sizes.term_premium_supports_rise_bp, -sizes.term_premium_contradicts_rise_bp),
        f"{signed(rise, 1)} bp in {SESSIONS} sessions",
        rule,
        period,
        sizes.term_premium_most_days_old,
        panel.source(PREMIUM, period),
    )


def auctions(panel: Panel, sizes: VerdictRule) -> Heading:
    """How small the indirect shares of the newest auctions were."""
    rule = (
        "indirect shares of the newest auction of each term, mean distance from their last 12 "
        f"in standard deviations: {number(sizes.auctions_supports_mean_sd, 1)} or less "
        f"supports, above {number(sizes.auctions_contradicts_mean_sd, 1)} contradicts"
    )
    oldest = panel.as_of.date() - timedelta(days=sizes.auctions_most_days_old)
    found = [_newest_auction(panel, one) for one in AUCTIONS]
    recent = [one for one in found if one is not None and one[0] >= oldest]
    if not recent:
        return _nothing("auctions", rule)
    value, period = float(np.mean([one[1] for one in recent])), max(one[0] for one in recent)
    return _heading(
        panel,
        "auctions",
        value,
        (sizes.auctions_supports_mean_sd, sizes.auctions_contradicts_mean_sd),
        f"{signed(value, 1)} sd in {plural(len(recent), 'auction')}",
        rule,
        period,
        sizes.auctions_most_days_old,
        panel.source(recent[0][2], period),
    )


def share(panel: Panel, sizes: VerdictRule) -> Heading:
    """How far the foreign share of the debt fell."""
    shares = foreign_shares(panel)
    rule = (
        "foreign share of the public debt over 12 months, percentage points: "
        f"{number(sizes.share_supports_change_pp, 1)} or less supports, above "
        f"{number(sizes.share_contradicts_change_pp, 1)} contradicts"
    )
    last = len(shares.pct) - 1
    before = shares.row_before(last, 12) if last >= 0 else None
    if before is None:
        return _nothing("share", rule)
    value = float(shares.pct[last] - shares.pct[before])
    return _heading(
        panel,
        "share",
        value,
        (sizes.share_supports_change_pp, sizes.share_contradicts_change_pp),
        f"{number(shares.pct[last], 1)} %, {signed(value, 1)} points in 12 months",
        rule,
        to_date(shares.month[last]),
        sizes.share_most_days_old,
        str(shares.source[last]),
    )


def _heading(
    panel: Panel,
    name: str,
    value: float,
    limits: tuple[float, float],
    said: str,
    rule: str,
    period: date,
    most_days_old: int,
    source: str,
) -> Heading:
    """A heading whose value supports at or below the first size and contradicts above the
    second; with the number too old there is not enough data, and the number is still said."""
    supports, contradicts = limits
    value = round(value, 9)  # 27.8 - 30.0 is a little more than -2.2 in binary
    reading = Reading.NEUTRAL
    if value <= supports:
        reading = Reading.SUPPORTS
    elif value > contradicts:
        reading = Reading.CONTRADICTS
    if panel.as_of.date() - period > timedelta(days=most_days_old):
        reading, said = Reading.NOT_ENOUGH, f"{said}, too old"
    return Heading(name, reading, said, rule, period, source)


def _newest_auction(panel: Panel, series_id: str) -> tuple[date, float, str] | None:
    """The day of a term's newest auction and how far its indirect share is from the mean of the 12
    before, in their standard deviations; None where there are too few."""
    share = panel.frame[series_id].dropna()
    earlier = share.iloc[-EARLIER_AUCTIONS - 1 : -1]
    spread = float(earlier.std())
    if len(earlier) < EARLIER_AUCTIONS or not spread > 0.0:
        return None
    distance = (float(share.iloc[-1]) - float(earlier.mean())) / spread
    return share.index[-1].date(), distance, series_id


def _nothing(name: str, rule: str) -> Heading:
    return Heading(name, Reading.NOT_ENOUGH, "too few numbers are stored", rule, None, "")
