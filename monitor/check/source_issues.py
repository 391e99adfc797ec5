"""What a check says of the sources: which are stale, refused or out of reach, and which rules that
leaves without data. Standard library alone, as the check itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from monitor.check.queries import HealthFacts, KnownSource

OK: Final = 0
WARNING: Final = 1
CRITICAL: Final = 2
UNKNOWN: Final = 3


class HealthIssue(NamedTuple):
    """Something about the program itself, and the exit code it asks for.

    `outside` is what a publisher, a channel or the system said of it, in the words of `said`;
    `is_final` where nothing else that the database says can be believed.
    """

    code: int
    said: str
    outside: tuple[str, ...] = ()
    is_final: bool = False

    @property
    def public_text(self) -> str:
        """The same without what was said outside: for who may not read that."""
        words = self.said
        for one in self.outside:
            words = words.replace(f": {one}", "", 1)
        return words


def in_words(rule_id: str) -> str:
    """A rule's id as words."""
    return rule_id.replace("_", " ")


def source_line(source: KnownSource) -> str:
    """How a source that is stale or fails does."""
    why = f": {shortly(source.problem)}" if source.problem else ""
    if not source.has_answered:
        return f"{source.name}: no successful poll yet{why}"
    if source.is_stale:
        newest = f" since {source.newest_period}" if source.newest_period else ""
        return f"{source.name}: no new data{newest} (due {source.stale_at}){why}"
    return f"{source.name}: failing ({source.state}) since {source.failing_since}{why}"


def _outside(*sources: KnownSource) -> tuple[str, ...]:
    """What the publishers said, as `source_line` repeats it."""
    return tuple(shortly(one.problem) for one in sources if one.problem)


def shortly(problem: str) -> str:
    """What came, of a problem that also says where, what was expected and what to do."""
    _, got, came = problem.partition(", got ")
    return (came.rpartition("; ")[0] or came) if got else problem


def source_troubles(facts: HealthFacts) -> Iterator[HealthIssue]:
    """Stale sources with the rules they blind; then those that no rule misses. A series that no
    source gives is a choice of who configured it."""
    stale = facts.stale
    by_sources: dict[tuple[str, ...], list[str]] = {}
    for blind in facts.blind:
        by_sources.setdefault(blind.sources, []).append(in_words(blind.rule_id))
    by_sources.pop((), None)
    for names, rules in by_sources.items():
        why = "; ".join(source_line(stale[n]) if n in stale else f"{n} not polled" for n in names)
        blind_rules = list(dict.fromkeys(rules))
        said = f"{why}; {few(blind_rules)} {'has' if len(blind_rules) == 1 else 'have'} no data"
        yield HealthIssue(UNKNOWN, said, _outside(*(stale[n] for n in names if n in stale)))
    for source in facts.sources:
        # Its data are fresh still, and will not be: what it refuses or cannot give does not heal.
        if source.is_failing and not source.is_stale and source.name in facts.deciding:
            yield HealthIssue(WARNING, source_line(source), _outside(source))
    missed = {name for names in by_sources for name in names}
    others = [source for name, source in stale.items() if name not in missed]
    yield from _never_answered([one for one in others if not one.has_answered])
    for source in others:
        if source.has_answered:
            yield HealthIssue(WARNING, source_line(source), _outside(source))


def _never_answered(sources: Sequence[KnownSource]) -> Iterator[HealthIssue]:
    """One trouble where all are down, as on a first start without a network."""
    if len(sources) == 1:
        yield HealthIssue(UNKNOWN, source_line(sources[0]), _outside(sources[0]))
    elif sources:
        names = few([one.name for one in sources])
        why = shortly(sources[0].problem)
        said = f"{len(sources)} sources: no successful poll yet ({names}): {why}"
        yield HealthIssue(UNKNOWN, said, _outside(sources[0]))


def few(names: Sequence[str]) -> str:
    """The names, or of many the first two and how many more."""
    return ", ".join(names) if len(names) <= 3 else f"{names[0]}, {names[1]} +{len(names) - 2} more"
