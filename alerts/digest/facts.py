"""What a digest is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from alerts.digest.source_line import SourceLine
from alerts.model import Alert, Transition
from alerts.near_misses import NEAR_SHARE
from alerts.release import Release
from rules.model import Panel
from rules.terms import Answer, Severity
from rules.verdict.model import Verdict

if TYPE_CHECKING:  # a look needs the lines of sources alone, and loads no pandas for them
    from rules.markets.day import MarketDay

# What a person reads where a rule has no answer.
NO_DATA: Final = "no data"


@dataclass(frozen=True)
class RuleStatus:
    """Where one rule stands for one subject: its newest answer, or unknown because a source it
    reads is stale. `nearness`: how much of the way to firing a quiet one has gone, 1 = there;
    `reason`: why it is unknown, or the number that brought a quiet one near."""

    rule_title: str
    subject: str
    period_end: date | None
    answer: Answer
    severity: Severity | None
    measure: float | None
    measure_unit: str
    reason: str
    nearness: float | None = None

    @property
    def status(self) -> str:
        """Its severity where it fires, else `quiet` or `no data`."""
        if self.severity is not None:
            return self.severity.label
        return NO_DATA if self.answer is Answer.UNKNOWN else self.answer.value


@dataclass(frozen=True)
class DigestFacts:
    """Everything a digest says, as of `at`, since the digest before it.

    `told_through`: the number of the last transition recorded by then, where the next digest goes
    on. `withheld`: why nobody was told of some of the transitions, by their id. `market`: what
    markets did on their newest session, None where nothing is known. `open_events`: the dated
    alerts of a warning or worse that nobody has acknowledged and that are not past.
    """

    digest_date: date
    at: datetime
    verdict: Verdict
    since: datetime
    late: bool
    transitions: Sequence[Transition]
    open_conditions: Sequence[Alert]
    answers: int
    standings: Sequence[RuleStatus]
    levels: Panel
    sources: Sequence[SourceLine]
    dead_letters: int
    releases: Sequence[Release]
    titles: Mapping[str, str]
    market: MarketDay | None = None
    open_events: Sequence[Alert] = ()
    told_through: int = 0
    withheld: Mapping[str, str] = field(default_factory=dict)

    def told(self) -> list[Transition]:
        """The changes but those that nobody was told of."""
        return [one for one in self.transitions if one.transition_id not in self.withheld]

    def still_open(self) -> list[Alert]:
        """The open alerts, the worst first, then the oldest."""
        return sorted(
            (*self.open_conditions, *self.open_events),
            key=lambda one: (-one.severity, one.opened_at, one.alert_id),
        )

    def near_misses(self) -> list[RuleStatus]:
        """What is quiet and came near, the nearest first; without what is open still."""
        return near_misses(self.standings, self.open_conditions, self.titles)

    def unable(self) -> int:
        """How many rules lack data for some subject of theirs."""
        return len({one.rule_title for one in self.standings if one.answer is Answer.UNKNOWN})

    def unwell(self) -> int:
        """How many sources are not as they should be."""
        return sum(one.state != "OK" for one in self.sources)


def near_misses(
    standings: Sequence[RuleStatus], open_conditions: Sequence[Alert], titles: Mapping[str, str]
) -> list[RuleStatus]:
    """The answers that are quiet and came near, the nearest first; without what is open still."""
    open_ones = {(titles.get(one.rule_id, one.rule_id), one.subject) for one in open_conditions}
    near = [
        (one.nearness, one)
        for one in standings
        if one.answer is Answer.QUIET
        and one.nearness is not None
        and one.nearness >= NEAR_SHARE
        and (one.rule_title, one.subject) not in open_ones
    ]
    return [one for _, one in sorted(near, key=lambda pair: -pair[0])]
