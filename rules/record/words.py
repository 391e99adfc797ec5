"""A record in words, to stand beside the number that it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from rules.model import Panel, to_instant
from rules.record.record import ALL, EARLY, HOLDERS, NET, OFFICIALS, early_score
from rules.record.score import Score
from rules.tic.series_ids import TOTAL, tic_series
from rules.wording import month, number, plural

# Whose net purchases each early number is scored against in a sentence: custody is officials'.
SPEAKS_OF: Final = {"custody": OFFICIALS, "auctions": ALL, "positions": ALL}


def scored_by(early: str) -> str:
    """The series of those net purchases."""
    return tic_series(SPEAKS_OF[early], TOTAL)


def record_sentence(panel: Panel, at: np.datetime64, early: str) -> str:
    """` Record of custody: same sign as foreign officials' net purchases ... in 79% of 39 months
    ...`, of the months of both that were known by `at`; empty where there is no record yet."""
    code = SPEAKS_OF[early]
    score = early_score(_known_by(panel, at), early, code)
    if score.correlation is None:
        return ""
    later = f"{HOLDERS[code]}' {NET}"  # both holders that are asked for are many
    return f" Record of {EARLY[early].title}: {score_words(score, later)}."


def _known_by(panel: Panel, at: np.datetime64) -> Panel:
    """What of a panel was known by an earlier instant, as of then."""
    there = panel.known <= at
    return replace(
        panel,
        as_of=to_instant(at),
        value=np.where(there, panel.value, np.nan),
        known=np.where(there, panel.known, np.datetime64("NaT")),
    )


def score_words(score: Score, later: str) -> str:
    """`same sign as officials' net purchases in 79% of 39 months since February 2023 (59% by always
    the same sign), r = 0.66`; how many months there are where they are too few."""
    if score.correlation is None or score.first is None:
        return f"no record yet: {plural(score.count, 'month')} of both it and {later}"
    return (
        f"same sign as {later} in {number(score.same_sign_pct)}% of {plural(score.count, 'month')} "
        f"since {month(score.first)} ({number(score.one_sign_pct)}% by always the same sign), "
        f"r = {number(score.correlation, 2)}"
    )
