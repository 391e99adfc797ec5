"""A record in words: what was known with the alert, and nothing that came later."""

from __future__ import annotations

from datetime import datetime

import pytest

from rules.point_in_time.panel import to_second
from rules.record.record import SERIES
from rules.record.score import Score
from rules.record.words import record_sentence, score_words
from tests.rules.record.test_record import END, custody, officials
from tests.support import history_of, utc

EARLIER = utc("2022-03-10 12:00")


def test_it_says_signs_a_plain_guess_and_the_correlation() -> None:
    panel = history_of([*custody(), *officials()], SERIES).as_of(END)
    assert record_sentence(panel, to_second(END), "custody") == (
        " Record of custody, change of the month: same sign as foreign officials' net purchases of "
        "Treasuries in 100% of 71 months since January 2020 (51% by always the same sign), "
        "r = 1.00."
    )


def test_an_alert_of_the_past_has_the_record_of_then_however_late_it_is_written_out() -> None:
    history = history_of([*custody(), *officials()], SERIES)
    then, later = (
        record_sentence(history.as_of(at), to_second(EARLIER), "custody") for at in (EARLIER, END)
    )
    assert then == later
    assert "in 100% of 24 months since January 2020" in then


@pytest.mark.parametrize("at", [END, utc("2019-12-01 00:00")])
def test_without_months_of_both_nothing_is_said(at: datetime) -> None:
    panel = history_of(custody(), SERIES).as_of(END)
    assert record_sentence(panel, to_second(at), "custody") == ""


def test_too_few_months_are_counted() -> None:
    few = Score(2, 1, 2, None, None, None, None, None, None)
    assert score_words(few, "TIC") == "no record yet: 2 months of both it and TIC"
