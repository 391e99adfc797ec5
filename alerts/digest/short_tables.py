"""The two tables of a digest with news: what changed, and the levels that its title is about."""

from __future__ import annotations

from typing import Final

from alerts.digest.answers import shared_answers
from alerts.digest.facts import DigestFacts
from alerts.digest.fit import ALERTS, LEVELS
from alerts.digest.levels import levels
from alerts.digest.title import is_of_session, leading
from alerts.message.sections import Table
from alerts.model import Transition
from alerts.states import Reason
from rules.wording import day, weekday

# What a desk calls them.
SHOWN: Final = {
    "spx": "S&P 500",
    "ust2y": "2-year",
    "ust10y": "10-year",
    "ust30y": "30-year",
    "dxy": "DXY",
}
# The changes over one and five sessions, among those of a level.
CHANGES: Final = {"1d": 0, "5d": 1}


def alerts_table(facts: DigestFacts, title: str) -> Table:
    """The changes of a digest with a title, those first that lead, then answers; what nobody was
    told of is in the full digest."""
    lead = leading(facts)
    others = [one for one in facts.told() if one not in lead and one.settlement is None]
    led, rest = (
        tuple((_change(one), _what(one, facts, title)) for one in changes)
        for changes in (lead, others)
    )
    answers = tuple(("settled", one.short) for one in shared_answers(facts.told()))
    rows = (*led, *answers, *rest)
    return Table(ALERTS, ("change", "alert"), "ll", rows)


def _change(one: Transition) -> str:
    """`CRITICAL`, `warning confirmed`, `resolved`, `acknowledged by ann`."""
    severity = one.after.severity.label
    if one.reason is Reason.ACKNOWLEDGED:
        return f"{severity} acknowledged by {one.after.acknowledged_by}"
    if one.reason is Reason.OPENED:
        return severity
    return f"{severity} {one.reason.value}"


def _what(one: Transition, facts: DigestFacts, title_of_all: str) -> str:
    """The rule and what moved, or how rare it is where the digest's title has the moves; a session
    that is not the market's is named."""
    text = one.signal.explained
    title = facts.titles.get(one.after.rule_id, one.after.rule_id)
    market, period = facts.market, one.after.period_end
    is_session = market is not None and market.session == period
    when = "" if is_session and not text.period else f", {text.period or weekday(period)}"
    moves = (text.head.moves or text.headline).rstrip(".")
    said = moves.replace(f" to {day(period)}", "").replace(f" on {day(period)}", "")
    if one.reason is Reason.OPENED and (moves in title_of_all or is_of_session(one, facts)):
        said = text.head.rarity or said
    return f"{title}{when}: {said.rstrip('.')}"


def short_levels(facts: DigestFacts) -> Table:
    """The levels of stocks, Treasuries and the dollar; the session of one that has no close of the
    newest is named."""
    market, rows = facts.market, []
    for one in levels(facts.levels, "session"):
        if one.series_id not in SHOWN:
            continue
        is_old = market is not None and one.period_end != market.session
        name = SHOWN[one.series_id] + (f" ({weekday(one.period_end)})" if is_old else "")
        rows.append((name, one.value, *(one.changes[place] for place in CHANGES.values())))
    return Table(LEVELS, ("level", "close", *CHANGES), "lrrr", tuple(rows))
