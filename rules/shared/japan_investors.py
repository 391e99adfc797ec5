"""Which investors in Japan bought foreign long-term debt: the newest month known beside a week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from rules.case import Case, RuleData
from rules.model import Evidence, to_date
from rules.wording import listed, month, signed_jpy_bn

PREFIX: Final = "mof.long_debt_net."
ALL: Final = f"{PREFIX}all_investors"
# What a desk calls the types: those said in words, and all of which the other eight are the parts.
SAID: Final[Mapping[str, str]] = {
    f"{PREFIX}banks": "banks",
    f"{PREFIX}life_insurers": "life insurers",
    f"{PREFIX}trust_accounts": "trust accounts",
    f"{PREFIX}investment_trusts": "investment trusts",
}
INVESTORS: Final[Mapping[str, str]] = {
    ALL: "all investors",
    **SAID,
    f"{PREFIX}nonlife_insurers": "non-life insurers",
    f"{PREFIX}securities_firms": "securities firms",
    f"{PREFIX}public_sector": "public sector",
    f"{PREFIX}others": "others",
}
# A month is out by the middle of the next: an older one is of a source that stopped.
MOST_AGE: Final = np.timedelta64(92, "D")


def by_investor(case: Case[RuleData], what: str) -> tuple[str, tuple[Evidence, ...]]:
    """What each type bought, net, JPY bn, in the newest month that had ended with the row's week
    and was known with it: a sentence, and the numbers behind it. Nothing where no month is."""
    known = {one: _months(case, one) for one in INVESTORS}
    last = max(known[ALL], default=None)
    if last is None:
        return "", ()
    net = {one: months[last] for one, months in known.items() if last in months}
    end = to_date(last)
    numbers = (
        case.line(
            f"{what} in the month, {INVESTORS[one]}",
            bought,
            "jpy_bn",
            case.panel.source(one, end),
            at=end,
        )
        for one, bought in net.items()
    )
    return _sentence(net, month(end)), tuple(numbers)


def _sentence(net: Mapping[str, float], named: str) -> str:
    """All of a month, and of it those that are known of the types said; the rest makes up all."""
    parts = {name: net[one] for one, name in SAID.items() if one in net}
    parts["all others"] = net[ALL] - sum(parts.values())
    of_it = listed([f"{name} {signed_jpy_bn(bought)}" for name, bought in parts.items()])
    total = signed_jpy_bn(net[ALL])
    return f"Net purchases by type of investor in {named}: all {total}, of it {of_it}."


def _months(case: Case[RuleData], series_id: str) -> Mapping[np.datetime64, float]:
    """The months of a series that had ended with the row's week, were known with it and are not
    old."""
    days, net, known = case.panel.numbers(series_id)
    there = (known <= case.known_by) & (days <= case.stamp) & (case.stamp - days <= MOST_AGE)
    return dict(zip(days[there], net[there], strict=True))
