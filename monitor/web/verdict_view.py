"""The verdict as it is drawn: its answer, its evidence as bars, and the months before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from monitor.web.site import WebContext
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import read_for
from rules.tic.move import Move
from rules.verdict.history import FlowMonth, flow_history
from rules.verdict.model import Gauge, Stance, Verdict
from rules.verdict.price_pressure import SESSIONS
from rules.wording import capitalized, month, signed_pct, signed_usd_bn
from state.revisions import Revisions

# Percent of a bar's width from its middle for one time the size that points to selling.
UNIT: Final = 11.0
MOST: Final = 49.0
MONTHS: Final = 120
WIDTH: Final = 640
# Room for the levels left of the bars, and for the names of the strips right of them.
LEFT: Final = 44
RIGHT: Final = 30
PLOT_TOP: Final = 8
PLOT: Final = 110
STRIP: Final = 11
STRIP_GAP: Final = 5
FOOT: Final = 16
YEAR_WIDE: Final = 40
# A month's bar is cut off there, percent of holdings: one month of 2020 would flatten all others.
MOST_PCT: Final = 2.0
TITLES: Final = {
    "last published month": "Flows, {month}",
    "3 months": "Flows, 3 months",
    "12 months": "Flows, 12 months",
    "custody": "Fed custody",
    "auctions": "Auctions",
    "price action": "Prices",
    "term premium": "Term premium",
    "share": "Foreign share",
}
TONES: Final = {
    Move.SOLD: "sold",
    Move.BOUGHT: "bought",
    Stance.SUPPORTS: "sold",
    Stance.CONTRADICTS: "bought",
}
MONTH_TONES: Final = {Move.SOLD: "sold", Move.SOLD_A_LITTLE: "little", Move.BOUGHT: "bought"}
WINDOW_NAMES: Final = ("1m", "3m", "12m")


@dataclass(frozen=True)
class EvidenceBar:
    """A number of the verdict from the middle of a bar, to the left where it points to selling.
    Places are in percent of the width; those of the sizes are None where there is none, and
    `is_cut` says that the number is larger than the bar."""

    title: str
    number: str
    words: str
    tone: str
    period_end: date | None
    place: float = 50.0
    width: float = 0.0
    sold_place: float | None = None
    bought_place: float | None = None
    is_cut: bool = False


@dataclass(frozen=True)
class MonthCell:
    """A month in the drawing: its words, where it stands, and its bar."""

    said: str
    place: float
    top: float
    height: float
    tone: str


@dataclass(frozen=True)
class StripRun:
    """Months of one tone beside one another in a strip."""

    tone: str
    place: float
    top: float
    width: float


@dataclass(frozen=True)
class FlowChart:
    """The months in a box: bars around `zero` from -`most` to `most`, a strip a longer window."""

    cells: tuple[MonthCell, ...]
    step: float
    zero: float
    sold_at: float
    levels: tuple[tuple[float, str], ...]
    years: tuple[tuple[float, str], ...]
    strips: tuple[tuple[float, str], ...]
    runs: tuple[StripRun, ...]
    said: str
    width: int = WIDTH
    height: int = PLOT_TOP + PLOT + 2 * (STRIP + STRIP_GAP) + FOOT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def verdict_of(site: WebContext) -> Verdict:
    """The verdict at the instant shown, computed once for the numbers and the alerts of then."""
    alerts = Revisions(site.reading.database).number("alerts")
    return site.kept(("verdict", alerts), lambda: site.reading.report.verdict(site.now()))


def split_answer(line: str) -> tuple[str, str]:
    """The answer of a verdict's line, and what it says then: at the first stop that is in no
    brackets."""
    depth = 0
    for place, letter in enumerate(line):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and letter in ":;." and line[place + 1 : place + 2] in ("", " "):
            rest = line[place + 1 :].strip()
            return line[:place], capitalized(rest)
    return line, ""


def evidence_bars(verdict: Verdict) -> tuple[EvidenceBar, ...]:
    """The transactions over each window, which decide, then the other indicators."""
    flows = [
        _bar(
            TITLES[one.name].format(month=month(one.period_end) if one.period_end else "latest"),
            one.number.removesuffix(" of holdings"),
            one.answer,
            TONES.get(Move(one.answer), ""),
            one.period_end,
            one.gauge,
        )
        for one in verdict.horizons
        if one.name in TITLES
    ]
    others = [
        _bar(
            TITLES[one.name],
            _short(one.number, one.name, one.gauge),
            one.reading.words,
            TONES.get(one.reading, ""),
            one.period_end,
            one.gauge,
        )
        for one in verdict.headings
        if one.name in TITLES
    ]
    return (*flows, *others)


def flow_months(site: WebContext) -> tuple[FlowMonth, ...]:
    """The months with transactions that are known at the instant shown."""
    panel = site.reading.known(read_for(GRAND_TOTAL), site.now())
    return flow_history(panel, site.config.verdict, MONTHS)


def flow_chart(months: Sequence[FlowMonth], sold_at_pct: float) -> FlowChart | None:
    """The months as bars with a strip for each longer window; None where there are too few."""
    if len(months) < 2:
        return None
    step = (WIDTH - LEFT - RIGHT) / len(months)
    strips_top = PLOT_TOP + PLOT + STRIP_GAP
    sold = sum(one.moves[0] is Move.SOLD for one in months)
    return FlowChart(
        cells=tuple(_cell(one, LEFT + row * step) for row, one in enumerate(months)),
        step=round(step, 2),
        zero=_down(0.0),
        sold_at=_down(sold_at_pct),
        levels=tuple((_down(pct), signed_pct(pct, 0)) for pct in (-MOST_PCT, MOST_PCT)),
        years=tuple(
            (round(LEFT + row * step, 1), f"{one.month:%Y}")
            for row, one in enumerate(months)
            if one.month.month == 1
            and LEFT + row * step <= WIDTH - RIGHT - YEAR_WIDE
            and one.month.year % (1 if len(months) < 60 else 2) == 0
        ),
        strips=tuple(
            (strips_top + row * (STRIP + STRIP_GAP), name)
            for row, name in enumerate(WINDOW_NAMES[1:])
        ),
        runs=tuple(_runs(months, step, strips_top)),
        said=(
            f"Net transactions of all foreigners with bills, {month(months[0].month)} to "
            f"{month(months[-1].month)}: {sold} of {len(months)} months sold"
        ),
    )


def _cell(one: FlowMonth, place: float) -> MonthCell:
    pct = one.pct[0]
    height = 0.0 if pct is None else min(abs(pct), MOST_PCT) / MOST_PCT * PLOT / 2
    above = pct is not None and pct > 0
    return MonthCell(
        said=_said(one),
        place=round(place, 1),
        top=round(_down(0.0) - (height if above else 0.0), 1),
        height=round(max(height, 0.6), 1),
        tone=_tone(one.moves[0]),
    )


def _runs(months: Sequence[FlowMonth], step: float, top: int) -> Iterator[StripRun]:
    """The strips of the longer windows, a piece for each run of one tone."""
    for strip in range(1, len(WINDOW_NAMES)):
        tones = [_tone(one.moves[strip]) for one in months]
        y = top + (strip - 1) * (STRIP + STRIP_GAP)
        for tone, run in groupby(range(len(tones)), key=tones.__getitem__):
            rows = list(run)
            place = LEFT + rows[0] * step
            yield StripRun(tone, round(place, 1), y, round(len(rows) * step, 1))


def _said(one: FlowMonth) -> str:
    """`April 2025: −$70.4bn, −0.8% of holdings, sold; 3 months +2.8%, bought; 12 months ...`."""
    first = "no data" if one.net_bn is None else signed_usd_bn(one.net_bn)
    parts = [
        f"{name}{'no data' if pct is None else f'{signed_pct(pct)}{words}, {move}'}"
        for name, words, pct, move in zip(
            ("", "3 months ", "12 months "), (" of holdings", "", ""), one.pct, one.moves,
            strict=True,
        )
    ]  # fmt: skip
    return f"{month(one.month)}: {first}, {'; '.join(parts)}"


def _tone(move: Move) -> str:
    return MONTH_TONES.get(move, "flat")


def _down(pct: float) -> float:
    return round(PLOT_TOP + PLOT / 2 * (1 - max(-MOST_PCT, min(pct, MOST_PCT)) / MOST_PCT), 1)


def _bar(
    title: str, number: str, words: str, tone: str, period_end: date | None, gauge: Gauge | None
) -> EvidenceBar:
    if gauge is None:
        return EvidenceBar(title, number, words, "none", period_end)
    scale = UNIT / abs(gauge.sold_at)
    length = gauge.value * scale
    cut = max(-MOST, min(length, MOST))
    bought = None if gauge.bought_above is None else 50.0 + min(gauge.bought_above * scale, MOST)
    return EvidenceBar(
        title,
        number,
        words,
        tone,
        period_end,
        place=round(50.0 + min(cut, 0.0), 1),
        width=round(abs(cut), 1),
        sold_place=50.0 - UNIT,
        bought_place=bought,
        is_cut=cut != length,
    )


def _short(number: str, name: str, gauge: Gauge | None) -> str:
    """What stands beside a bar; what prices did is a sentence."""
    if name != "price action" or gauge is None:
        return number
    return f"{abs(gauge.value):.0f} of {SESSIONS} sessions stressed"
