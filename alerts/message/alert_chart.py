"""The chart of one alert: what its rule decided by, up to what was known when it was told.

It is drawn on white, unlike the figures. A mail or a chat shows a PNG on a ground of its own, light
or dark, without being asked, and no one ink reads on both; a white card reads on either, as a
printed page does, and what is forwarded or pasted takes its ground along. It is narrow, with its
plots below each other, so that a phone shows its letters at their size.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text as MplText
from matplotlib.ticker import Formatter, MaxNLocator

from alerts.message.charts import COLOURS, INKED, SEVERITY_COLOURS, STYLE, drawn_in
from alerts.message.sections import Image
from alerts.message.values import show
from rules.figure import Line
from rules.model import to_date
from rules.plot import Plot
from rules.terms import Severity
from rules.wording import day, month, number, plural

GROUND: Final = "#ffffff"
# On white a darker ink than the figures': 8 to 1 and more.
INK: Final = "#3b4754"
QUIET_BAR: Final = "#a9b4c0"
THRESHOLD: Final = "#5b6b7d"
# As letters the severities' colours are darker, 5 to 1 and more on white.
WORD_COLOURS: Final = {
    Severity.NOTICE: "#245a9c",
    Severity.WARNING: "#8f5700",
    Severity.CRITICAL: "#b01e26",
}
ON_WHITE: Final[dict[Any, Any]] = (
    STYLE | dict.fromkeys(INKED, INK) | {"font.size": 9.0, "axes.linewidth": 0.6}
)

WIDTH_IN: Final = 4.6
DPI: Final = 200
LEFT_IN, RIGHT_IN, FOOT_IN, HEAD_IN, GAP_IN = 0.62, 0.14, 0.28, 0.26, 0.16
KEYS_IN: Final = 0.24
# Beside the plots, where thresholds are written.
LEVELS_IN: Final = 0.34
# The height of a line of small words.
LABEL_IN: Final = 0.125
# Between a title and the value at the end of its line.
HEAD_GAP_PX: Final = 20.0
# One plot alone may be taller than one of several.
PLOT_IN, ALONE_IN = 1.05, 1.75
BAR_DAYS: Final = 22.0


def alert_chart(
    plots: Sequence[Plot], period_end: date, severity: Severity, not_drawn: int = 0
) -> Image | None:
    """The chart with its heading and what it shows in words; None where there is nothing to draw.
    `not_drawn`: how many more series the rule reads.

    The same plots make the same bytes.
    """
    if not plots:
        return None
    of_all = f", {len(plots)} of {len(plots) + not_drawn} series" if not_drawn else ""
    return Image(
        _heading(plots[0]) + of_all,
        described(plots, period_end),
        _png(plots, period_end, severity),
    )


def described(plots: Sequence[Plot], period_end: date) -> str:
    """What is seen, for those who do not see it."""
    return " ".join(_said(plot, period_end) for plot in plots)


def _heading(first: Plot) -> str:
    return f"The last {plural(first.span, first.frequency)}"


def _said(plot: Plot, period_end: date) -> str:
    line, *others = plot.shown(period_end)
    newest = to_date(line.days[-1])
    low, high = show(float(line.values.min()), plot.unit), show(float(line.values.max()), plot.unit)
    said = [f"{plot.title}: {_newest(line, plot)} {_when(plot, newest)}"]
    row = plot.judged_row(period_end)
    if row is not None and newest != period_end:
        said.append(f"{_judged(plot, row)} {_when(plot, period_end)}, the period evaluated")
    said.append(f"between {low} and {high} over {plural(len(line.days), plot.frequency)}")
    said += [f"{other.label} {_newest(other, plot)}" for other in others if len(other.days)]
    if plot.levels:
        limits = " and ".join(show(level, plot.unit) for level in plot.levels)
        said.append(f"threshold{'s' if len(plot.levels) > 1 else ''} {limits}")
    return "; ".join(said) + "."


def _newest(line: Line, plot: Plot) -> str:
    return show(float(line.values[-1]), plot.unit)


def _judged(plot: Plot, row: int) -> str:
    return show(float(plot.lines[0].values[row]), plot.unit)


def _when(plot: Plot, period: date) -> str:
    return f"in {month(period)}" if plot.frequency == "month" else f"on {day(period)}"


def _png(plots: Sequence[Plot], period_end: date, severity: Severity) -> bytes:
    with drawn_in(ON_WHITE):
        tall = ALONE_IN if len(plots) == 1 else PLOT_IN
        heads = [HEAD_IN + KEYS_IN * (len(plot.lines) > 1) for plot in plots]
        height = sum(heads) + (tall + GAP_IN) * len(plots) + FOOT_IN
        canvas = Canvas(figsize=(WIDTH_IN, height), facecolor=GROUND)
        FigureCanvasAgg(canvas)
        wide = WIDTH_IN - LEFT_IN - RIGHT_IN - LEVELS_IN * any(plot.levels for plot in plots)
        shown = [plot.shown(period_end) for plot in plots]
        days = np.concatenate([line.days for lines in shown for line in lines])
        top = height
        for plot, lines, head in zip(plots, shown, heads, strict=True):
            top -= GAP_IN + head + tall
            # Placed by hand: matplotlib's own layout would draw everything several times.
            axes = canvas.add_axes(
                (LEFT_IN / WIDTH_IN, top / height, wide / WIDTH_IN, tall / height)
            )
            _draw(axes, plot, lines, period_end, SEVERITY_COLOURS[severity])
            room = 24 if any(one.bars for one in plots) else 2
            axes.set_xlim(
                days.min() - np.timedelta64(room, "D"), days.max() + np.timedelta64(room, "D")
            )
            axes.tick_params(labelbottom=plot is plots[-1])
            _write_head(axes, plot, period_end, WORD_COLOURS[severity], wide, tall)
        out = io.BytesIO()
        canvas.savefig(out, format="png", dpi=DPI, facecolor=GROUND, metadata={"Software": None})
        return out.getvalue()


def _draw(axes: Axes, plot: Plot, lines: Sequence[Line], period_end: date, colour: str) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.grid(visible=True, axis="y", alpha=0.18, linewidth=0.6)
    axes.tick_params(length=0, labelsize=8.0)
    locator = AutoDateLocator(minticks=3, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(_Ticks())
    if plot.bars:
        _draw_bars(axes, lines[0], period_end, colour)
    else:
        _draw_lines(axes, plot, lines, period_end, colour)
    for level in plot.levels:
        axes.axhline(level, color=THRESHOLD, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1.5)
    _write_levels(axes, plot.levels)


def _write_levels(axes: Axes, levels: Sequence[float]) -> None:
    """The thresholds beside the plot, each at its line or as near to it as leaves it legible."""
    axes.get_ylim()  # which settles where a level stands
    place = -np.inf
    for level in sorted(levels):
        own = axes.transAxes.inverted().transform(axes.transData.transform((0.0, level)))[1]
        place = max(float(own), place + LABEL_IN * axes.figure.dpi / axes.bbox.height)
        axes.text(
            1.02,
            place,
            number(level, _digits(level)),
            transform=axes.transAxes,
            va="center",
            fontsize=8.0,
            color=THRESHOLD,
        )


def _draw_bars(axes: Axes, line: Line, period_end: date, colour: str) -> None:
    judged = line.days == np.datetime64(period_end)
    colours = [colour if one else QUIET_BAR for one in judged]
    # As one collection: fifty patches would take longer than all the rest of the chart.
    left, right = (date2num(line.days) + side * BAR_DAYS / 2.0 for side in (-1.0, 1.0))  # type: ignore[no-untyped-call]
    ground = np.zeros_like(line.values)
    corners = ((left, ground), (left, line.values), (right, line.values), (right, ground))
    bars = np.stack([np.column_stack(one) for one in corners], axis=1)
    drawn = PolyCollection(list(bars), facecolors=colours, linewidths=0.0, zorder=2)
    drawn.sticky_edges.y.append(0.0)  # no margin below the bars
    axes.xaxis_date()
    axes.add_collection(drawn)
    axes.autoscale_view()
    axes.axhline(0.0, color=INK, linewidth=0.8)


def _draw_lines(
    axes: Axes, plot: Plot, lines: Sequence[Line], period_end: date, colour: str
) -> None:
    first, *others = lines
    axes.plot(first.days, first.values, color=INK, linewidth=1.5, zorder=2.5)
    for other, shade in zip(others, COLOURS, strict=False):
        axes.plot(other.days, other.values, color=shade, linewidth=1.1)
    if any((line.values < 0).any() for line in lines):
        axes.axhline(0.0, color=INK, linewidth=0.8)
    rows = np.flatnonzero(first.days == np.datetime64(period_end))
    if len(rows):
        end = int(rows[0])
        span = slice(max(0, end - plot.over), end + 1)
        axes.plot(first.days[span], first.values[span], color=colour, linewidth=2.6, zorder=3)
        axes.plot(
            first.days[end],
            first.values[end],
            "o",
            color=colour,
            markersize=6,
            zorder=4,
            clip_on=False,
        )
        if plot.over == 1:
            axes.axvline(first.days[end], color=colour, alpha=0.35, linewidth=0.9, zorder=1)
        else:
            axes.axvspan(
                first.days[span][0], first.days[end], color=colour, alpha=0.09, linewidth=0
            )


def _write_head(
    axes: Axes, plot: Plot, period_end: date, colour: str, wide_in: float, tall_in: float
) -> None:
    """The title, the newest value, in colour where it is the one judged, and the lines' names."""
    line = plot.shown(period_end)[0]
    value = _newest(line, plot)
    is_judged = to_date(line.days[-1]) == period_end
    left, place = -(LEFT_IN - 0.1) / wide_in, 1.0 + (HEAD_IN - 0.19) / tall_in
    keys = axes.get_lines()[: len(plot.lines)] if len(plot.lines) > 1 else []
    place += KEYS_IN * bool(keys) / tall_in
    words: dict[str, Any] = {"transform": axes.transAxes, "va": "bottom", "fontweight": "bold"}
    shade = colour if is_judged else INK
    shown = axes.text(1.0, place, value, fontsize=10.5, color=shade, ha="right", **words)
    title = axes.text(left, place, plot.title, fontsize=9.0, **words)
    _shorten_before(title, shown)
    if keys:
        axes.legend(
            keys,
            [one.label for one in plot.lines],
            loc="lower left",
            bbox_to_anchor=(left, 1.03),
            ncols=len(keys),
            frameon=False,
            fontsize=8.0,
            borderaxespad=0.0,
            borderpad=0.0,
            handlelength=1.2,
            columnspacing=1.2,
        )


def _shorten_before(title: MplText, value: MplText) -> None:
    """Cut a title so that it ends before the value on its line, by the widths as they are drawn."""
    room = value.get_window_extent().x0 - HEAD_GAP_PX - title.get_window_extent().x0
    whole, length = title.get_text(), len(title.get_text())
    while length and title.get_window_extent().width > room:
        length -= 1
        title.set_text(f"{whole[:length].rstrip(' ,(')}…")


class _Ticks(Formatter):
    """Ticks as numbers are written everywhere else, all with the digits that one of them needs."""

    def __call__(self, value: float, pos: int | None = None) -> str:  # noqa: ARG002
        return number(value, _digits(value))

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        digits = max((_digits(value) for value in values), default=0)
        return [number(value, digits) for value in values]


def _digits(value: float) -> int:
    return next((d for d in (0, 1) if abs(value - round(value, d)) < 1e-9), 2)
