"""The dollar without DXY: the Bank of Canada's figures, and what is said of each basket."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from monitor.ingest.validation_sessions import check_sessions
from monitor.sources.boc import Boc
from rules.evaluation import Evaluations
from rules.markets.legs import AVERAGE, DollarSource
from rules.shared.dollar_leg import ACCURACY
from tests.bench_evening import ALL, AT, LATELY, score
from tests.fifty_years import boc_body, market


@pytest.mark.usefixtures("shared")
def test_the_banks_history_parses_whole_on_days_of_its_calendar() -> None:
    found = Boc().parse(boc_body(), AT)
    assert len(found) == 1135
    assert found.notna().all().all()
    check_sessions(found, "boc", Boc.calendar)


@pytest.mark.usefixtures("shared")
def test_its_basket_is_nearer_to_dxy_than_the_fix() -> None:
    basket = Boc().parse(boc_body(), AT)[AVERAGE]
    both = pd.concat([basket, market("DXY")], axis=1, join="inner", keys=["basket", "dxy"])
    gap = 100 * (both["basket"] / both["dxy"] - 1).abs()
    assert gap.mean() == pytest.approx(0.09, abs=0.005)
    assert gap.max() < 0.7
    moves = both.apply(np.log).diff().dropna()
    assert moves["basket"].corr(moves["dxy"]) == pytest.approx(0.88, abs=0.01)


@pytest.mark.parametrize(
    ("basis", "years"),
    [
        (DollarSource.DAY_AVERAGE, LATELY),
        (DollarSource.SAME_DAY_FIX, ALL),
        (DollarSource.TWO_FIX_SPAN, ALL),
    ],
)
def test_what_a_message_says_of_a_basket_is_what_is_measured(
    shared: Path, basis: DollarSource, years: tuple[str, str]
) -> None:
    assert shared.is_dir()
    found = score(basis, *years, Evaluations.QUIET)
    measured = [round(100 * one) for one in (found.sign, found.precision, found.recall)]
    said = ACCURACY[basis]
    assert measured == [said.sign_pct, said.precision_pct, said.recall_pct]


@pytest.mark.usefixtures("shared")
def test_falls_of_any_size_are_found_as_the_documents_say() -> None:
    found = score(DollarSource.DAY_AVERAGE, *LATELY, None)
    assert (round(found.precision, 2), round(found.recall, 2)) == (0.85, 0.89)
