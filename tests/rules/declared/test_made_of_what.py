"""Made series of inputs that are re-estimated whole, in dispute, or far from anything before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from monitor.config.load import build
from rules.declared.made_series import MadeSeries
from rules.declared.making import with_made
from rules.model import SourceMismatch, Unchecked
from rules.point_in_time.panel import NEVER, to_second
from tests.rules.declared.test_making import (
    APRIL,
    END,
    FIRST,
    LAST,
    LATER,
    at,
    evening,
    made,
    versions,
)  # fmt: skip
from tests.support import Row, history_of

SUM: Final = {"sum": {"spx": 1, "dxy": -1}}


def series_of(block: dict[str, Any]) -> Mapping[str, MadeSeries]:
    """A made series as a configuration declares it."""
    return build({"series": {"mine": {"title": "m", "unit": "pct", **block}}}, {}, Path()).series


def test_a_dispute_about_an_input_is_about_it() -> None:
    numbers = [("spx", APRIL, FIRST, 5.0), ("dxy", APRIL, FIRST, 2.0)]
    series = series_of(SUM)
    stored = made("dxy", numbers, {})
    mismatch = SourceMismatch(
        "dxy", np.datetime64(APRIL), to_second(FIRST), NEVER, (2.0, 3.0), ("a", "b"), "index"
    )
    spx = made("spx", numbers, {})
    both = replace(
        stored,
        series_ids=("spx", "dxy"),
        series={**spx.series, **stored.series},
        column=np.array([0, 1]),
        period_end=np.concatenate((spx.period_end, stored.period_end)),
        known_at=np.concatenate((spx.known_at, stored.known_at)),
        vintage=np.concatenate((spx.vintage, stored.vintage)),
        value=np.concatenate((spx.value, stored.value)),
        origin=None,
    )
    found = with_made(replace(both, disputes=(mismatch,)), ("mine",), series)
    assert [one.series_id for one in found.disputes] == ["mine"]
    assert ("mine", APRIL) in found.as_of(END).disputes


def test_what_is_re_estimated_whole_is_not_added_to_what_is_not() -> None:
    both = history_of([("spx", APRIL, FIRST, 1, 5.0)], ("spx", "dxy"))
    whole = replace(both.series["dxy"], one_vintage=True)
    stored = replace(both, series={**both.series, "dxy": whole})
    expected = r"^series mine: expected inputs that are all re-estimated whole or none, got both"
    with pytest.raises(ValueError, match=expected):
        with_made(stored, ("mine",), series_of(SUM))


def test_a_sum_of_what_is_re_estimated_whole_stays_within_one_vintage() -> None:
    series = series_of({"sum": {"acm_y10y": 1, "acm_tp10y": -1}})
    rows: list[Row] = [
        ("acm_tp10y", APRIL, FIRST, 1, 1.0),
        ("acm_y10y", APRIL, FIRST, 1, 4.0),
        # Both vintages of May came at one instant.
        ("acm_tp10y", APRIL, LATER, 2, 2.0),
        ("acm_y10y", APRIL, LATER, 2, 5.0),
        ("acm_tp10y", APRIL, LATER, 3, 3.0),
        ("acm_y10y", APRIL, LATER, 3, 7.0),
        # Of the last only one is there.
        ("acm_tp10y", APRIL, LAST, 4, 9.0),
    ]
    found = with_made(history_of(rows, ("acm_tp10y", "acm_y10y")), ("mine",), series)
    assert versions(found) == [
        (APRIL, at(FIRST), 3.0),
        (APRIL, at(LATER), 3.0),
        (APRIL, at(LATER), 4.0),
    ]
    assert found.vintage.tolist() == [1, 2, 3]


@pytest.mark.parametrize(("title", "expected"), [("", "title of spx"), ("S&P 500", "S&P 500")])
def test_a_far_move_of_an_input_is_one_of_it_under_the_inputs_title(
    title: str, expected: str
) -> None:
    series = series_of(SUM)
    stored = history_of([("spx", APRIL, FIRST, 1, 5.0)], ("spx", "dxy"))
    move, other = (
        Unchecked(
            name, np.datetime64(APRIL), to_second(FIRST), NEVER, -9.5, is_relative=True, title=title
        )
        for name in ("spx", "vix")
    )
    found = with_made(replace(stored, unchecked=(move, other)), ("mine",), series)
    assert found.unchecked == (replace(move, series_id="mine", title=expected),)


def test_a_week_whose_last_number_is_in_dispute_has_none() -> None:
    series = series_of({"of": "spx", "every": "week"})
    rows: list[Row] = [
        ("spx", date(2025, 4, day), evening(f"04-{day:02}"), 1, float(day)) for day in (4, 10, 11)
    ]
    mismatch = SourceMismatch(
        "spx", np.datetime64("2025-04-11"), to_second(evening("04-11")), NEVER, (1.0, 2.0),
        ("a", "b"), "index",
    )  # fmt: skip
    stored = replace(history_of(rows, ("spx",)), disputes=(mismatch,))
    found = with_made(stored, ("mine",), series)
    assert versions(found) == [(date(2025, 4, 4), at(evening("04-04")), 4.0)]
