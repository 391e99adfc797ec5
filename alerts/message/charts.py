"""Charts as bytes, by matplotlib: the field's own drawing library, loaded only where one is drawn.

Text and axes are a grey that reads on white and on near-black and the ground is left clear, so that
one picture serves a light page and a dark one.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from rules.figure import Figure, Line, on_common_days, parts_of
from rules.terms import Severity

INK: Final = "#6f8093"
# Told apart by those who do not see all colours (Okabe and Ito).
COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
SEVERITY_COLOURS: Final = {
    Severity.NOTICE: "#2f6fbd",
    Severity.WARNING: "#d98a0b",
    Severity.CRITICAL: "#c4262e",
}
# The settings of everything that is drawn in ink.
INKED: Final = (
    "text.color",
    "axes.edgecolor",
    "axes.labelcolor",
    "xtick.color",
    "ytick.color",
    "grid.color",
)
STYLE: Final[dict[Any, Any]] = dict.fromkeys(INKED, INK) | {
    "font.family": "sans-serif",
    "font.size": 10.5,
    # At the top, where there are no ticks it would have to avoid: looking for them takes a tenth of
    # the drawing.
    "axes.titley": 1.0,
    "svg.fonttype": "none",
    # The same numbers make the same file.
    "svg.hashsalt": "havenwatch",
}

# So few years are named one by one.
FEW_YEARS: Final = 12

Format = Literal["svg", "png"]

# Channels, pages and the digest draw in threads of their own.
_ONE_AT_A_TIME: Final = threading.Lock()


@contextmanager
def drawn_in(settings: Mapping[Any, Any]) -> Iterator[None]:
    """Inside it matplotlib draws by these settings, and nobody else does: there is one set of them
    for all threads, and who leaves first would take the other's away."""
    with _ONE_AT_A_TIME, mpl.rc_context(dict(settings)):
        yield


def draw_figure(figure: Figure, form: Format, ink: str = INK) -> bytes:
    """A figure as SVG or PNG, its text and axes in an ink."""
    with drawn_in(STYLE | dict.fromkeys(INKED, ink)):
        canvas, axes = _blank(3.4)
        lines = [line for line in figure.lines if len(line.days)]
        if figure.kind == "stack" and lines:
            layers = on_common_days(lines)
            days = layers[0].days
            for part in parts_of(days):
                # A stack ends where data are missing; its names stand once.
                labels = [one.label if part.start == 0 else "_" for one in lines]
                found = [layer.values[part] for layer in layers]
                axes.stackplot(days[part], found, labels=labels, colors=COLOURS)
        elif figure.kind == "bars" and lines:
            _draw_years(axes, figure, lines[0])
        else:
            for line, colour in zip(lines, COLOURS, strict=False):
                for part in parts_of(line.days):
                    # A line ends where data are missing; its name stands once.
                    label = line.label if part.start == 0 else "_"
                    axes.plot(
                        line.days[part], line.values[part], label=label, color=colour, linewidth=1.1
                    )
        if any((one.values < 0).any() for one in lines):
            axes.axhline(0.0, color=ink, linewidth=0.8)
        axes.set_ylabel(figure.unit)
        if not lines:
            axes.set_axis_off()
            axes.text(0.5, 0.5, "nothing stored to draw", ha="center", transform=axes.transAxes)
        if len(lines) > 1 and figure.kind != "bars":
            axes.legend(frameon=False, loc="upper left", ncols=2, bbox_to_anchor=(0.0, 1.18))
        return picture_bytes(canvas, form)


def _draw_years(axes: Axes, figure: Figure, line: Line) -> None:
    """A bar a year, hatched and named as part of one where it is not whole."""
    bars = axes.bar(line.days, line.values, width=300.0, align="edge", color=COLOURS[0])
    for bar, is_partial in zip(bars, figure.partial, strict=False):
        if is_partial:
            bar.set(hatch="///", fill=False, edgecolor=COLOURS[0])
    if len(line.days) <= FEW_YEARS:
        names = [f"{one.astype('datetime64[Y]')}" for one in line.days]
        parts = figure.partial or (False,) * len(names)
        axes.set_xticks(
            [date2num(one.item()) + 150.0 for one in line.days],  # type: ignore[no-untyped-call]
            labels=[f"{name}, part" if it else name for name, it in zip(names, parts, strict=True)],
        )
    elif any(figure.partial):
        axes.annotate("hatched: part of a year", (1.0, 1.02), xycoords="axes fraction", ha="right")


def draw_timeline(
    alerts: Mapping[str, Sequence[tuple[date, Severity]]],
    first: date,
    last: date,
    form: Format,
) -> bytes:
    """Rules down, time across, a mark an alert in the colour of its severity."""
    with drawn_in(STYLE):
        canvas, axes = _blank(0.8 + 0.32 * len(alerts))
        for place, found in enumerate(reversed(list(alerts.values()))):
            for severity in Severity:
                days = [day for day, worst in found if worst is severity]
                axes.vlines(
                    np.array(days, dtype="datetime64[D]"),
                    place - 0.12 * severity,
                    place + 0.12 * severity,
                    colors=SEVERITY_COLOURS[severity],
                    linewidth=0.9,
                )
        axes.set_yticks(range(len(alerts)), labels=list(reversed(list(alerts))))
        span = [date2num(day) for day in (first, last)]  # type: ignore[no-untyped-call]
        axes.set_xlim(span[0], span[1])
        axes.set_ylim(-0.6, len(alerts) - 0.4)
        axes.grid(visible=False, axis="y")
        keys = [Line2D([], [], color=SEVERITY_COLOURS[one], label=one.label) for one in Severity]
        axes.legend(
            handles=keys, frameon=False, loc="lower left", ncols=3, bbox_to_anchor=(0.0, 1.0)
        )
        return picture_bytes(canvas, form)


def _blank(height_in: float) -> tuple[Canvas, Axes]:
    canvas = Canvas(figsize=(7.6, height_in), layout="constrained")
    axes = canvas.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(visible=True, axis="y", alpha=0.25, linewidth=0.6)
    locator = AutoDateLocator(maxticks=9)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    return canvas, axes


def picture_bytes(canvas: Canvas, form: Format) -> bytes:
    """A drawing as the bytes of a file, the same for the same drawing."""
    out = io.BytesIO()
    metadata = {"Date": None} if form == "svg" else {"Software": None}
    canvas.savefig(out, format=form, transparent=form == "svg", dpi=150, metadata=metadata)
    return out.getvalue()
