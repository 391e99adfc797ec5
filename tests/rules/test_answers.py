"""What each rule answered, period by period, up to its first positive case."""

from __future__ import annotations

import numpy as np
import pytest
from syrupy.assertion import SnapshotAssertion

from monitor.config.plugins import rule_types
from rules.evaluation import Evaluations
from rules.terms import Severity
from tests.case_rows import positive_rows
from tests.support import judge, new_york

END = new_york("2025-06-30 23:00")
ANSWERS = {Evaluations.UNKNOWN: "unknown", Evaluations.QUIET: "quiet"} | {
    level: level.label for level in Severity
}
SHOWN = 24


def lines(judged: Evaluations) -> list[str]:
    """The last answers and all that fired among the last so many times four."""
    rows = np.arange(len(judged.severity))
    fired = (judged.severity > Evaluations.QUIET) & (rows >= len(rows) - 4 * SHOWN)
    return [
        f"{judged.period_end[row]} {ANSWERS[int(judged.severity[row])]}"
        f"{' provisional' if judged.provisional[row] else ''}"
        f"{' open' if judged.keeps_open[row] else ''}: "
        f"{judged.measure[row]:.4f} {judged.measure_unit}, "
        f"of its sizes {' '.join(f'{one:.4f}' for one in judged.ratios[row])}, "
        f"of a notice {'-' if judged.nearness is None else f'{judged.nearness[row]:.4f}'}, "
        f"known {judged.known_at[row]}"
        for row in rows[fired | (rows >= len(rows) - SHOWN)]
    ]


@pytest.mark.parametrize("rule_id", sorted(rule_types()))
def test_a_rules_answers_to_the_spring(rule_id: str, snapshot: SnapshotAssertion) -> None:
    rule = rule_types()[rule_id]()
    found = judge(rule, positive_rows(rule), END)
    assert {subject: lines(one) for subject, one in found.items()} == snapshot
