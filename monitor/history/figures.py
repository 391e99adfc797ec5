"""The article's six figures, drawn from what is stored: files to send around, and one page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.message.charts import draw_figure
from alerts.message.figure_table import figure_table
from alerts.message.gallery import Gallery, Picture, gallery_document
from alerts.message.values import local_time
from monitor.views.basis import HISTORY_REVISED
from rules.figure import Figure
from rules.figures.figures import figures, read_series

if TYPE_CHECKING:
    from monitor.views.read_model import ReadModel

ARTICLE = (
    "After \u201cAre Foreign Investors Really \u2018Dumping\u2019 US Treasury Bonds?\u201d, "
    "State Street Global Advisors, 2025: what it shows, and the same from the primary data stored "
    "here."
)


def write_figures(reading: ReadModel, folder: Path, at: datetime) -> Iterator[Path]:
    """Draw all six as known at an instant; each file as it is written, the page last."""
    folder.mkdir(parents=True, exist_ok=True)
    found = figures(reading.known(read_series(), at))
    pictures = []
    for figure in found:
        svg = draw_figure(figure, "svg")
        for form, drawn in (("svg", svg), ("png", draw_figure(figure, "png"))):
            path = folder / f"figure-{figure.number}.{form}"
            path.write_bytes(drawn)
            yield path
        pictures.append(_picture(figure, svg))
    page = Gallery(
        kicker="SIX FIGURES",
        title="Are foreigners dumping Treasuries? The article\u2019s figures, today",
        introduction=ARTICLE,
        pictures=tuple(pictures),
        footer=f"As known at {local_time(at, reading.config.desk.zone)}. {HISTORY_REVISED}",
    )
    path = folder / "index.html"
    path.write_text(gallery_document(page), encoding="utf-8")
    yield path


def _picture(figure: Figure, svg: bytes) -> Picture:
    paragraphs = [("The article:", figure.article), ("Today:", figure.today)]
    if figure.note:
        paragraphs.append(("The difference:", figure.note))
    return Picture(
        title=f"Figure {figure.number}. {figure.title}",
        svg=svg,
        described=f"{figure.title}, {figure.unit}. {figure.today}",
        paragraphs=(*paragraphs, ("Source:", f"{figure.source}.")),
        table=figure_table(figure),
    )
