"""The digest's two pictures: what markets did, and what foreigners bought and sold.

Loaded only where one is drawn, for the drawing library is slow to load.
"""

from __future__ import annotations

import io
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter, MonthLocator
from matplotlib.figure import Figure as Canvas

from alerts.message.charts import COLOURS, INK, STYLE, drawn_in
from alerts.message.sections import Image
from rules.figure import Line, line_of, newest_day, newest_month
from rules.model import Panel, type_time
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import own_table
from rules.wording import number, signed_usd_bn, usd_bn

SESSIONS: Final = 63
MONTHS: Final = 36
MARKETS: Final = {
    "spx": ("S&P 500", ""),
    "ust10y": ("10-year yield", "%"),
    "dxy": ("DXY", ""),
    "acm_tp10y": ("ACM term premium", "%"),
}
CUSTODY: Final = "custody_treasuries"

# One that is read on a telephone and stays below what a mail may weigh.
DPI: Final = 100
ROW_IN: Final = 1.75
LABELS: Final[dict[Any, Any]] = {
    "font.size": 9.5,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
}
BAR_DAYS: Final = 22.0

# A day and a number, oldest first.
Points = tuple[tuple[Hashable, float], ...]


def digest_charts(panel: Panel) -> tuple[Image, ...]:
    """The pictures of what is known; none where nothing is."""
    return tuple(image for image in (_markets(panel), _flows(panel)) if image is not None)


def _markets(panel: Panel) -> Image | None:
    """The last 63 sessions of each market series, a panel each."""
    lines, said = [], []
    for series_id, (name, unit) in MARKETS.items():
        known = panel.frame[series_id].dropna().iloc[-SESSIONS:]
        if len(known) < 2:
            continue
        last = f"{number(known.iloc[-1], 2)}{unit}"
        lines.append(line_of(f"{name}, {last}", known))
        said.append(f"{name} {last}, {number(known.min(), 2)} to {number(known.max(), 2)}")
    if not lines:
        return None
    described = f"{'; '.join(said)}."
    with drawn_in({**STYLE, **LABELS}):
        canvas, panels = _panels(len(lines))
        for axes, line, colour in zip(panels, lines, COLOURS, strict=False):
            axes.plot(line.days, line.values, color=colour, linewidth=1.4)
            axes.plot(line.days[-1:], line.values[-1:], ".", color=colour, markersize=7.0)
            _date_axis(axes, line.days)
            axes.set_title(line.label)
        return Image(f"Markets, {SESSIONS} sessions", described, _png(canvas))


def _flows(panel: Panel) -> Image | None:
    """All foreigners' net long-term transactions by month; beside them custody by week."""
    net = (own_table(panel, GRAND_TOTAL)["for_lt_treas_net"].dropna() / 1000.0).iloc[-MONTHS:]
    if net.empty:
        return None
    sold = int((net < 0).sum())
    described = (
        f"Foreign net long-term {signed_usd_bn(net.iloc[-1])} in {newest_month(net)}, "
        f"{signed_usd_bn(net.iloc[-12:].sum())} in {min(len(net), 12)} months; sales in {sold}."
    )
    held = panel.frame[CUSTODY].dropna() / 1000.0
    held = held[held.index >= net.index[0]]
    if len(held) >= 2:
        described += f" Custody {usd_bn(held.iloc[-1], 0)} on {newest_day(held)}."
    png = _flows_png(*(tuple(one.items()) for one in (net, held)))
    return Image(f"Who bought, {len(net)} months", described, png)


@lru_cache(maxsize=1)
def _flows_png(net: Points, held: Points) -> bytes:
    """Purchases by month, and custody by week where there is any; both change once a week, and are
    drawn anew only then."""
    with drawn_in({**STYLE, **LABELS}):
        canvas, panels = _panels(2 if len(held) >= 2 else 1)
        _bars(panels[0], _line("Foreign net purchases, $bn per month", net))
        if len(held) >= 2:
            axes, line = panels[1], _line("Fed custody, $bn", held)
            axes.plot(line.days, line.values, color=COLOURS[2], linewidth=1.4)
            _date_axis(axes, line.days)
            axes.set_title(line.label)
        return _png(canvas)


def _line(label: str, points: Points) -> Line:
    days, values = zip(*points, strict=True)
    return line_of(label, pd.Series(values, index=pd.DatetimeIndex(days)))


def _bars(axes: Axes, line: Line) -> None:
    colours = np.where(line.values < 0, COLOURS[1], COLOURS[0])
    axes.bar(line.days, line.values, width=-BAR_DAYS, align="edge", color=colours.tolist())
    axes.axhline(0.0, color=INK, linewidth=0.8)
    _date_axis(axes, line.days)
    axes.set_title(line.label)


def _panels(count: int) -> tuple[Canvas, Sequence[Axes]]:
    """A canvas of so many dressed axes, two beside each other."""
    rows, columns = -(-count // 2), min(count, 2)
    height = 0.2 + ROW_IN * rows
    canvas = Canvas(figsize=(7.0, height), dpi=DPI)
    panels = [canvas.add_subplot(rows, columns, place + 1) for place in range(count)]
    for axes in panels:
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.grid(visible=True, axis="y", alpha=0.25, linewidth=0.6)
    canvas.subplots_adjust(0.075, 0.42 / height, 0.985, 1.0 - 0.25 / height, 0.17, 0.48)
    return canvas, panels


def _date_axis(axes: Axes, days: type_time) -> None:
    """Ticks at firsts of months, some five at most, January among them; at the two ends where there
    is less than two months."""
    months = int((days[-1] - days[0]) / np.timedelta64(30, "D"))
    if months < 2:
        axes.set_xticks(days[[0, -1]])
        locator = axes.xaxis.get_major_locator()
    else:
        step = next((one for one in (1, 2, 3, 6) if months <= 5 * one), 12)
        locator = MonthLocator(bymonth=range(1, 13, step))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def _png(canvas: Canvas) -> bytes:
    """The ground is left clear, as the colours read on white and on near-black."""
    out = io.BytesIO()
    canvas.savefig(out, format="png", transparent=True, metadata={"Software": None})
    return out.getvalue()
