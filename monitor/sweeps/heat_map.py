"""Alerts a year over two varied settings, as a picture or a page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Rectangle

from alerts.message.charts import INK, STYLE, Format, drawn_in, picture_bytes
from alerts.message.gallery import Gallery, Picture, gallery_document
from alerts.message.sections import Table
from monitor.errors import HavenwatchError
from monitor.sweeps.plan import SweptLine
from monitor.whole_file import whole_file
from rules.model import type_float
from rules.terms import Severity
from rules.tic.areas import area_name
from rules.wording import number, plural

FORMS: Final = (".png", ".html")
AREA: Final = "area"
# Lighter is quieter; it reads in grey and by those who do not see all colours.
COLOURS: Final = "Blues"
# From this share of the largest rate on the ground is dark, and the number on it white.
DARK_FROM: Final = 0.55
WIDTH_IN: Final = 7.6
# More columns than this have no room for their numbers.
MOST_NUMBERED: Final = 16


@dataclass(frozen=True)
class HeatMap:
    """Alerts a year of a rule: a row a value of `down`, a column a value of `across`; `is_set` the
    cell in force, None where none is."""

    title: str
    down: str
    across: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    rates: type_float
    is_set: tuple[int, int] | None

    @classmethod
    def of(cls, lines: Sequence[SweptLine]) -> HeatMap:
        """The map of a sweep of one rule over two settings, or over one for each area. Raises
        HavenwatchError for another."""
        axes = list(dict.fromkeys(name for one in lines for name in _places(one)))
        rules = {one.configuration.rule_id for one in lines}
        if len(axes) != 2 or len(rules) > 1 or any(len(_places(one)) != 2 for one in lines):
            raise HavenwatchError(
                "tune --heat-map",
                expected="one rule with two varied settings, or --areas with one",
                got=f"{plural(len(rules), 'rule')} with {plural(len(axes), 'setting')}",
                remedy="name two: --vary SETTING=V1,V2 --vary OTHER=V1,V2",
            )
        down, across = axes
        rows, columns = (
            list(dict.fromkeys(_places(one)[axis] for one in lines)) for axis in (down, across)
        )
        rates, is_set = np.full((len(rows), len(columns)), np.nan), None
        for one in lines:
            cell = rows.index(_places(one)[down]), columns.index(_places(one)[across])
            rates[cell] = sum(map(one.rate.a_year, Severity))
            is_set = cell if one.is_set and down != AREA else is_set
        title = "Net sales by area" if down == AREA else lines[0].rate.title
        return cls(title, down, across, tuple(rows), tuple(columns), rates, is_set)


def write_heat_map(lines: Sequence[SweptLine], path: Path) -> None:
    """Write the map as PNG or as a page, by how the file's name ends. Raises HavenwatchError."""
    refuse_other_form(path)
    found = HeatMap.of(lines)
    is_page = path.suffix.lower() == ".html"
    content = heat_map_page(found).encode() if is_page else draw_heat_map(found, "png")
    with whole_file(path, "tune --heat-map") as file:
        file.write(content)


def refuse_other_form(path: Path) -> None:
    """Raise HavenwatchError for a file whose name ends otherwise."""
    if path.suffix.lower() not in FORMS:
        raise HavenwatchError(
            "tune --heat-map",
            expected=f"a name that ends in {' or '.join(FORMS)}",
            got=path.name,
            remedy="the ending says the format",
        )


def draw_heat_map(found: HeatMap, form: Format) -> bytes:
    """The map as SVG or PNG: a number a cell, and a frame around the setting in force."""
    with drawn_in(STYLE):
        canvas = Canvas(figsize=(WIDTH_IN, 1.3 + 0.34 * len(found.rows)), layout="constrained")
        axes = canvas.add_subplot()
        largest = max(float(np.nanmax(found.rates, initial=0.0)), 1e-9)
        axes.imshow(found.rates, cmap=mpl.colormaps[COLOURS], vmin=0.0, vmax=largest, aspect="auto")
        axes.set_xticks(range(len(found.columns)), labels=found.columns)
        axes.set_yticks(range(len(found.rows)), labels=found.rows)
        axes.set_xlabel(found.across)
        axes.set_ylabel("" if found.down == AREA else found.down)
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)
        if len(found.columns) <= MOST_NUMBERED:
            for (row, column), rate in np.ndenumerate(found.rates):
                ink = "white" if rate > DARK_FROM * largest else "#24303d"
                said = "no data" if math.isnan(rate) else number(rate, 1)
                ink = INK if math.isnan(rate) else ink
                axes.text(column, row, said, ha="center", va="center", color=ink)
        if found.is_set is not None:
            row, column = found.is_set
            corner = (column - 0.48, row - 0.46)
            axes.add_patch(
                Rectangle(corner, 0.96, 0.92, fill=False, edgecolor="#d55e00", linewidth=2.2)
            )
        framed = "; framed: the current setting" if found.is_set is not None else ""
        axes.set_title(f"{found.title}: alerts per year{framed}", loc="left", fontsize=10.5)
        return picture_bytes(canvas, form)


def heat_map_page(found: HeatMap) -> str:
    """The map as a page, with its numbers as a table."""
    cells = found.rates[~np.isnan(found.rates)]
    span = f"{number(cells.min(), 1)} to {number(cells.max(), 1)}" if len(cells) else "no data"
    what = AREA if found.down == AREA else found.down
    described = f"{found.title}: alerts per year by {what} and {found.across}, {span}."
    rows = tuple(
        (name, *("" if math.isnan(rate) else number(rate, 1) for rate in rates))
        for name, rates in zip(found.rows, found.rates, strict=True)
    )
    picture = Picture(described, draw_heat_map(found, "svg"), described)
    return gallery_document(
        Gallery(
            kicker="SWEEP",
            title=f"{found.title}: alerts per year",
            introduction=described,
            pictures=(picture,),
            footer="Counted on stored history by havenwatch tune.",
            tables=(
                Table(f"{what} down, {found.across} across", (what, *found.columns),
                      "l" + "r" * len(found.columns), rows),
            ),
        )
    )  # fmt: skip


def _places(line: SweptLine) -> dict[str, str]:
    """The value of each axis: the area where there is one, and each setting."""
    one = line.configuration
    area = {AREA: area_name(one.area)} if one.area else {}
    return {**area, **{name: f"{value:g}" for name, value in one.changes.items()}}
