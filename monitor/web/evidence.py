"""Every number behind an alert, with the series and the vintage that it came from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.reading import Reading
from rules.model import Evidence, Signal
from state.origins import Origin, origins

# Stored in millions and told in billions.
SCALES: Final = {("usd_mn", "usd_bn"): 1000.0}
# A number made of more series than this names their datasets only.
MOST_NAMED: Final = 3
BETWEEN_SOURCES: Final = "; "


@dataclass(frozen=True)
class Row:
    """One piece of evidence and the stored numbers it was made from; `is_named`: it is known of
    which series, else only of which dataset."""

    evidence: Evidence
    origins: tuple[Origin, ...]
    is_named: bool


def rows(reading: Reading, signal: Signal) -> list[Row]:
    """The evidence of a signal, each with where it came from, as it was known then."""
    rule = next((one for one in reading.rules if one.rule_id == signal.rule_id), None)
    evidence = signal.explained.evidence
    if rule is None:
        return [Row(one, (), is_named=False) for one in evidence]
    stored = origins(
        reading.database,
        reading.stored_behind(rule.series),
        {one.period_end for one in evidence},
        signal.known_at,
    )
    return [_row(one, stored) for one in evidence]


def _row(evidence: Evidence, stored: Sequence[Origin]) -> Row:
    labels = evidence.source.split(BETWEEN_SOURCES)
    mine = [one for one in stored if one.source in labels and one.period_end == evidence.period_end]
    found = [one for one in mine if _is_it(evidence, one)] or mine
    if len(found) <= MOST_NAMED:
        return Row(evidence, tuple(found), is_named=True)
    by_dataset = {one.dataset: one for one in sorted(found, key=lambda one: one.known_at)}
    return Row(evidence, tuple(by_dataset.values()), is_named=False)


def _is_it(evidence: Evidence, origin: Origin) -> bool:
    """Whether a stored number is the very one that is told."""
    scale = SCALES.get((origin.unit, evidence.unit), 1.0 if origin.unit == evidence.unit else None)
    if scale is None or evidence.value is None:
        return False
    return math.isclose(origin.value / scale, evidence.value, rel_tol=1e-9)
