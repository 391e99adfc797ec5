"""The reading of foreign transactions: what happened over the month, the quarter and the year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from rules.model import to_date
from rules.tic.flows import Flows, Window
from rules.tic.move import Move
from rules.wording import listed, month, ordinal, signed_pct, signed_usd_bn

SPANS: Final = {3: "the quarter", 12: "the year"}
# A sale is named by its rank where it is among so many of the largest.
RANKED: Final = 5
# ... and among at least ten years of windows: what is the largest of two years is no record.
RANKED_OF: Final = 120
# A year's sale of which less than this came in its last quarter is a drawdown.
RUN_SHARE: Final = 0.5
# A sale that is worth naming when it was bought back: one month in ten was as large.
BOUGHT_BACK_PCT: Final = -0.5


def reading(flows: Flows, windows: Sequence[Window]) -> str:
    """One sentence without its full stop: the month first, then the longer windows; each with its
    net in USD or in percent of holdings."""
    one, longer = windows[0], [window for window in windows[1:] if window.move is not Move.UNKNOWN]
    assert flows.last is not None
    if all(window.move is Move.BOUGHT for window in windows):
        return f"{_every(flows, one)} ({_numbers(flows, windows)})"
    parts = [_month(flows, one, longer), *_longer(longer)]
    return "; ".join(part for part in parts if part)


def _numbers(flows: Flows, windows: Sequence[Window]) -> str:
    assert flows.last is not None
    pct = " / ".join(signed_pct(window.pct) for window in windows)
    net = f"{signed_usd_bn(windows[0].usd_bn)} in {month(flows.last)}"
    return f"{net}; {pct} of holdings over 1 / 3 / 12 months"


def _every(flows: Flows, one: Window) -> str:
    """Bought at every horizon; bought back, where that makes up for a sale of the month before."""
    before, pct = (float(values[-2]) for values in (flows.net_bn, flows.pct(1)))
    if pct <= BOUGHT_BACK_PCT and one.usd_bn > -before:
        name = to_date(flows.month[-2])
        return f"bought back after {signed_usd_bn(before)} in {name:%B}: bought at every horizon"
    return "bought at every horizon"


def _month(flows: Flows, one: Window, longer: Sequence[Window]) -> str:
    assert flows.last is not None
    name = month(flows.last)
    if one.move is Move.UNKNOWN:
        return f"{name} cannot be put in percent of holdings"
    numbers = f" ({signed_usd_bn(one.usd_bn)}, {signed_pct(one.pct)} of holdings)"
    alone = not any(window.move is Move.SOLD for window in longer)
    said = {
        Move.SOLD: f"one large month, {name}" if alone else f"sold in {name}",
        Move.SOLD_A_LITTLE: f"sold a little in {name}, below the size that counts",
        Move.FLAT: f"flat in {name}",
        Move.BOUGHT: f"bought in {name}",
        Move.UNKNOWN: "",
    }[one.move]
    if one.move is Move.SOLD and one.rank == 1 and one.count >= RANKED_OF:
        said = f"sold at record size in {name}"
    return f"{said}{numbers}{_after(flows, one)}"


def _after(flows: Flows, one: Window) -> str:
    """What the two months before a month's sale were, where both were purchases."""
    before = flows.net_bn[-3:-1]
    if one.move not in (Move.SOLD, Move.SOLD_A_LITTLE) or len(before) < 2 or not (before > 0).all():
        return ""
    names = listed([f"{to_date(flows.month[row]):%B}" for row in (-3, -2)])
    return f", after {signed_usd_bn(float(np.sum(before)))} in {names}"


def _longer(longer: Sequence[Window]) -> list[str]:
    """The quarter and the year in one clause where they are alike, else in two."""
    if not longer:
        return []
    if len(longer) == 1:
        return [f"{longer[0].move} over {SPANS[longer[0].months]} ({_pct(longer[0])})"]
    three, twelve = longer
    if three.move is twelve.move:
        tail = f" ({_pct(three)} and {_pct(twelve)})"
        return [f"{three.move} over the quarter and the year{tail}{_kind(three, twelve)}"]
    if three.move is Move.SOLD and twelve.move in (Move.BOUGHT, Move.FLAT):
        return [f"sold over the quarter ({_pct(three)}), not over the year ({_pct(twelve)})"]
    return [f"{one.move} over {SPANS[one.months]} ({_pct(one)})" for one in longer]


def _pct(one: Window) -> str:
    """`−4.3%, the 2nd largest sale of 230 since 2000`."""
    said = signed_pct(one.pct)
    is_ranked = one.move is Move.SOLD and one.rank <= RANKED and one.count >= RANKED_OF
    if not is_ranked or one.first is None:
        return said
    place = "the largest" if one.rank == 1 else f"the {ordinal(one.rank)} largest"
    return f"{said}, {place} sale of {one.count} since {one.first:%Y}"


def _kind(three: Window, twelve: Window) -> str:
    """Sales spread over a year are a drawdown; most of them in its last quarter may be a run."""
    if three.move is not Move.SOLD or (three.rank <= RANKED and three.count >= RANKED_OF):
        return ""
    return ": a drawdown, not a run" if three.usd_bn > RUN_SHARE * twelve.usd_bn else ""
