"""The six figures and their drawings, made once for the numbers that are stored."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerts.message.figure_table import figure_table
from alerts.message.message import Table
from monitor.views.read_model import ReadModel
from monitor.web.database_handle import MOST_INSTANTS
from monitor.web.etag import Tagged
from monitor.web.figure_document import figure_document
from monitor.web.stale_cache import StaleWhileRevalidate
from rules.figure import Figure
from rules.figures.figures import figures, read_series
from state.vintages import Vintages

# Text and axes, on a light ground and on a dark one.
INKS: Final = {"light": "#3d4a57", "dark": "#c3ced9"}


@dataclass(frozen=True)
class Drawn:
    """A figure with its table, its drawing in each ink, and its numbers for a chart."""

    figure: Figure
    table: Table | None
    svgs: Mapping[str, Tagged]
    numbers: Tagged


class FigureStore:
    """The figures of a site. Drawing takes a second or two, once a vintage; meanwhile who asks for
    a figure gets those before, and who asks for another page is not kept waiting."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Of each instant that is looked back to their own: those before would know too much.
        self._drawn: dict[datetime | None, StaleWhileRevalidate[Mapping[int, Drawn]]] = {}

    def drawn(self, reading: ReadModel, at: datetime) -> Mapping[int, Drawn]:
        """The figures as known at an instant, by their numbers."""
        version = id(reading), Vintages(reading.database).newest()

        def make() -> Mapping[int, Drawn]:
            found = figures(reading.known(read_series(), at))
            return {one.number: draw(one) for one in found}

        return self._of(reading.database.as_of).of(version, make)

    def _of(self, as_of: datetime | None) -> StaleWhileRevalidate[Mapping[int, Drawn]]:
        with self._lock:
            found = self._drawn.pop(as_of, None) or StaleWhileRevalidate()
            self._drawn[as_of] = found
            past = [one for one in self._drawn if one is not None]
            for old in past[:-MOST_INSTANTS]:
                del self._drawn[old]
            return found


def draw(figure: Figure) -> Drawn:
    """A figure in both inks; in none where nothing of it is known."""
    # matplotlib takes longer to load than a page may, and not every page has a figure.
    from alerts.message.charts import draw_figure

    svgs = {}
    has_numbers = any(len(one.days) for one in figure.lines)
    for name, ink in INKS.items() if has_numbers else ():
        svgs[name] = Tagged.of(draw_figure(figure, "svg", ink))
    table = figure_table(figure, f"Table of figure {figure.number}")
    return Drawn(figure, table, svgs, Tagged.packed_of(figure_document(figure)))
