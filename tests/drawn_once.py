"""Charts of the same numbers drawn once, for tests in which many processes send the same alerts."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from alerts.message import alert_chart
from alerts.message.sections import Image
from rules.plot import Plot
from rules.terms import Severity


@contextmanager
def charts_drawn_once() -> Iterator[None]:
    """Inside it a chart is drawn only of what none was drawn of, by this process or, before it was
    forked, by the one it comes from."""
    draw, drawn = alert_chart.alert_chart, dict[bytes, Image | None]()

    def chart(
        plots: Sequence[Plot], period_end: date, severity: Severity, not_drawn: int = 0
    ) -> Image | None:
        name = pickle.dumps((plots, period_end, severity, not_drawn))
        if name not in drawn:
            drawn[name] = draw(plots, period_end, severity, not_drawn)
        return drawn[name]

    with patch.object(alert_chart, "alert_chart", chart):
        yield
