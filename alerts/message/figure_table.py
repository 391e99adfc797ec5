"""The table that stands below a figure."""

from __future__ import annotations

from alerts.message.sections import Table
from rules.figure import Figure


def figure_table(figure: Figure, heading: str = "") -> Table | None:
    """Its first column text and the others numbers; None where a figure has none."""
    if not figure.table:
        return None
    header, *rows = figure.table
    return Table(heading, header, "l" + "r" * (len(header) - 1), tuple(rows))
