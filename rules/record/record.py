"""The track record: each early number against the later number that it speaks of. Pure, and as of a
panel's instant, so that it knows of no month that was not published then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from rules.markets.legs import AVERAGE, FIX
from rules.model import Panel
from rules.record.early import (
    AUCTIONS,
    CUSTODY,
    JAPAN_WEEKS,
    POSITIONS,
    auction_distance,
    custody_change_bn,
    japan_bought_jpy_bn,
    leveraged_change,
)
from rules.record.nowcast import Nowcast, nowcast
from rules.record.score import Score
from rules.tic.areas import GRAND_TOTAL, OFFICIAL
from rules.tic.series_ids import LONG, TOTAL, form_s_series, tic_series

# Whom a later number is about: the areas of TIC.
ALL, OFFICIALS, JAPAN, CHINA = GRAND_TOTAL, OFFICIAL, "42609", "41408"
HOLDERS: Final[Mapping[str, str]] = {
    ALL: "all foreigners",
    OFFICIALS: "foreign officials",
    JAPAN: "Japan",
    CHINA: "China",
}
BASKETS: Final[Mapping[str, str]] = {
    AVERAGE: "dollar basket, Bank of Canada's average",
    FIX: "dollar basket, ECB's fix",
}
VERDICT: Final = "the verdict's line as the month ended"
NET: Final = "net purchases of Treasuries"
LONG_NET: Final = "net purchases of long-term Treasuries"
EVER: Final = "all"
YEARS: Final = 5
LATELY: Final = f"last {YEARS} years"
END: Final = "2262-01"
# Japan's weeks with investment trusts, without them, and beside TIC's Form SLT.
ERAS: Final[Mapping[str, tuple[str, str]]] = {
    "2005 to 2013": ("2005-01", "2013-12"),
    "2014 to 2022": ("2014-01", "2022-12"),
    "since 2023-02": ("2023-02", END),
}
SERIES: Final = tuple(
    dict.fromkeys(
        (
            "dxy",
            *BASKETS,
            CUSTODY,
            JAPAN_WEEKS,
            POSITIONS,
            *AUCTIONS,
            *(tic_series(code, TOTAL) for code in HOLDERS),
            tic_series(JAPAN, LONG),
            *form_s_series(JAPAN),
        )
    )
)


@dataclass(frozen=True)
class Early:
    """An early number: in words what it is, its numbers by month as a panel knows them, and whether
    they are dollars like the transactions of TIC."""

    title: str
    by_month: Callable[[Panel], pd.Series[float]]
    is_usd_bn: bool


EARLY: Final[Mapping[str, Early]] = {
    "custody": Early("custody, change of the month", custody_change_bn, is_usd_bn=True),
    "auctions": Early("indirect shares of the month's auctions", auction_distance, is_usd_bn=False),
    "japan_weeks": Early(
        "Japan's weeks, foreign long-term debt", japan_bought_jpy_bn, is_usd_bn=False
    ),
    "positions": Early(
        "leveraged funds' Treasury futures, change of the month", leveraged_change, is_usd_bn=False
    ),
}


@dataclass(frozen=True)
class Line:
    """How an early number did against a later one over a span: `measure` of a `holder`, whose key
    is `later`. `noun` is what is counted, `unit` that of the mean error, empty where the two have
    none in common."""

    early: str
    early_title: str
    later: str
    measure: str
    holder: str
    noun: str
    unit: str
    span: str
    score: Score


@dataclass(frozen=True)
class _Pair:
    """An early number and a later one, each by period; `line` makes one of a span and a score, and
    `one_unit` says whether the two can be subtracted."""

    line: Callable[[str, Score], Line]
    one_unit: bool
    numbers: pd.Series[float]
    truth: pd.Series[float]
    # Of its own, where not the usual two: from and to a month.
    spans: Mapping[str, tuple[str, str]] | None = None

    def over(self, span: str, first: str, last: str) -> Line:
        """The line of a span, from and to a month."""
        score = Score.of(self.numbers[first:last], self.truth, one_unit=self.one_unit)
        return self.line(span, score)


@dataclass(frozen=True)
class TrackRecord:
    """A line for each early number, later number and span; and by whom it is about the estimate of
    the months not published, where one can be made."""

    lines: tuple[Line, ...]
    nowcasts: Mapping[str, Nowcast]


def track_record(panel: Panel, said: pd.Series[float]) -> TrackRecord:
    """What is known at the panel's instant of how each early number did; `said` is by month what
    the verdict's line said of all foreigners then, 1 bought and -1 sold."""
    made = {HOLDERS[code]: nowcast(panel, _net_bn(panel, code)) for code in (OFFICIALS, ALL)}
    known = {holder: one for holder, one in made.items() if one is not None}
    return TrackRecord(_lines(panel, said), known)


def _lines(panel: Panel, said: pd.Series[float]) -> tuple[Line, ...]:
    """Every early number against every later one, over all periods of both and, where those are
    fewer, over the last five years; Japan's weeks by era too. What has no common period is left
    out."""
    since = f"{panel.today.year - YEARS}-{panel.today.month:02}"
    usual = {EVER: ("1900-01", END), LATELY: (since, END)}
    lines: list[Line] = []
    for pair in _pairs(panel, said):
        for span, (first, last) in (pair.spans or usual).items():
            line = pair.over(span, first, last)
            is_same = bool(lines) and replace(line, span=lines[-1].span) == lines[-1]
            lines += [line] if line.score.count and not is_same else []
    return tuple(lines)


def early_score(panel: Panel, early: str, code: str) -> Score:
    """How an early number's months went with the net purchases of a holder, over all that are
    known; found once a panel."""
    one, key = EARLY[early], ("record", early, code)
    return panel.once(
        key, lambda: Score.of(one.by_month(panel), _net_bn(panel, code), one_unit=one.is_usd_bn)
    )


def _pairs(panel: Panel, said: pd.Series[float]) -> Iterator[_Pair]:
    for name, early in EARLY.items():
        numbers, unit = early.by_month(panel), "usd_bn" if early.is_usd_bn else ""
        for code, holder in HOLDERS.items():
            key, net = holder.split()[-1].lower(), _net_bn(panel, code)
            line = partial(Line, name, early.title, key, NET, holder, "month", unit)
            yield _Pair(line, early.is_usd_bn, numbers, net)
    yield _japan(panel)
    about = ("verdict", VERDICT, "foreigners", NET, HOLDERS[ALL], "month", "")
    yield _Pair(partial(Line, *about), False, said, _net_bn(panel, ALL))  # noqa: FBT003 - a sign
    for name, title in BASKETS.items():
        numbers, truth = _moves(panel, name)
        line = partial(Line, name, title, "dxy", "change of the day", "DXY", "session", "pct")
        yield _Pair(line, True, numbers, truth)  # noqa: FBT003 - both are percent


def _net_bn(panel: Panel, code: str) -> pd.Series[float]:
    """Net purchases with bills by slt_table3, USD bn, from 2023-02."""
    return panel.frame[tic_series(code, TOTAL)].dropna() / 1000.0


def _japan(panel: Panel) -> _Pair:
    """Japan's weeks and its long-term transactions, which Form S has before 2023-02."""
    newer = panel.frame[tic_series(JAPAN, LONG)]
    purchases, sales = (panel.frame[name] for name in form_s_series(JAPAN))
    truth = newer.where(newer.notna(), purchases - sales).dropna() / 1000.0
    early = EARLY["japan_weeks"]
    about = ("japan_weeks", early.title, "japan_long_term", LONG_NET, "Japan", "month", "")
    return _Pair(partial(Line, *about), early.is_usd_bn, early.by_month(panel), truth, ERAS)


def _moves(panel: Panel, series_id: str) -> tuple[pd.Series[float], pd.Series[float]]:
    """A basket's changes and those of DXY between the days that both have, in percent."""
    levels = panel.frame[[series_id, "dxy"]].dropna()
    moves = 100.0 * levels.apply(np.log).diff().iloc[1:]
    return moves[series_id], moves["dxy"]
