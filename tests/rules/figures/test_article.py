"""The article's count of joint selloffs, by its own convention."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rules.figures.article import SERIES, Count, article_counts, total_return
from rules.figures.prices import plain_counts
from tests.fifty_years import is_real, market
from tests.support import history_of, utc

AT = utc("2026-09-01 00:00")


def yields(*values: float, start: str = "2020-01-01", freq: str = "D") -> pd.Series[float]:
    return pd.Series(values, index=pd.date_range(start, periods=len(values), freq=freq))


def test_a_note_whose_yield_stands_still_earns_it() -> None:
    index = total_return(yields(*[4.0] * 366))
    assert index.iloc[-1] / index.iloc[0] == pytest.approx(1.02 ** (2 * 365 / 365.25), rel=1e-9)
    weekend = total_return(yields(4.0, 4.0, start="2020-01-03", freq="3D"))
    assert weekend.iloc[1] / weekend.iloc[0] == pytest.approx(1.02 ** (6 / 365.25), rel=1e-9)


def test_a_rise_of_a_basis_point_costs_about_the_duration() -> None:
    index = total_return(yields(4.0, 4.01))
    # A five-year par note at 4% has a modified duration of 4.49 years, and earns a day's interest.
    assert index.iloc[1] / index.iloc[0] - 1.0 == pytest.approx(-4.49e-4 + 0.04 / 365, abs=3e-6)


def _panel(first: str, days: int, ust5y: list[float]) -> object:
    index = [stamp.date() for stamp in pd.bdate_range(first, periods=days)]
    falling = [100.0 - 0.1 * place for place in range(days)]
    lines = {"spx": falling, "dxy": falling, "ust5y": ust5y}
    rows = [
        (name, day, utc(f"{day} 22:00"), 1, value)
        for name, line in lines.items()
        for day, value in zip(index, line, strict=True)
    ]
    return history_of(rows, SERIES).as_of(AT)


def test_before_july_1992_a_day_counts_only_at_the_end_of_a_month() -> None:
    rising = [5.0 + 0.05 * place for place in range(45)]
    for first, daily in (("1991-01-01", 2), ("1993-01-01", 44)):
        panel = _panel(first, 45, rising)
        found = article_counts(panel, pd.Timestamp(first), pd.bdate_range(first, periods=45)[-1])  # type: ignore[arg-type]
        assert found["daily"].joint == daily
        assert found["weekly"].joint <= found["weekly"].periods


def test_days_closed_keep_the_level_before_and_never_count() -> None:
    panel = _panel("1993-01-01", 10, [5.0 + 0.05 * place for place in range(10)])
    frame = panel.frame.drop(panel.frame.index[4])  # type: ignore[attr-defined]
    object.__setattr__(panel, "frame", frame)
    found = article_counts(panel, pd.Timestamp("1993-01-01"), pd.Timestamp("1993-01-14"))  # type: ignore[arg-type]
    assert found["daily"] == Count(joint=8, periods=9)


def test_a_share_of_nothing_is_not_a_number() -> None:
    assert np.isnan(Count(0, 0).pct)
    assert Count(5, 100).pct == 5.0


def test_on_the_real_figures_the_articles_table_comes_out() -> None:
    if not is_real():
        pytest.skip("the real files (../shared/data) are not here")
    files = (("spx", "SPX"), ("ust5y", "DGS5"), ("dxy", "DXY"), ("ust10y", "DGS10"))
    rows = [
        (name, stamp.date(), utc(f"{stamp.date()} 22:00"), 1, float(value))
        for name, known in ((name, market(file)["1972":]) for name, file in files)
        for stamp, value in zip(pd.DatetimeIndex(known.index), known, strict=True)
    ]
    panel = history_of(rows, (*SERIES, "ust10y")).as_of(AT)
    found = article_counts(panel)
    assert found["daily"].joint == pytest.approx(680, rel=0.06)
    assert found["weekly"].joint == pytest.approx(109, rel=0.06)
    assert found["monthly"].joint == pytest.approx(36, abs=3)
    plain = plain_counts(panel)
    assert plain["daily"].joint == 1278
    assert plain["daily"].periods == pytest.approx(13037, abs=1)
    assert plain["weekly"].joint == pytest.approx(240, abs=2)
    assert plain["monthly"].joint == pytest.approx(54, abs=1)
