"""The session so far, by quotes, against the sizes of the rules; or the last one that was
followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from alerts.developing import DEVELOPING
from monitor.evaluate.chains import Chained
from monitor.ingest.market_hours import HOURS, MarketSession, session_of
from monitor.intraday.samples import Standing
from monitor.intraday.settings import Intraday
from monitor.intraday.watch import LATEST_LOOK, READ_BACK, SUBJECT
from rules.evaluation import Evaluations, Rule
from rules.intraday.quote import Quote, level_so_far, moved
from rules.intraday.sizes import leg_sizes, sizes_of, unit_of
from rules.intraday.so_far import JUDGED_BY, close_before, closes_before, judge_so_far
from rules.intraday.words import NAMES
from rules.model import Panel
from rules.terms import Severity
from state.connections import QUOTES, Connections
from state.database import Database
from state.instants import to_text
from state.quotes import Quotes, Received

UNKNOWN: Final = "unknown"
QUIET: Final = "quiet"


@dataclass(frozen=True)
class LegSoFar:
    """A market so far: its quote, None where none counts; `move` in percent or basis points;
    `path` its moves by the time of each quote; `sizes` by severity, in the unit of the move."""

    session: MarketSession
    series_id: str
    name: str
    unit: str
    quote: Quote | None
    move: float | None
    path: tuple[tuple[datetime, float], ...]
    sizes: Mapping[Severity, float]


@dataclass(frozen=True)
class RuleSoFar:
    """What a rule says so far: a severity's name, `quiet` or `unknown`; its measure and its sizes
    in `unit`; the id of its developing alert, which may not have been sent."""

    rule_id: str
    title: str
    answer: str
    measure: float | None
    unit: str
    sizes: Mapping[Severity, float]
    alert_id: str


@dataclass(frozen=True)
class SessionSoFar:
    """A session by quotes as of an instant, and since when a feed that is asked has none."""

    session: MarketSession
    at: datetime
    is_over: bool
    legs: tuple[LegSoFar, ...]
    rules: tuple[RuleSoFar, ...]
    lost: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """Everything but the paths as plain values."""
        return {
            "session": self.session.day.isoformat(),
            "at": to_text(self.at),
            "is_over": self.is_over,
            "quotes": [
                {
                    "series": one.series_id,
                    "move": None if one.move is None else round(one.move, 4),
                    "unit": one.unit,
                    "quoted_at": None if one.quote is None else to_text(one.quote.at),
                    "feed": None if one.quote is None else one.quote.feed,
                    "sizes": {s.label: round(size, 4) for s, size in one.sizes.items()},
                }
                for one in self.legs
            ],
            "rules": [
                {
                    "rule": one.rule_id,
                    "answer": one.answer,
                    "measure": None if one.measure is None else round(one.measure, 4),
                    "unit": one.unit,
                    "sizes": {s.label: size for s, size in one.sizes.items()},
                    "alert": one.alert_id,
                }
                for one in self.rules
            ],
            "feeds_lost": dict(self.lost),
        }


def session_so_far(
    database: Database,
    archive: Chained,
    rules: Sequence[Rule],
    settings: Intraday,
    at: datetime,
) -> SessionSoFar | None:
    """The session of the newest quote as of `at`; None where no quote is kept."""
    newest = Quotes(database).last_received_at()
    session = None if newest is None else session_of(newest)
    if session is None:
        return None
    ends_at = session.closes_at + LATEST_LOOK
    moment = min(at, ends_at)
    mine = [rule for rule in rules if rule.rule_id in JUDGED_BY]
    series = tuple(dict.fromkeys(name for rule in mine for name in rule.decided_by))
    first = session.day - READ_BACK
    closes = archive.history(series, moment, first_period=first, deciding=True).as_of(moment)
    received = Quotes(database).received(session.begins_at - timedelta(seconds=1), moment)
    standing = Standing(session, settings.feeds, settings.max_age)
    for one in received:
        standing.take(one.quote)
    quotes = standing.at(moment)
    sizes: Mapping[str, Mapping[Severity, float]] = {}
    for rule in mine:
        if rule.rule_id == "joint_selloff":
            sizes = leg_sizes(rule, closes_before(closes, session.day))
    return SessionSoFar(
        session=session,
        at=moment,
        is_over=at >= ends_at,
        legs=tuple(
            _leg(name, quotes.get(name), closes, session, received, sizes.get(name, {}))
            for name in HOURS
        ),
        rules=tuple(_rule(rule, closes, session, quotes) for rule in mine),
        lost={
            one.name.removeprefix(QUOTES): f"no quotes since {to_text(one.lost_since)}"
            for one in Connections(database).all()
            if one.name.startswith(QUOTES) and one.lost_since is not None
        },
    )


def _leg(
    name: str,
    quote: Quote | None,
    closes: Panel,
    session: MarketSession,
    received: Sequence[Received],
    sizes: Mapping[Severity, float],
) -> LegSoFar:
    """A market's quote and path; without the official close of the session before, no move."""
    close = close_before(closes, name, session.day, session.due)
    quotes = [one.quote for one in received if one.quote.series_id == name]
    of_session = [one for one in quotes if one.at >= session.opened_at(name)]
    if quote is not None:
        of_session = [one for one in of_session if one.feed == quote.feed]
    path = {one.at: move for one in of_session if (move := _move(one, close)) is not None}
    return LegSoFar(
        session,
        name,
        NAMES[name],
        "bp" if name == "ust10y" else "pct",
        quote,
        None if quote is None else _move(quote, close),
        tuple(sorted(path.items())),
        sizes,
    )


def _move(quote: Quote, close: float | None) -> float | None:
    level = None if close is None else level_so_far(quote, close)
    return None if level is None or close is None else moved(quote.series_id, close, level)


def _rule(
    rule: Rule, closes: Panel, session: MarketSession, quotes: Mapping[str, Quote]
) -> RuleSoFar:
    found = judge_so_far(rule, closes, session.day, quotes, session.due)
    is_known = found.severity != Evaluations.UNKNOWN
    answer = Severity(found.severity).label if found.severity > Evaluations.QUIET else QUIET
    return RuleSoFar(
        rule.rule_id,
        rule.title,
        answer if is_known else UNKNOWN,
        found.measure if is_known else None,
        unit_of(rule),
        sizes_of(rule),
        f"{DEVELOPING[rule.rule_id]}/{SUBJECT}/{session.day.isoformat()}",
    )
