"""The six figures and their drawings, each made once for the numbers that are stored."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from alerts.message.figure_table import figure_table
from alerts.message.sections import Table
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
    """A figure with its table and its numbers for a chart; drawn in an ink when that is asked for
    first, which takes longer than all else of it."""

    figure: Figure
    table: Table | None
    numbers: Tagged
    _svgs: dict[str, Tagged] = field(default_factory=dict, repr=False)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def has_numbers(self) -> bool:
        """Whether there is anything to draw."""
        return any(len(one.days) for one in self.figure.lines)

    def svg(self, ink: str) -> Tagged:
        """The drawing in one of the inks."""
        # matplotlib takes longer to load than a page may, and not every page has a figure.
        from alerts.message.charts import draw_figure

        with self._one_at_a_time:
            if ink not in self._svgs:
                self._svgs[ink] = Tagged.of(draw_figure(self.figure, "svg", INKS[ink]))
            return self._svgs[ink]


class FigureStore:
    """The figures of a site. Making them takes a second, once a vintage; meanwhile who asks for a
    figure gets those before, and who asks for another page is not kept waiting."""

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
    """A figure as a page shows it."""
    table = figure_table(figure, f"Table of figure {figure.number}")
    return Drawn(figure, table, Tagged.packed_of(figure_document(figure)))
