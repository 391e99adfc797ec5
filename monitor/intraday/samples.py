"""How the rules were judged at each poll of a session, from the quotes that are kept, so that a
program that starts again finds what has held so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from monitor.ingest.market_hours import HOURS, MarketSession
from rules.evaluation import Rule
from rules.intraday.holding import Sample
from rules.intraday.quote import Quote
from rules.intraday.so_far import SoFar, judge_so_far
from rules.model import Panel
from state.quotes import Received


@dataclass
class Standing:
    """The quotes of a session as they came: of each market the newest of the first feed, by their
    order, that has one."""

    session: MarketSession
    feeds: Sequence[str]
    max_age: timedelta
    _newest: dict[tuple[str, str], Quote] = field(default_factory=dict)

    def take(self, one: Quote) -> None:
        """Take a quote that came; one of another session is none."""
        is_of_session = self.session.opened_at(one.series_id) <= one.at
        key = (one.series_id, one.feed)
        before = self._newest.get(key)
        if is_of_session and (before is None or one.at > before.at):
            self._newest[key] = one

    def at(self, at: datetime) -> dict[str, Quote]:
        """The quotes that count at an instant, by series: none older than they may be, by the time
        at which their market ceased to trade where it has."""
        found: dict[str, Quote] = {}
        for series_id in HOURS:
            oldest = min(at, self.session.closed_at(series_id)) - self.max_age
            for feed in self.feeds:
                one = self._newest.get((series_id, feed))
                if one is not None and one.at >= oldest:
                    found[series_id] = one
                    break
        return found


class Following:
    """What some rules were judged at each poll of a session, each once; from the quotes that came,
    in their order."""

    def __init__(self, rules: Sequence[Rule], standing: Standing, hold: timedelta):
        self._rules = rules
        self.standing = standing
        self._hold = hold
        self._samples: dict[str, list[Sample]] = {rule.rule_id: [] for rule in rules}

    def take(self, received: Sequence[Received], panel: Panel) -> None:
        """Judge the rules at each instant at which quotes came; only what has to be held is
        remembered."""
        for came, batch in groupby(received, key=lambda one: one.received_at):
            for one in batch:
                self.standing.take(one.quote)
            for rule in self._rules:
                samples = self._samples[rule.rule_id]
                samples.append(self.sample(rule, panel, came))
                old = [one for one in samples if one.at <= came - self._hold]
                del samples[: max(0, len(old) - 1)]

    def samples(self, rule: Rule, panel: Panel, at: datetime) -> list[Sample]:
        """The samples of a rule up to one of now; empty where no quote has come."""
        before = self._samples[rule.rule_id]
        if not before:
            return []
        last = before[-1]
        if self.standing.at(at) != last.quotes:
            return [*before, self.sample(rule, panel, at)]
        trading = self.standing.session.trading(at)
        return [*before, Sample(at, last.severity, last.quotes, trading)]

    def so_far(self, rule: Rule, panel: Panel, at: datetime) -> SoFar:
        """The rule by the quotes of an instant."""
        session, quotes = self.standing.session, self.standing.at(at)
        return judge_so_far(rule, panel, session.day, quotes, session.due)

    def sample(self, rule: Rule, panel: Panel, at: datetime) -> Sample:
        """How a rule is judged at an instant."""
        found, quotes = self.so_far(rule, panel, at), self.standing.at(at)
        return Sample(at, found.severity, quotes, self.standing.session.trading(at))
