"""What a settlement says, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from rules.context.aftermath import followed
from rules.judged_over import JudgedOver
from rules.markets.market import MARKET
from rules.model import Analogue, Evidence, Panel, to_date
from rules.settlement.answer import ANSWERED_BY
from rules.settlement.model import MonthAnswer, Settlement
from rules.tic.areas import CENTRES, CHINA, GRAND_TOTAL, JAPAN, OFFICIAL, area_name
from rules.tic.lines import long_net_mn, own_table, split_mn, total_net_mn
from rules.tic.move import Move
from rules.tic.series_ids import BILLS, HOLDINGS, tic_series, transactions_of
from rules.wording import (
    day,
    listed,
    month,
    number,
    signed,
    signed_pct,
    signed_usd_bn,
    usd_bn,
    weekday,
)

CUSTODY: Final = "custody_treasuries"
COUNTRIES: Final = (JAPAN, CHINA, *CENTRES)
# All that a settlement reads.
READ: Final = tuple(
    dict.fromkeys(
        (
            *ANSWERED_BY,
            *(tic_series(OFFICIAL, part) for part in ("for_treas_net", BILLS)),
            *(name for code in COUNTRIES for name in transactions_of(code)),
            CUSTODY,
            *MARKET,
        )
    )
)
DID: Final = {
    Move.SOLD: "sold Treasuries on balance",
    Move.SOLD_A_LITTLE: "sold a little on balance, below the size that counts",
    Move.FLAT: "neither bought nor sold on balance",
    Move.BOUGHT: "bought Treasuries on balance",
}
# A level of Wednesday stands for the end of a month up to so many days later.
CUSTODY_DAYS: Final = 10
LONGEST_SESSIONS: Final = 21


def settlement(
    panel: Panel, answer: MonthAnswer, period: date, over: JudgedOver, before: MonthAnswer | None
) -> Settlement:
    """What a month's answer says to an alert of a period, as far as a panel knows; `before`: the
    answer that it was given first, where a revision made this one."""
    after = followed(panel, np.datetime64(panel.as_of.replace(tzinfo=None), "s"), _day(period))
    custody = _custody(panel, answer.month)
    return Settlement(
        answer=answer,
        headline=_headline(answer),
        officials=_officials(answer),
        areas=_areas(panel, answer.month),
        custody=_custody_words(custody),
        markets=_markets(after),
        caveat=f"{_what_it_hides(period, over)} {_how_counted(panel, answer)}",
        evidence=(*_transactions(panel, answer), *custody),
        after=after,
        before="" if before is None else f"Data revised; it was: {_headline(before)}.",
    )


def _headline(answer: MonthAnswer) -> str:
    """`in April 2025 foreigners sold Treasuries on balance: −$58.5bn long-term, −$70.4bn with bills
    (−0.8% of holdings)`."""
    parts = [] if answer.long_bn is None else [f"{signed_usd_bn(answer.long_bn)} long-term"]
    parts += [f"{signed_usd_bn(answer.net_bn)} with bills"] if answer.has_bills else []
    share = f" ({signed_pct(answer.pct)} of holdings)"
    return f"in {month(answer.month)} foreigners {DID[answer.move]}: {', '.join(parts)}{share}"


def _officials(answer: MonthAnswer) -> str:
    """Whether it was foreign officials, by long-term transactions, or that TIC does not say."""
    mine, whole = answer.officials_bn, answer.long_bn
    if mine is None:
        return (
            "TIC does not tell officials from private holders for this month: no data on whether "
            "it was foreign officials."
        )
    if whole is None:
        return f"Foreign officials {signed_usd_bn(mine)} long-term; of all foreigners not known."
    others = whole - mine
    if whole < 0 <= mine:
        return (
            f"The long-term sale was not foreign official: officials bought {usd_bn(mine)}, "
            f"all others sold {usd_bn(-others)}."
        )
    if whole < 0:
        return f"{_share_of_sale(mine, whole)}; all others {signed_usd_bn(others)}."
    did = f"sold {usd_bn(-mine)}" if mine < 0 else f"bought {usd_bn(mine)}"
    return f"Foreign officials {did} long-term; all others {signed_usd_bn(others)}."


def _share_of_sale(mine: float, whole: float) -> str:
    share = 100.0 * mine / whole
    of = f"officials sold {usd_bn(-mine)} of {usd_bn(-whole)}"
    if share > 100.0:
        return f"The long-term sale was foreign official: officials sold {usd_bn(-mine)}"
    part = "mostly" if share >= 50.0 else "mostly not"
    return f"The long-term sale was {part} foreign official: {of} ({number(share)}%)"


def _areas(panel: Panel, period: date) -> str:
    """Japan, China and the custodial centres together, long-term; which of those are stored, where
    that is not all of them."""
    stamp = pd.Timestamp(period)
    found = {code: long_net_mn(panel, code, stamp) / 1000.0 for code in COUNTRIES}
    found = {code: net for code, net in found.items() if not np.isnan(net)}
    alone = [one for one in (JAPAN, CHINA) if one in found]
    parts = [f"{area_name(one)} {signed_usd_bn(found[one])}" for one in alone]
    centres = [one for one in CENTRES if one in found]
    if centres:
        which = "" if len(centres) == len(CENTRES) else f" stored ({_names(centres)})"
        net = signed_usd_bn(sum(found[one] for one in centres))
        parts.append(f"custodial centres{which} {net}")
    return f"{', '.join(parts)}, all long-term." if parts else "No country's number is stored."


def _names(codes: Sequence[str]) -> str:
    return listed([area_name(one) for one in codes])


def _custody(panel: Panel, period: date) -> tuple[Evidence, ...]:
    """The Fed's custody level at both ends of a month and its change; nothing where one of the two
    is not known."""
    level = panel.frame[CUSTODY].dropna() / 1000.0
    found = []
    for end in (period.replace(day=1) - timedelta(days=1), period):
        there = level[: pd.Timestamp(end)]
        if there.empty or end - there.index[-1].date() > timedelta(days=CUSTODY_DAYS):
            return ()
        found.append((there.index[-1].date(), float(there.iloc[-1])))
    (began, first), (ended, last) = found
    source = panel.source(CUSTODY, ended)
    return (
        Evidence("Fed custody before the month", first, "usd_bn", began, source),
        Evidence("Fed custody at its end", last, "usd_bn", ended, source),
        Evidence("Fed custody through the month", last - first, "usd_bn", ended, source),
    )


def _custody_words(custody: Sequence[Evidence]) -> str:
    if not custody:
        return "No data on Fed custody through the month."
    first, last, change = custody
    assert change.value is not None
    return (
        f"Fed custody for foreign officials {signed_usd_bn(change.value)} from "
        f"{weekday(first.period_end)} to {weekday(last.period_end)}, at face value."
    )


def _markets(after: Analogue) -> str:
    moves = (
        ("S&P", after.spx_pct, 1, "%"),
        ("10y", after.ust10y_bp, 0, "bp"),
        ("DXY", after.dxy_pct, 1, "%"),
    )
    said = [f"{name} {_each(values, digits)}{unit}" for name, values, digits, unit in moves]
    return f"After {weekday(after.period_end)}, 1 / 5 / 21 sessions: {', '.join(said)}."


def _each(values: Sequence[float | None], digits: int) -> str:
    return " / ".join("?" if one is None else signed(one, digits) for one in values)


def _what_it_hides(period: date, over: JudgedOver) -> str:
    """What a month's transactions do not show of an alert of a period."""
    said = {
        JudgedOver.SESSION: "A month is not a session: this does not show who sold on "
        f"{day(period)}.",
        JudgedOver.WEEK: "A month is not a week: this does not show who sold in the week to "
        f"{day(period)}.",
        JudgedOver.MONTH: "It does not show on which days of the month they sold.",
        JudgedOver.WINDOW: "A month is not a session: this does not show who sold in the sessions "
        f"to {day(period)}.",
    }[over]
    began = _began(period, over)
    if (began.year, began.month) != (period.year, period.month):
        covers = "a week" if over is JudgedOver.WEEK else over.value
        said += f" The alert covers {covers}, back into {month(began)}, outside this month's total."
    return said


def _how_counted(panel: Panel, answer: MonthAnswer) -> str:
    """That transactions are not holdings, and whose they are counted as."""
    own = own_table(panel, GRAND_TOTAL)
    row = int(own.index.searchsorted(pd.Timestamp(answer.month)))
    held_mn = split_mn(own, row)["holdings"]
    said = "Transactions, not holdings"
    if not np.isnan(held_mn):
        said += f", which changed by {signed_usd_bn(held_mn / 1000.0)} with valuation"
    if own["form_s"].iloc[row]:
        return f"{said}. Form S counts by the counterparty's country, not by the holder's."
    return f"{said}. Officials who hold through a private custodian count as private."


def _began(period: date, over: JudgedOver) -> date:
    """The first day that a period may take in."""
    if over is JudgedOver.WEEK:
        return period - timedelta(days=period.weekday())
    if over is JudgedOver.WINDOW:
        return to_date(np.busday_offset(_day(period), 1 - LONGEST_SESSIONS, roll="backward"))
    return period


def _transactions(panel: Panel, answer: MonthAnswer) -> tuple[Evidence, ...]:
    """The net of all foreigners, officials and each country named, and the change in holdings."""
    stamp = pd.Timestamp(answer.month)
    own = own_table(panel, GRAND_TOTAL)
    split = split_mn(own, int(own.index.searchsorted(stamp)))
    source = _source(panel, GRAND_TOTAL, answer.month)
    numbers = [
        ("All foreigners, net long-term", answer.long_bn, "usd_bn", source),
        *(
            [("All foreigners, net with bills", answer.net_bn, "usd_bn", source)]
            if answer.has_bills
            else []
        ),
        ("All foreigners, % of holdings", answer.pct, "pct", source),
        ("Change in holdings", split["holdings"] / 1000.0, "usd_bn", _held(panel, answer.month)),
        ("Of it valuation", split["valuation"] / 1000.0, "usd_bn", source),
    ]
    officials = _source(panel, OFFICIAL, answer.month)
    with_bills = total_net_mn(panel, OFFICIAL, stamp) / 1000.0
    numbers += [
        ("Foreign officials, net long-term", answer.officials_bn, "usd_bn", officials),
        ("Foreign officials, net with bills", with_bills, "usd_bn", officials),
    ]
    for code in COUNTRIES:
        net = long_net_mn(panel, code, stamp) / 1000.0
        where = _source(panel, code, answer.month)
        numbers.append((f"{area_name(code)}, net long-term", net, "usd_bn", where))
    return tuple(
        Evidence(label, value, unit, answer.month, where)
        for label, value, unit, where in numbers
        if value is not None and not np.isnan(value)
    )


def _source(panel: Panel, code: str, period: date) -> str:
    """The publisher of an area's transactions of a month: slt_table3, or Form S before it."""
    newer, _, sales = transactions_of(code)
    stamp = pd.Timestamp(period)
    is_newer = newer in panel.frame and not np.isnan(panel.frame[newer].loc[stamp])
    return panel.source(newer if is_newer else sales, period)


def _held(panel: Panel, period: date) -> str:
    return panel.source(tic_series(GRAND_TOTAL, HOLDINGS), period)


def _day(period: date) -> np.datetime64:
    return np.datetime64(period, "D")
