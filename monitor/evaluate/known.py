"""What a rule is decided by, apart from what only the words of its alerts need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Protocol, Self

import numpy as np

from rules.evaluation import Evaluations, Rule
from rules.model import AlertText
from rules.point_in_time.panel import History
from rules.provisional import until_checked


class ReadHistory(Protocol):
    """Gives the history of some series; with `deciding` only what a decision can turn on."""

    def __call__(self, series_ids: Sequence[str], *, deciding: bool) -> History:
        """As for `Archive.history`."""
        ...


@dataclass(frozen=True)
class Known:
    """`deciding` is what decides: of a series re-estimated whole at each release the newest rows
    of each vintage. `read` gives everything the rules read; it is asked for once, when the first
    alert is written out, for that takes many times as long as to decide."""

    deciding: History
    read: Callable[[], History]

    @classmethod
    def whole(cls, history: History) -> Self:
        """A history that is here already, for decisions and words alike."""
        return cls(history, lambda: history)

    @classmethod
    def of_rules(cls, rules: Sequence[Rule], history: ReadHistory) -> Self:
        """What some rules are decided by and read, from where `history` gives it."""
        decided_by = dict.fromkeys(name for rule in rules for name in rule.decided_by)
        series = dict.fromkeys(name for rule in rules for name in rule.series)
        return cls.of(
            history(tuple(decided_by), deciding=True),
            lambda: history(tuple(series), deciding=False),
        )

    @classmethod
    def of(cls, deciding: History, read: Callable[[], History]) -> Self:
        """Both, the second read once at most."""
        return cls(deciding, cache(read))

    def only(self, rule: Rule) -> Self:
        """What one rule is decided by and reads."""
        decided_by, series = tuple(rule.decided_by), tuple(rule.series)
        return self.of(self.deciding.only(decided_by), lambda: self.read().only(series))

    def stretches(
        self, since: datetime | None, until: datetime
    ) -> Iterator[tuple[datetime | None, datetime]]:
        """The spans of (since, until] in which anything became known, each no longer than nothing
        in it was revised."""
        start = since
        for point in self.deciding.revision_instants(since, until):
            if self.deciding.has_news_between(start, point):
                yield start, point
            start = point

    def judge(self, rule: Rule, at: datetime) -> tuple[Evaluations, ...]:
        """A rule's answers as of an instant, from what decides; their words from everything."""
        words = _Words(rule, self.read, at)
        panel = self.deciding.as_of(at)
        answers = (replace(one, explain=words.of(one)) for one in rule.judge(panel))
        return tuple(until_checked(rule, one, panel) for one in answers)

    def answers(self, rule: Rule, at: datetime) -> tuple[Evaluations, ...]:
        """The same answers without their words: where they are only counted."""
        panel = self.deciding.as_of(at)
        return tuple(until_checked(rule, one, panel) for one in rule.judge(panel))


class _Words:
    """The words of a rule's answers as of an instant, from everything the rule reads."""

    def __init__(self, rule: Rule, read: Callable[[], History], at: datetime):
        self._rule, self._read, self._at = rule, read, at
        self._answers: Sequence[Evaluations] | None = None

    def of(self, judged: Evaluations) -> Callable[[int], AlertText]:
        """How a row of an answer is explained."""

        def explain(row: int) -> AlertText:
            whole = self._judged(judged.subject)
            same = (whole.period_end == judged.period_end[row]) & (
                whole.known_at == judged.known_at[row]
            )
            return whole.explain(int(np.flatnonzero(same)[-1]))

        return explain

    def _judged(self, subject: str) -> Evaluations:
        if self._answers is None:
            self._answers = self._rule.judge(self._read().as_of(self._at))
        return next(one for one in self._answers if one.subject == subject)
