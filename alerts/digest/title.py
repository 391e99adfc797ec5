"""The title of a digest: what mattered to a desk that day, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from alerts.digest.answers import answered
from alerts.digest.facts import DigestFacts
from alerts.digest.full import health
from alerts.model import Transition
from alerts.states import Reason
from rules.markets.day import MarketDay
from rules.terms import Kind, Severity
from rules.wording import day, plural, weekday, with_article

# What Slack shows of a header.
MOST_CHARACTERS: Final = 145
# Markets of longer ago than a long weekend are not those of the day.
OLDEST_SESSION: Final = timedelta(days=5)
# What is over, or is somebody's already, does not lead a digest and lends it no severity.
QUIETENING: Final = (
    Reason.RESOLVED,
    Reason.WITHDRAWN,
    Reason.ACKNOWLEDGED,
    Reason.PAST,
    Reason.SETTLED,
)
# The rules that judge a session by the moves that the title has.
OF_THE_SESSION: Final = ("joint_selloff", "haven_failure")


def leading(facts: DigestFacts) -> list[Transition]:
    """The changes that ask for attention, the worst first; those that nobody was told of, and what
    is over or somebody's, are not among them."""
    loud = [one for one in facts.told() if one.reason not in QUIETENING]
    return sorted(loud, key=lambda one: (-one.after.severity, not is_of_session(one, facts)))


def label(facts: DigestFacts) -> str:
    """`CRITICAL`: the worst severity of what changed; `RESOLVED` where all that changed is over."""
    lead = leading(facts)
    if lead:
        return lead[0].after.severity.name
    over = [one for one in facts.told() if one.reason in QUIETENING]
    return over[0].reason.value.upper() if over else ""


def tone(facts: DigestFacts) -> str:
    """The severity of what leads it, `resolved` where all that changed is over, else `plain`."""
    lead = leading(facts)
    if lead:
        return lead[0].after.severity.label
    return "resolved" if label(facts) else "plain"


def digest_title(facts: DigestFacts) -> str:
    """`Joint selloff: S&P −3.5%, 10y +6bp (twist steepener), DXY −2.0%`, `Treasuries hedged: ...`
    or `Quiet: ...`; then what else changed, is open or is missing, as far as it fits."""
    lead = leading(facts)
    title = _lead(facts, lead[0]) if lead else _markets(facts)
    for more in _more(facts, lead):
        if len(title) + len(more) + 2 <= MOST_CHARACTERS:
            title = f"{title}; {more}"
    return _cut(title)


def _lead(facts: DigestFacts, first: Transition) -> str:
    market, name = current_market(facts), facts.titles.get(first.after.rule_id, first.after.rule_id)
    if market is not None and is_of_session(first, facts):
        return market.said(f"{name}{_on(market, facts)}")
    named = f"{name}{_of(first, market)}"
    if market is not None and not market.is_quiet:
        also = f"; {first.after.severity.label}: {named}"
        whole, shorter = (f"{_session(one, facts)}{also}" for one in (market, market.without_curve))
        return whole if len(whole) <= MOST_CHARACTERS else shorter
    head = first.signal.explained.head.moves or first.signal.explained.headline
    alone = f"{named}: {head.rstrip('.')}"
    both = alone if market is None else f"{alone}; {market.line}"
    return both if len(both) <= MOST_CHARACTERS else alone


def current_market(facts: DigestFacts) -> MarketDay | None:
    """What markets did, where that is of the day."""
    market = facts.market
    if market is None or facts.digest_date - market.session > OLDEST_SESSION:
        return None
    return market


def _markets(facts: DigestFacts) -> str:
    market = current_market(facts)
    if market is not None:
        return _session(market, facts)
    if facts.market is None:
        return "No market data"
    return f"No market data since {day(facts.market.session)}"


def _session(market: MarketDay, facts: DigestFacts) -> str:
    return market.said(f"{market.name}{_on(market, facts)}")


def _on(market: MarketDay, facts: DigestFacts) -> str:
    """A session that is not the digest's day is named."""
    return "" if market.session == facts.digest_date else f" on {weekday(market.session)}"


def is_of_session(one: Transition, facts: DigestFacts) -> bool:
    """Whether an alert is about the session whose moves the title has."""
    market = current_market(facts)
    return (
        market is not None
        and one.after.rule_id in OF_THE_SESSION
        and one.after.period_end == market.session
    )


def _of(one: Transition, market: MarketDay | None) -> str:
    """The period of an event that is not the session's, and what became of an alert since."""
    changed = "" if one.reason is Reason.OPENED else f" {one.reason.value}"
    period = one.after.period_end
    if one.after.kind is Kind.CONDITION or (market is not None and period == market.session):
        return changed
    return f" of {with_article(one.signal.explained.period or weekday(period))}{changed}"


def _more(facts: DigestFacts, lead: Sequence[Transition]) -> list[str]:
    found = []
    settled = answered(facts.told())
    others = len(facts.told()) - settled - min(len(lead), 1)
    changes = plural(others, "more change" if lead else "change") if others else ""
    answers = f"{settled if others else plural(settled, 'alert')} settled" if settled else ""
    if others or settled:
        found.append(", ".join(one for one in (changes, answers) if one))
    told = {one.after.alert_id for one in lead}
    still = [one for one in facts.still_open() if one.alert_id not in told]
    counts = [
        (sum(one.severity is severity for one in still), severity.label)
        for severity in (Severity.CRITICAL, Severity.WARNING)
    ]
    said = " and ".join(f"{count} {name}" for count, name in counts if count)
    if said:
        found.append(f"{said} open")
    if facts.unwell() or facts.unable():
        found.append(health(facts))
    return found


def _cut(title: str) -> str:
    if len(title) <= MOST_CHARACTERS:
        return title
    return f"{title[: MOST_CHARACTERS - 1].rsplit(' ', 1)[0].rstrip(';:,')}…"
