"""The digest's levels: each series with its changes, and the day's moves in one line."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from alerts.digest.level_table import LAGS, Level
from alerts.message.values import with_unit
from rules.model import Panel, to_date
from rules.wording import day, number, signed, usd_bn

# What a desk asks first, and the words it asks with.
HEADLINE: Final = {"spx": "S&P 500", "ust10y": "10-year", "dxy": "DXY"}


def level_line(panel: Panel) -> str:
    """`Thu 10 Apr 2025: S&P 500 5,268.05 (−3.5%), 10-year 4.40% (+6bp).`, and DXY.

    Each session is named where not all are of the same; empty where nothing is known.
    """
    said: dict[str, list[str]] = {}
    for series_id, name in HEADLINE.items():
        known = panel.frame[series_id].dropna() if series_id in panel.frame else pd.Series([])
        if known.empty:
            continue
        unit = panel.series[series_id].unit
        moved = _moved(known, 1, unit)
        level = f"{name} {_level(float(known.iloc[-1]), unit)}{f' ({moved})' if moved else ''}"
        said.setdefault(day(to_date(known.index.to_numpy()[-1])), []).append(level)
    return " ".join(f"{session}: {', '.join(levels)}." for session, levels in said.items())


def levels(panel: Panel, frequency: str) -> list[Level]:
    """The newest level of each series of a frequency; changes are in percent for an index, basis
    points for a yield, USD bn for amounts."""
    lags = LAGS[frequency]
    found = []
    for series_id in panel.frame.columns:
        known = panel.frame[series_id].dropna()
        if known.empty or panel.series[str(series_id)].frequency != frequency:
            continue
        series = panel.series[str(series_id)]
        found.append(
            Level(
                series_id=str(series_id),
                title=series.title,
                frequency=frequency,
                period_end=to_date(known.index.to_numpy()[-1]),
                value=_level(float(known.iloc[-1]), series.unit),
                changes=tuple(_moved(known, lag, series.unit) for lag in lags),
                course=tuple(known.iloc[-1 - max(lags) :].tolist()),
            )
        )
    return found


def _level(value: float, unit: str) -> str:
    if unit == "usd_mn":
        return usd_bn(value / 1000.0)
    if unit == "contracts":
        return with_unit(number(value), unit)
    return number(value, 2) + ("%" if unit == "pct" else "")


def change_over(known: pd.Series[float], lag: int, unit: str) -> tuple[float, str] | None:
    """The change of a series over some of its own periods, and the unit it is told in: percent for
    an index, USD bn for amounts, contracts for positions, basis points for yields; None where there
    are too few."""
    if len(known) <= lag:
        return None
    now, then = float(known.iloc[-1]), float(known.iloc[-1 - lag])
    if unit == "index":
        return 100.0 * (now / then - 1.0), "pct"
    if unit == "usd_mn":
        return (now - then) / 1000.0, "usd_bn"
    if unit == "contracts":
        return now - then, unit
    return float(np.round(100.0 * (now - then), 4)), "bp"


def _moved(known: pd.Series[float], lag: int, unit: str) -> str:
    found = change_over(known, lag, unit)
    if found is None:
        return ""
    digits = {"pct": 1, "usd_bn": 1, "bp": 0, "contracts": 0}[found[1]]
    return with_unit(signed(found[0], digits), found[1])
