"""An alert's chart as the numbers that a browser draws it from: a pane a plot, below each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from alerts.model import Transition
from monitor.web.series_document import as_json, gaps_of, written_as
from rules.figure import Line
from rules.plot import Plot

# The months shown at first, about as many periods as the alert's picture has.
MONTHS: Final = {"session": "6", "week": "12"}
USUAL_MONTHS: Final = "60"


def plot_document(plots: Sequence[Plot], transition: Transition, title: str) -> bytes:
    """The lines of all plots as `lines`, each with its `pane`, as `/api/series/ID.json` gives a
    series, and the alert itself as the one mark."""
    signal, after = transition.signal, transition.after
    frequency = plots[0].frequency if plots else ""
    return as_json(
        {
            "months": MONTHS.get(frequency, USUAL_MONTHS),
            "lines": [
                _line(plot, line, pane)
                for pane, plot in enumerate(plots)
                for line in plot.lines
                if len(line.days)
            ],
            "alerts": [
                {
                    "id": after.alert_id,
                    "title": title,
                    "severity": after.severity.label,
                    "period_end": signal.period_end.isoformat(),
                    "page": "",
                }
            ],
        }
    )


def _line(plot: Plot, line: Line, pane: int) -> dict[str, Any]:
    days = line.days.astype("datetime64[D]")
    return {
        "title": line.label or plot.title,
        "pane": pane,
        "levels": list(plot.levels),
        **written_as(plot.unit, plot.frequency, is_flow=plot.bars),
        "gaps": gaps_of(days),
        "periods": np.datetime_as_string(days).tolist(),
        "values": line.values.tolist(),
    }
