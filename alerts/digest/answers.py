"""The answers of a day: one line for all alerts that were given the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.digest.facts import DigestFacts
from alerts.model import Transition
from rules.terms import Severity
from rules.wording import month, plural, signed_pct, signed_usd_bn


@dataclass(frozen=True)
class SharedAnswer:
    """An answer, and the alerts that it was given to; `severity` that of the worst of them."""

    title: str
    given: Sequence[Transition]

    @property
    def severity(self) -> Severity:
        """The worst of the alerts."""
        return max(one.after.severity for one in self.given)

    @property
    def short(self) -> str:
        """`April 2025: foreigners sold, −$70.4bn (−0.8% of holdings); answers 8 alerts`."""
        settlement = self.given[0].settlement
        assert settlement is not None
        answer = settlement.answer
        size = f"{signed_usd_bn(answer.net_bn)} ({signed_pct(answer.pct)} of holdings)"
        answers = f"answers {plural(len(self.given), 'alert')}"
        return f"{month(answer.month)}: foreigners {answer.move.value}, {size}; {answers}"

    def line(self, facts: DigestFacts) -> str:
        """`Settled: in April 2025 foreigners ... Answers: Joint selloff 8 Apr, 10 Apr.`."""
        days: dict[str, list[str]] = {}
        for one in self.given:
            rule = facts.titles.get(one.after.rule_id, one.after.rule_id)
            episode = one.after.episode
            days.setdefault(rule, []).append(f"{episode.day} {episode:%b}")
        named = "; ".join(f"{rule} {', '.join(found)}" for rule, found in days.items())
        return f"{self.title}. Answers: {named}."


def answered(changes: Sequence[Transition]) -> int:
    """How many alerts were given an answer."""
    return sum(one.settlement is not None for one in changes)


def shared_answers(changes: Sequence[Transition]) -> list[SharedAnswer]:
    """The answers among some changes, in order."""
    found: dict[str, list[Transition]] = {}
    for one in changes:
        if one.settlement is not None:
            found.setdefault(one.settlement.title, []).append(one)
    return [SharedAnswer(title, given) for title, given in found.items()]
