"""A figure as the numbers that a chart in the browser is drawn from."""

from __future__ import annotations

from typing import Final

import numpy as np

from monitor.web.series_document import as_json, gaps_of
from rules.figure import Figure, on_common_days
from rules.model import type_time

# Periods further apart than these many days are named by month, and by year.
MONTHS_FROM_DAYS: Final = 20
YEARS_FROM_DAYS: Final = 300
# What stands before and after a number of a figure, and its digits after the point.
WRITTEN: Final = {
    "USD trn": ("$", "trn", 1),
    "USD bn": ("$", "bn", 0),
    "sessions a year": ("", "", 0),
    "correlation": ("", "", 2),
}
PERCENT: Final = ("", "%", 1)
PERCENT_OF_YIELD: Final = ("", "%", 2)
DRAWN_AS: Final = {"lines": "line", "bars": "bars", "stack": "stack"}


def figure_document(figure: Figure) -> bytes:
    """The lines of a figure as `lines`, each as `/api/series/ID.json` gives a series."""
    known = [one for one in figure.lines if len(one.days)]
    lines = on_common_days(known) if figure.kind == "stack" else known
    before, after, digits = _written(figure.unit)
    return as_json(
        {
            "figure": figure.number,
            "title": figure.title,
            "unit": figure.unit,
            "source": figure.source,
            "lines": [
                {
                    "title": one.label,
                    "before": before,
                    "after": after,
                    "digits": digits,
                    # A change between two numbers of a model or a count says little.
                    "change": "",
                    "drawn_as": DRAWN_AS[figure.kind],
                    "steps": _steps(one.days),
                    "gaps": gaps_of(one.days),
                    "periods": np.datetime_as_string(one.days.astype("datetime64[D]")).tolist(),
                    "values": one.values.tolist(),
                    # Places of periods that are not whole.
                    "partial": [at for at, is_part in enumerate(figure.partial) if is_part],
                }
                for one in lines
            ],
        }
    )


def _written(unit: str) -> tuple[str, str, int]:
    if unit in WRITTEN:
        return WRITTEN[unit]
    if "%" not in unit:
        raise ValueError(f"figure unit {unit!r}: say in figure_document.py how it is written")
    return PERCENT if unit.startswith("%") else PERCENT_OF_YIELD


def _steps(days: type_time) -> str:
    apart = (
        np.median(np.diff(days.astype("datetime64[D]").astype(np.int64))) if days[1:].size else 0
    )
    if apart > YEARS_FROM_DAYS:
        return "years"
    return "months" if apart > MONTHS_FROM_DAYS else "days"
