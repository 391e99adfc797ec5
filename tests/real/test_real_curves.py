"""Real yields and breakevens of the files beside the project, where they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from monitor.ingest.validation import check_levels
from monitor.ingest.validation_sessions import check_sessions
from monitor.ingest.validation_values import implausible_values
from monitor.sources.treasury_real_curve import TreasuryRealCurve
from rules.markets.curve import CurveMove
from rules.model import to_date
from tests.support import Row, history_of, utc

SERIES = ("ust10y", "ust10y_real")


def closes(shared: Path, name: str) -> pd.Series[float]:
    table = pd.read_csv(shared / "market" / f"{name}.csv", parse_dates=["date"]).dropna()
    return pd.Series(table["value"].to_numpy(), index=pd.DatetimeIndex(table["date"]))


def test_every_real_yield_since_2003_is_plausible_and_of_a_session(shared: Path) -> None:
    source = TreasuryRealCurve()
    frame = pd.DataFrame({"ust10y_real": closes(shared, "DFII10")})
    check_levels(frame, "DFII10", source.describe)
    check_sessions(frame, "DFII10", source.calendar)
    nothing = pd.DataFrame(index=pd.DatetimeIndex([]), dtype="float64")
    assert not list(implausible_values(frame, "DFII10", source.describe, nothing))


def test_the_breakevens_of_messages_move_as_the_published_breakeven(shared: Path) -> None:
    nominal, real = closes(shared, "DGS10")["2024":], closes(shared, "DFII10")["2024":]
    published = closes(shared, "T10YIE").reindex(real.index)
    assert np.allclose(nominal.reindex(real.index) - real, published, atol=0.006)
    rows: list[Row] = [
        (name, to_date(day), utc(f"{to_date(day)} 22:15"), 1, float(value))
        for name, line in zip(SERIES, (nominal, real), strict=True)
        for day, value in zip(line.index.to_numpy(), line, strict=True)
    ]
    panel = history_of(rows, SERIES).as_of(utc("2026-09-01 12:00"))
    late = np.datetime64("2026-09-01T12:00:00")
    for place in range(1, len(real)):
        day = to_date(real.index.to_numpy()[place])
        ten = 100.0 * float(nominal.reindex(real.index).iloc[place - 1 : place + 1].diff().iloc[-1])
        moved = CurveMove.over(panel, day, late, round(ten, 4))
        assert moved.breakeven_bp is not None
        change = 100.0 * float(published.iloc[place] - published.iloc[place - 1])
        assert abs(moved.breakeven_bp - change) < 1.01
