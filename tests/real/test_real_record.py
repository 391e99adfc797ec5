"""The track record on the real figures: custody, Japan's weeks and the baskets."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from monitor.config.load import build
from monitor.views.read_model import ReadModel
from rules.point_in_time.panel import History, to_second
from rules.record.record import Line
from rules.verdict.line_record import SERIES, record_as_of
from rules.verdict.rule import VerdictRule
from state.database import Database
from tests.slow import quick_where
from tests.support import utc

AT = utc("2026-08-21 04:00")
FIRST = utc("2006-01-01 00:00")
RULE = VerdictRule()
# CI takes the first part.
TRUNCATIONS, PARTS = 500, 50


@pytest.fixture(scope="module")
def lines(database: Path) -> dict[tuple[str, str, str], Line]:
    reading = ReadModel(build({}, {}, Path()), Database(database, read_only=True))
    return {(one.early, one.later, one.span): one for one in reading.record(AT).lines}


@pytest.mark.parametrize(
    ("early", "later", "span", "count", "same_sign_pct", "r"),
    [
        ("custody", "officials", "all", 39, 79, 0.66),
        ("custody", "foreigners", "all", 39, 54, 0.22),
        ("verdict", "foreigners", "all", 35, 83, 0.12),
        ("japan_weeks", "japan_long_term", "2005 to 2013", 107, None, 0.42),
        ("japan_weeks", "japan_long_term", "2014 to 2022", 108, None, 0.28),
        ("japan_weeks", "japan_long_term", "since 2023-02", 39, None, -0.04),
        ("boc.usd_basket", "dxy", "all", 1114, 86, 0.88),
        ("usd_basket", "dxy", "all", 6830, 65, 0.49),
    ],
)
def test_what_is_known_of_each_early_number_comes_out(
    lines: dict[tuple[str, str, str], Line],
    early: str,
    later: str,
    span: str,
    count: int,
    same_sign_pct: int | None,
    r: float,
) -> None:
    found = lines[early, later, span].score
    assert found.count == count
    assert found.correlation is not None
    assert round(found.correlation, 2) == r
    assert same_sign_pct in (None, round(found.same_sign_pct))
    assert found.correlation_low is not None
    assert found.correlation_high is not None
    assert found.correlation_low < found.correlation < found.correlation_high


@pytest.fixture(scope="module")
def history(database: Path) -> History:
    reading = ReadModel(build({}, {}, Path()), Database(database, read_only=True))
    return reading.archive.history(SERIES, AT)


@pytest.mark.parametrize(
    "part", quick_where(lambda _: False, range(PARTS), in_ci=lambda part: part == 0)
)
def test_no_truncation_of_history_changes_the_record_or_an_estimate(
    history: History, part: int
) -> None:
    chance = random.Random(part)
    for _ in range(TRUNCATIONS // PARTS):
        moment = FIRST + chance.random() * (AT - FIRST)
        moment = moment.replace(microsecond=0)
        cut = _until(history, moment)
        assert record_as_of(cut, moment, RULE) == record_as_of(history, moment, RULE)


def _until(history: History, moment: datetime) -> History:
    """What had come by an instant, and no dispute that began later."""
    at = to_second(moment)
    there = history.known_at <= at
    return replace(
        history,
        column=history.column[there],
        period_end=history.period_end[there],
        known_at=history.known_at[there],
        vintage=history.vintage[there],
        value=history.value[there],
        origin=None if history.origin is None else history.origin[there],
        disputes=tuple(one for one in history.disputes if one.since <= at),
        unchecked=tuple(one for one in history.unchecked if one.since <= at),
    )
