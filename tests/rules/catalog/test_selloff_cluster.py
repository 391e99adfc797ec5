"""Clusters of joint selloffs where a close is in dispute, where the history is short, and when one
closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rules.catalog.selloff_cluster import SelloffCluster
from rules.evaluation import Evaluations
from rules.model import SourceMismatch
from rules.point_in_time.panel import NEVER
from tests.rules.verdict.verdict_figures import rows, weekdays
from tests.support import history_of, new_york

END = new_york("2025-06-30 23:00")
COUNT = 120
DAYS = weekdays(COUNT)
LAST = COUNT - 1


def judged(fell: Sequence[int], disputed: Sequence[int] = (), count: int = COUNT) -> Evaluations:
    """The answers over calm sessions of which some are joint selloffs, with the dollar's close of
    some in dispute."""
    is_fall = np.isin(np.arange(COUNT), fell)
    calm = 0.1 * (-1.0) ** np.arange(COUNT)
    spx, ust, dxy = (np.cumsum(np.where(is_fall, 2.0, one)) for one in (calm, calm, -calm))
    days = DAYS[-count:]
    found = [
        *rows("spx", days, (1000.0 - spx)[-count:]),
        *rows("ust10y", days, (4.0 + ust / 50.0)[-count:]),
        *rows("dxy", days, (100.0 - dxy / 10.0)[-count:]),
    ]
    apart = [
        SourceMismatch(
            "dxy",
            np.datetime64(DAYS[row]),
            np.datetime64(f"{DAYS[row]}T22:00:00"),
            NEVER,
            (99.0, 101.0),
            ("ICE", "a vendor"),
            "index",
        )
        for row in disputed
    ]
    history = replace(history_of(found, SelloffCluster().series), disputes=tuple(apart))
    (answers,) = SelloffCluster().judge(history.as_of(END))
    return answers


@pytest.mark.parametrize(
    ("fell", "disputed", "severity"),
    [
        ((110, 114), (), 0),
        ((110, 114), (117,), -1),  # one more would open it
        ((110,), (117,), -1),  # its close is disputed, and so is the move from it: two more would
        ((), (117,), 0),
        ((110, 114), (108,), 0),  # both of its sessions are out of the window
        ((110, 112, 114), (117,), 1),  # three fell, whatever the disputed one did
        ((110, 112, 114, 116), (), 2),
        ((110, 112, 114, 116, 118), (), 3),
    ],
)
def test_a_disputed_close_leaves_it_open_only_where_it_could_decide(
    fell: tuple[int, ...], disputed: tuple[int, ...], severity: int
) -> None:
    answers = judged(fell, disputed)
    assert answers.severity[LAST] == severity
    assert answers.measure_unit == "count"


def test_an_unknown_answer_names_the_dispute_or_the_short_history() -> None:
    disputed = judged((110, 114), (117,))
    begins = f"No data for the 10 sessions to {DAYS[LAST]:%a} {DAYS[LAST].day} "
    said = disputed.explain(LAST).headline
    assert said.startswith(begins)
    assert said.endswith(
        "2025: two sources disagree on Wed 18 Jun 2025: 99.00 (ICE) and 101.00 (a vendor)."
    )
    young = judged((), count=5)
    assert young.severity.tolist() == [-1] * 5
    assert young.explain(4).headline.endswith("2025: fewer than 10 sessions are stored.")


def test_it_stays_open_until_one_or_none_is_left_in_the_window() -> None:
    answers = judged((100, 102, 104))
    # The window of ten sessions to row 109 begins with row 100.
    assert [bool(answers.keeps_open[row]) for row in (103, 109, 110, 111, 112)] == [
        True, True, True, True, False]  # fmt: skip
    assert [int(answers.measure[row]) for row in (104, 109, 110, 111, 112, 114)] == [
        3, 3, 2, 2, 1, 0]  # fmt: skip


def test_the_sessions_that_count_are_named_with_their_size() -> None:
    text = judged((80, 110, 112, 114)).explain(114)
    named = text.unusual.split(": ")[1].split(". ")[0]
    assert [one.split(" (")[0] for one in named.split(", ")] == [
        f"{DAYS[row]:%a} {DAYS[row].day} {DAYS[row]:%b %Y}" for row in (110, 112, 114)
    ]
    found = {one.label: one.value for one in text.evidence}
    assert found["Joint selloffs in 63 sessions"] == 4  # of which the first is no part of it
