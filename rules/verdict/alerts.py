"""The product's own alerts beside a verdict: which are named, and how both are true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

import numpy as np
import pandas as pd

from rules.model import Panel, type_bool
from rules.terms import Severity
from rules.tic.areas import CHINA, COUNTRIES, JAPAN, OFFICIAL
from rules.tic.flows import Flows
from rules.tic.lines import own_table, read_for
from rules.tic.series_ids import TOTAL, tic_series
from rules.verdict.model import OwnAlert
from rules.verdict.rule import VerdictRule
from rules.wording import (
    day,
    listed,
    month,
    period_name,
    signed_pct,
    signed_usd_bn,
    usd_bn,
    with_article,
)

# What is context to a desk and says nothing of foreigners' Treasuries: no verdict has to agree.
CONTEXT_RULES: Final = ("japan_foreign_debt", "leveraged_shorts")
FLOW_RULES: Final = ("aggregate_net_sales", "foreign_net_sales")
# What the period of an event is called, where it is no session.
NOUNS: Final = {
    **dict.fromkeys(FLOW_RULES, "month"),
    "joint_selloff_monthly": "month",
    "joint_selloff_weekly": "week",
}
# What a country's own sale is told from, beside that of all.
COUNTRY_CODES: Final = {name.lower().replace(" ", "_"): code for code, name in COUNTRIES.items()}
WATCHED: Final = (JAPAN, CHINA)
SERIES: Final = tuple(
    dict.fromkeys(
        (*(name for code in WATCHED for name in read_for(code)), tic_series(OFFICIAL, TOTAL))
    )
)


# What says nothing of who sold, whatever the transactions of its month are.
ASIDE: Final[Mapping[str, str]] = {
    "term_premium_day": "a model's pay for holding duration, not a seller",
    "term_premium_jump": "a model's pay for holding duration, not a seller",
    "foreign_share": "a share falls too when the debt grows faster than foreigners buy",
    "weak_auction": "indirect bidders are foreign officials and many domestic funds",
}


# Openings of a condition are named one by one up to so many, and counted beyond.
MOST_LISTED: Final = 3


@dataclass(frozen=True)
class Known:
    """What a sentence about an alert may be made from."""

    panel: Panel
    flows: Flows

    def is_out(self, period: date) -> bool:
        """Whether transactions of a period's month are published."""
        last = self.flows.last
        return last is not None and (period.year, period.month) <= (last.year, last.month)

    def row(self, period: date) -> int | None:
        """The row of a period's month, where its transactions are known."""
        months = self.flows.month.astype("datetime64[M]")
        found = np.flatnonzero(months == np.datetime64(period, "M"))
        row = int(found[0]) if len(found) else None
        return None if row is None or np.isnan(self.flows.net_bn[row]) else row


def recent(alerts: Sequence[OwnAlert], flows: Flows, at: date, rule: VerdictRule) -> list[OwnAlert]:
    """The alerts that a verdict has to agree with, notices included: conditions that are open or
    were since the last published month began, events since then, those told lately, and sales in
    the last three published months."""
    lately = at - timedelta(days=rule.alerts_recent_days)
    since, quarter = lately, lately
    if flows.last is not None and at - flows.last <= timedelta(days=rule.flows_most_days_old):
        since = min(since, flows.last.replace(day=1))
        quarter = min(since, (since - timedelta(days=45)).replace(day=1))

    def counts(one: OwnAlert) -> bool:
        if one.rule_id in CONTEXT_RULES:
            return False
        if one.is_condition:
            return one.closed is None or one.closed >= since
        begins = quarter if one.rule_id in FLOW_RULES else since
        return one.episode >= begins or one.told >= lately

    return [one for one in alerts if counts(one)]


def sentences(alerts: Sequence[OwnAlert], known: Known) -> tuple[str, ...]:
    """One sentence for each rule and subject with a warning or critical: what it is, since when,
    and how it and the verdict are both true; the worst first."""
    loud = [one for one in alerts if one.severity >= Severity.WARNING]
    key = lambda one: (one.rule_id, one.subject)  # noqa: E731
    groups = [list(found) for _, found in groupby(sorted(loud, key=key), key=key)]
    groups.sort(
        key=lambda group: (-max(one.severity for one in group), group[0].rule_id not in FLOW_RULES)
    )
    return tuple(f"{_name(group)}: {_bridge(group, known)}." for group in groups)


def _name(group: Sequence[OwnAlert]) -> str:
    """`Joint selloff (2 critical, 1 warning; last Mon 21 Apr 2025)`."""
    title = group[0].title
    if group[0].rule_id == "foreign_net_sales":
        title = f"{title}, {_area(group[0].subject)}"
    worst = sorted({one.severity for one in group}, reverse=True)
    if len(group) == 1 or (group[0].is_condition and len(group) <= MOST_LISTED):
        in_order = sorted(group, key=lambda one: one.episode)
        each = (f"{one.severity.label} {_when(one)}" for one in in_order)
        return f"{title} ({'; '.join(each)})"
    counted = [f"{sum(one.severity is level for one in group)} {level.label}" for level in worst]
    return f"{title} ({', '.join(counted)}; last {_when(max(group, key=lambda one: one.episode))})"


def _when(one: OwnAlert) -> str:
    if not one.is_condition:
        named = period_name(NOUNS.get(one.rule_id, ""), one.episode)
        return f"of {with_article(named) or day(one.episode)}"
    ended = "" if one.closed is None else f" to {day(one.closed)}"
    return f"since {day(one.told)}" if one.closed is None else f"from {day(one.told)}{ended}"


def _area(subject: str) -> str:
    return COUNTRIES.get(COUNTRY_CODES.get(subject, ""), subject)


def _bridge(group: Sequence[OwnAlert], known: Known) -> str:
    last = max(group, key=lambda one: one.episode)
    if last.rule_id in ASIDE:
        return ASIDE[last.rule_id]
    return BRIDGES.get(last.rule_id, _prices)(last, known)


def _prices(one: OwnAlert, known: Known) -> str:
    """Prices show no seller; what foreigners did in that month, where it is out."""
    return f"prices do not show who sold; {_that_month(one, known)}"


def _haven(one: OwnAlert, known: Known) -> str:
    said = _prices(one, known)
    dollar = known.panel.frame["dxy"].dropna()
    before = dollar[dollar.index < pd.Timestamp(one.episode.replace(day=1))]
    during = dollar[_in_month(dollar, one.episode)]
    if before.empty or during.empty or during.iloc[-1] <= before.iloc[-1]:
        return said
    rose = 100.0 * (during.iloc[-1] / before.iloc[-1] - 1.0)
    row = known.row(one.episode)
    sold = row is not None and known.flows.net_bn[row] < 0
    cash = ", a dash for cash" if sold else ""
    return f"{said}; the dollar rose ({signed_pct(rose)}): no flight from the dollar{cash}"


def _custody(one: OwnAlert, known: Known) -> str:
    """Officials at the Fed alone; what officials did by TIC, where it is out."""
    officials = known.panel.frame[tic_series(OFFICIAL, TOTAL)].dropna() / 1000.0
    mine = officials[_in_month(officials, one.told)]
    said = "foreign officials' holdings at the Fed alone, at face value"
    if len(mine):
        return f"{said}; by TIC officials' net was {signed_usd_bn(float(mine.iloc[0]))} that month"
    return f"{said}; {_that_month(one, known)}"


def _country(one: OwnAlert, known: Known) -> str:
    """One country is not all foreigners."""
    code, row = COUNTRY_CODES.get(one.subject), known.row(one.episode)
    if code not in WATCHED or row is None:
        return f"one country is not all foreigners; {_that_month(one, known)}"
    own = own_table(known.panel, code)
    mine = own[own.index == pd.Timestamp(one.episode)]
    if mine.empty:
        return f"one country is not all foreigners; {_that_month(one, known)}"
    alone, total = float(mine["for_lt_treas_net"].iloc[0]), float(mine[TOTAL].iloc[0])
    with_bills = "" if np.isnan(total) else f", {signed_usd_bn(total / 1000.0)} with bills"
    return (
        f"{_area(one.subject)} alone {signed_usd_bn(alone / 1000.0)} long-term{with_bills}; "
        f"{_that_month(one, known)}"
    )


def _all(one: OwnAlert, known: Known) -> str:
    """The month by itself, against the months before it and what the verdict says."""
    row = known.row(one.episode)
    if row is None:
        return "that month's transactions are not known now"
    long_bn, flows = known.flows.long_bn, known.flows
    said = f"{one.episode:%B} {signed_usd_bn(float(long_bn[row]))} long-term"
    if flows.has_bills[row]:
        said += f", {signed_usd_bn(float(flows.net_bn[row]))} with bills"
    before = long_bn[max(0, row - 2) : row]
    if len(before) == 2 and not np.isnan(before).any():
        names = listed([f"{_name_of(flows, row - back):%B}" for back in (2, 1)])
        said += f", after {signed_usd_bn(float(before.sum()))} long-term in {names}"
    if row < len(long_bn) - 1:
        later = flows.net_bn[row + 1 :]
        said += f"; {signed_usd_bn(float(np.nansum(later)))} with bills since"
    return said


def _that_month(one: OwnAlert, known: Known) -> str:
    """What all foreigners did in the month of an alert, or that it is not yet published."""
    period = one.told if one.is_condition else one.episode
    row = known.row(period)
    if row is None and known.is_out(period):
        return f"all foreigners' transactions of {month(period)} are n.a."
    if row is None:
        return f"TIC for {month(period)} is not yet published"
    net = float(known.flows.net_bn[row])
    did = "sold" if net < 0 else "bought"
    return f"all foreigners together {did} {usd_bn(abs(net))} in {month(period)}"


def _in_month(known: pd.Series[float], period: date) -> type_bool:
    months = known.index.to_numpy().astype("datetime64[M]")
    return np.asarray(months == np.datetime64(period, "M"))


def _name_of(flows: Flows, row: int) -> date:
    found: date = flows.month[row].astype("datetime64[D]").item()
    return found


BRIDGES: Final[Mapping[str, Callable[[OwnAlert, Known], str]]] = {
    "haven_failure": _haven,
    "custody_outflow": _custody,
    "foreign_net_sales": _country,
    "aggregate_net_sales": _all,
}
