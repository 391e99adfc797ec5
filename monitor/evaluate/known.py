"""What a rule is decided by, apart from what only the words of its alerts need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
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
    of each vintage. `read` gives everything known of some series, read once; a rule's are asked for
    when the first of its alerts is written out, for that takes many times as long as to decide."""

    deciding: History
    read: Callable[[tuple[str, ...]], History]

    @classmethod
    def whole(cls, history: History) -> Self:
        """A history that is here already, for decisions and words alike."""
        return cls(history, history.only)

    @classmethod
    def of_rules(cls, rules: Sequence[Rule], history: ReadHistory) -> Self:
        """What some rules are decided by and read, from where `history` gives it."""
        decided_by = dict.fromkeys(name for rule in rules for name in rule.decided_by)
        return cls(
            history(tuple(decided_by), deciding=True), cache(partial(history, deciding=False))
        )

    def only(self, rule: Rule) -> Self:
        """What one rule is decided by, and where it reads the rest."""
        return replace(self, deciding=self.deciding.only(tuple(rule.decided_by)))

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
        panel = self.deciding.as_of(at)
        answers = rule.judge(panel)
        if not self._is_everything(rule):
            words = _Words(rule, self.read, at)
            answers = tuple(replace(one, explain=words.of(one)) for one in answers)
        return tuple(until_checked(rule, one, panel) for one in answers)

    def _is_everything(self, rule: Rule) -> bool:
        """Whether what decides is all that a rule reads: its words then need nothing more."""
        series = self.deciding.series.items()
        by_tails = {name for name, one in series if one.one_vintage}
        return {*rule.series} <= {*self.deciding.series_ids} - by_tails

    def answers(self, rule: Rule, at: datetime) -> tuple[Evaluations, ...]:
        """The same answers without their words: where they are only counted."""
        panel = self.deciding.as_of(at)
        return tuple(until_checked(rule, one, panel) for one in rule.judge(panel))


class _Words:
    """The words of a rule's answers as of an instant, from everything the rule reads."""

    def __init__(self, rule: Rule, read: Callable[[tuple[str, ...]], History], at: datetime):
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
            history = self._read(tuple(self._rule.series))
            self._answers = self._rule.judge(history.as_of(self._at))
        return next(one for one in self._answers if one.subject == subject)
