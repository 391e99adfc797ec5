"""Sources that fail together are one outage: told when it begins to matter, and at its end."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from alerts.message.values import local_time
from monitor.errors import FetchFailed
from monitor.evaluate.health_rules import program_signal
from monitor.ingest.calendars import NEW_YORK
from monitor.ingest.source import Source
from rules.model import AlertText, Signal
from rules.terms import Answer
from rules.wording import plural
from state.health import SourceHealth

RULE: Final = "source_outage"
SEVERAL: Final = "several"
# So many sources that do not answer at the same time are no coincidence; of one publisher two.
FEWEST: Final = 3
FEWEST_OF_ONE: Final = 2
MOST_NAMED: Final = 4
NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Outages:
    """The outages at an instant: what each says, and the sources that it speaks for."""

    signals: tuple[Signal, ...]
    covered: frozenset[str]


def find_outages(
    sources: Mapping[str, Source],
    health: Mapping[str, SourceHealth],
    lasting: Mapping[str, datetime],
    told: Collection[str],
    at: datetime,
) -> Outages:
    """The outages of some sources. `lasting`: when those that are open began; `told`: the
    sources that have an alert of their own, which no outage begins with.

    One begins when the data of a source of it are stale; it is over when every source of it has
    answered, or has failed again since others answered, which is then its own trouble.
    """
    known = {name: one for name, one in health.items() if name in sources}
    down = {n: one for n, one in known.items() if one.failures and one.state == FetchFailed.state}
    answering = [one for name, one in known.items() if name not in down]
    signals, covered = [], set[str]()
    for subject, names, fewest in _groups(sources, known):
        failing = [n for n in names if n in down and (n not in told or subject in lasting)]
        back_at = _back_at(answering, lasting.get(subject, at))
        unsure = [n for n in failing if down[n].last_attempt_at <= back_at]
        begins = len(failing) >= fewest and any(at > down[n].stale_at for n in failing)
        is_out = begins or (subject in lasting and (bool(unsure) or len(failing) >= fewest))
        if subject != SEVERAL and covered.issuperset(failing) and failing:
            is_out = False  # the wider outage says it
        signals.append(_signal(subject, is_out, failing, down, at))
        covered |= set(failing) if is_out else set()
    return Outages(tuple(signals), frozenset(covered))


def outage_subjects(sources: Mapping[str, Source]) -> list[str]:
    """The outages that there can be among some sources."""
    return [subject for subject, _, _ in _groups(sources, sources)]


def _groups(
    sources: Mapping[str, Source], known: Collection[str]
) -> Iterator[tuple[str, list[str], int]]:
    """All sources, then those of each publisher that has several; each with the name of its outage
    and the fewest that make one."""
    yield SEVERAL, list(known), FEWEST
    publishers: dict[str, list[str]] = {}
    for name in known:
        # `Cboe (VIX)`: the publisher, and which of its files.
        publisher = sources[name].publisher.partition(" (")[0]
        slug = re.sub(r"[^a-z0-9]+", "_", publisher.lower()).strip("_")
        publishers.setdefault(slug, []).append(name)
    for slug, names in publishers.items():
        if len(names) >= FEWEST_OF_ONE:
            yield slug, names, FEWEST_OF_ONE


def _back_at(answering: Iterable[SourceHealth], since: datetime) -> datetime:
    """When a source first answered after an outage began: what failed before that may have failed
    because of it. The end of time where none has."""
    successes = (one.last_success_at for one in answering)
    return min((one for one in successes if one is not None and one > since), default=NEVER)


def _signal(
    subject: str, is_out: bool, failing: list[str], down: Mapping[str, SourceHealth], at: datetime
) -> Signal:
    named = ", ".join(failing[:MOST_NAMED])
    named += f" and {len(failing) - MOST_NAMED} more" if len(failing) > MOST_NAMED else ""
    if not is_out:
        rest = f" Still failing: {named}." if failing else ""
        explained = AlertText(f"The sources answer again.{rest}")
        return program_signal(RULE, subject, at, Answer.QUIET, explained)
    first = min(down[name].stale_at for name in failing)
    newest = max((down[name] for name in failing), key=lambda one: one.last_attempt_at)
    said = f"{plural(len(failing), 'source')} do not answer ({named})."
    if at > first:
        said += f" First data stale since {local_time(first, NEW_YORK)}."
    explained = AlertText(
        headline=f"{said} Last problem: {newest.problem}",
        caveat="Check this machine's network and proxy first. Rules that need these sources have "
        "no data; their alerts neither open nor close.",
    )
    return program_signal(RULE, subject, at, Answer.FIRING, explained)
