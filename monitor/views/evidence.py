"""Every number behind an alert, with the series and the vintage that it came from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.views.glance import Glance
from rules.model import Evidence, Signal
from state.provenance import Provenance, origins

# Stored in millions and told in billions.
SCALES: Final = {("usd_mn", "usd_bn"): 1000.0}
BETWEEN_SOURCES: Final = "; "


@dataclass(frozen=True)
class Row:
    """One piece of evidence and the stored numbers it was made from; of those whose series is not
    among `named` only the dataset is known."""

    evidence: Evidence
    origins: tuple[Provenance, ...]
    named: frozenset[str]


def rows(reading: Glance, signal: Signal) -> list[Row]:
    """The evidence of a signal, each with where it came from, as it was known then."""
    behind = reading.series_behind(signal.rule_id)
    evidence = signal.explained.evidence
    if behind is None:
        return [Row(one, (), frozenset()) for one in evidence]
    stored = origins(
        reading.database,
        behind,
        {one.period_end for one in evidence},
        signal.known_at,
    )
    return [row_of(one, stored) for one in evidence]


def row_of(evidence: Evidence, stored: Sequence[Provenance]) -> Row:
    """A piece of evidence with those of some stored numbers that it was made from."""
    mine = [one for one in stored if one.period_end == evidence.period_end]
    origins: list[Provenance] = []
    named: set[str] = set()
    for label in evidence.source.split(BETWEEN_SOURCES):
        found = _made_from(evidence, [one for one in mine if one.source == label])
        # One label may be of many series, as that of a table with countries.
        if len(found) == 1:
            named.add(found[0].series_id)
        by_dataset = {one.dataset: one for one in sorted(found, key=lambda one: one.known_at)}
        origins += by_dataset.values()
    return Row(evidence, tuple(origins), frozenset(named))


def _made_from(evidence: Evidence, labelled: Sequence[Provenance]) -> Sequence[Provenance]:
    """Those of one label that a number was made from: the very number, the series it is called
    after, or all of them where that is not known."""
    exact = [one for one in labelled if _is_it(evidence, one)]
    called = [one for one in labelled if evidence.label.startswith(one.title)]
    return exact or called or labelled


def _is_it(evidence: Evidence, origin: Provenance) -> bool:
    """Whether a stored number is the very one that is told."""
    scale = SCALES.get((origin.unit, evidence.unit), 1.0 if origin.unit == evidence.unit else None)
    if scale is None or evidence.value is None:
        return False
    return math.isclose(origin.value / scale, evidence.value, rel_tol=1e-9)
