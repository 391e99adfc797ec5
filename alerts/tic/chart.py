"""The chart of TIC day: the largest buyers and sellers as bars, on a white card like an alert's."""

from __future__ import annotations

import io
from collections.abc import Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from alerts.message.alert_chart import DPI, GROUND, ON_WHITE, WIDTH_IN
from alerts.message.charts import COLOURS, drawn_in
from alerts.message.sections import Image
from rules.tic.month_report import AreaMonth, MonthReport
from rules.wording import month, signed, signed_usd_bn

SOLD, BOUGHT = COLOURS[1], COLOURS[0]
ROW_IN, HEAD_IN, FOOT_IN, GAP_IN = 0.19, 0.34, 0.10, 0.10
# Beside the bars, for the longest name and for an amount.
NAMES_IN, AMOUNT_IN = 1.55, 0.5


def tic_chart(report: MonthReport) -> Image | None:
    """The bars with what they show in words; None where there is nothing to draw. The same report
    makes the same bytes."""
    rows = [*report.buyers, *reversed(report.sellers)]
    if not rows:
        return None
    heading = f"Largest buyers and sellers, {month(report.month)}"
    return Image(heading, _described(report), _png(rows, report))


def _described(report: MonthReport) -> str:
    """What is seen, for those who do not see it."""
    parts = [
        f"{verb}: {', '.join(f'{one.name} {signed_usd_bn(one.long or 0.0)}' for one in areas)}."
        for verb, areas in (("Bought", report.buyers), ("Sold", report.sellers))
        if areas
    ]
    return f"Net long-term Treasuries by country, {month(report.month)}. {' '.join(parts)}"


def _png(rows: Sequence[AreaMonth], report: MonthReport) -> bytes:
    values = [one.long or 0.0 for one in rows]
    with drawn_in(ON_WHITE):
        height = HEAD_IN + ROW_IN * len(rows) + FOOT_IN
        canvas = Canvas(figsize=(WIDTH_IN, height), facecolor=GROUND)
        FigureCanvasAgg(canvas)
        wide = WIDTH_IN - NAMES_IN - GAP_IN
        axes = canvas.add_axes(
            (NAMES_IN / WIDTH_IN, FOOT_IN / height, wide / WIDTH_IN, ROW_IN * len(rows) / height)
        )
        colours = [SOLD if value < 0 else BOUGHT for value in values]
        axes.barh(range(len(rows)), values, color=colours, height=0.72)
        room = 1.0 + AMOUNT_IN / (wide / 2)
        low, high = min(0.0, *values), max(0.0, *values)
        span = max(high - low, 1e-9)
        edge = span * AMOUNT_IN / wide * room
        axes.set_xlim(low - edge * (low < 0), high + edge * (high > 0))
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), [one.name for one in rows])
        axes.set_xticks([])
        axes.tick_params(length=0)
        for side in ("top", "right", "bottom", "left"):
            axes.spines[side].set_visible(False)
        axes.axvline(0.0, color="#3b4754", linewidth=0.6)
        for place, value in enumerate(values):
            axes.annotate(
                signed(value, 1),
                (value, place),
                xytext=(-3 if value < 0 else 3, 0),
                textcoords="offset points",
                ha="right" if value < 0 else "left",
                va="center",
                fontsize=8.0,
            )
        title = f"Net long-term Treasuries, {month(report.month)}, $bn"
        canvas.text(GAP_IN / WIDTH_IN, 1 - 0.14 / height, title, fontweight="bold", va="center")
        out = io.BytesIO()
        canvas.savefig(out, format="png", dpi=DPI, facecolor=GROUND, metadata={"Software": None})
        return out.getvalue()
