"""What a verdict and a digest do not read of a long history changes nothing that they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.digest.charts import digest_charts
from alerts.digest.level_table import LAGS
from alerts.digest.levels import level_line, levels
from monitor.config.load import build
from monitor.history.replay import chained
from monitor.views.read_model import ReadModel
from monitor.views.report import LEVELS
from rules.model import Panel
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import read_for
from rules.verdict.verdict import SERIES, first_periods, weigh
from state.database import Database
from tests.support import new_york

CONFIG = build({}, {}, Path())
# A crash and spring 2025; the first closes, after a holiday, and the end of what is stored.
INSTANTS = (
    "1987-10-20",
    "2025-04-10",
    *(
        pytest.param(one, marks=pytest.mark.slow)
        for one in ("1973-06-01", "2008-10-10", "2020-01-02", "2026-08-20")
    ),
)


@pytest.fixture(scope="module")
def database(fifty_years: Path) -> Iterator[Database]:
    found = Database(fifty_years, read_only=True)
    yield found
    found.close()


@pytest.mark.parametrize("day", INSTANTS)
def test_levels_and_charts_are_those_of_the_whole_history(database: Database, day: str) -> None:
    at = new_york(f"{day} 20:00")
    wanted = (*LEVELS, *read_for(GRAND_TOTAL))
    whole = chained(CONFIG, database).history(wanted, at, at).as_of(at)
    read = ReadModel(CONFIG, database).report.levels(at)
    assert len(read.days) <= len(whole.days)
    assert _said(read) == _said(whole)


def _said(panel: Panel) -> tuple[object, ...]:
    tables = [levels(panel, frequency) for frequency in LAGS]
    return tables, level_line(panel), digest_charts(panel)


@pytest.mark.parametrize("day", INSTANTS)
def test_a_verdict_is_that_of_the_whole_history(database: Database, day: str) -> None:
    at = new_york(f"{day} 20:00")
    known = chained(CONFIG, database)
    whole, read = (
        known.history(SERIES, at, at, first).as_of(at) for first in (None, first_periods(at.date()))
    )
    assert weigh(read, CONFIG.verdict, ()) == weigh(whole, CONFIG.verdict, ())
    # Closes are cut, and what has a number a month is not.
    assert read.frame["spx"].count() < 530  # weekdays of two years
    assert read.frame[SERIES[-1]].count() == whole.frame[SERIES[-1]].count()
