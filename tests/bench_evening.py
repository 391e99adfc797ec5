"""Joint selloffs judged without a DXY close, against those that DXY's close found: precision,
recall and the agreement of the dollar's sign for each basket, on all years at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from monitor.ingest.http import Body
from monitor.ingest.source import Source
from monitor.sources.boc import Boc
from monitor.sources.cboe import Cboe
from monitor.sources.ecb import Ecb
from monitor.sources.treasury_curve import TreasuryCurve
from monitor.sources.yahoo import Yahoo
from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Evaluations
from rules.markets.legs import AVERAGE, FIX, DollarSource, judged_sessions
from tests.fifty_years import boc_body, market
from tests.support import SHARED, Row, history_of, utc

AT: Final = utc("2026-08-21 04:00")
CLOSES: Final = (("spx", "SPX", Cboe()), ("ust10y", "DGS10", TreasuryCurve()))
DXY: Final = ("dxy", "DXY", Yahoo())
# The evening's judgement of each basket, and for the fixes that of the next morning.
BASES: Final = {
    DollarSource.DAY_AVERAGE: (AVERAGE, "Bank of Canada average, the same evening"),
    DollarSource.SAME_DAY_FIX: (FIX, "ECB fix, the same evening"),
    DollarSource.TWO_FIX_SPAN: (FIX, "ECB fixes before and after, the next morning"),
}
RULE: Final = JointSelloff()
ALL, LATELY = ("1999-01-04", "2026-04-13"), ("2017-01-03", "2021-07-15")
# The Bank of Canada's figures at hand end in July 2021.
SPANS: Final = (
    (DollarSource.DAY_AVERAGE, LATELY),
    (DollarSource.SAME_DAY_FIX, LATELY),
    (DollarSource.SAME_DAY_FIX, ALL),
    (DollarSource.TWO_FIX_SPAN, LATELY),
    (DollarSource.TWO_FIX_SPAN, ALL),
)


def measure(say: Callable[[str, str, str], None]) -> None:
    """Print a line for each basket and span of years."""
    if not SHARED.is_dir():
        say("joint selloffs of the evening", "not measured", "the publishers' files are not here")
        return
    for basis, years in SPANS:
        for least, size in ((None, "any size"), (Evaluations.QUIET, "notice or more")):
            found = score(basis, *years, least)
            say(
                f"joint selloffs of {size} by the {BASES[basis][1]}",
                f"precision {found.precision:.2f} of {found.told}, "
                f"recall {found.recall:.2f} of {found.true}",
                f"against DXY, {years[0]} to {years[1]}; sign agrees on {100 * found.sign:.0f}% of "
                f"{found.sessions:,} sessions",
            )


@dataclass(frozen=True)
class Score:
    """How the sessions judged with a basket compare with those judged with DXY."""

    sessions: int
    sign: float
    told: int
    true: int
    both: int

    @property
    def precision(self) -> float:
        """The share of what it found that DXY found too."""
        return self.both / self.told

    @property
    def recall(self) -> float:
        """The share of what DXY found that it found too."""
        return self.both / self.true


def score(basis: DollarSource, first: str, last: str, least: int | None) -> Score:
    """Over the sessions of some years: falls of all three of any size, or those of a severity above
    `least`."""
    final = _judged(DollarSource.CLOSE)
    mine = _judged(basis)
    days = mine.index.intersection(final.index)
    days = days[(days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))]
    mine, final = mine.loc[days], final.loc[days]
    told, true = (one["fell"] if least is None else one["code"] > least for one in (mine, final))
    sign = (np.sign(mine["usd_pct"]) == np.sign(final["usd_pct"])).mean()
    return Score(len(days), float(sign), int(told.sum()), int(true.sum()), int((told & true).sum()))


@cache
def _judged(basis: DollarSource) -> pd.DataFrame:
    """The sessions as the rule judges them with one basis, with its severities in `code`."""
    is_dxy = basis is DollarSource.CLOSE
    rows = [*_closes(with_dxy=is_dxy), *(() if is_dxy else _basket(BASES[basis][0]))]
    names = tuple(dict.fromkeys(row[0] for row in rows))
    wanted = (*names, *(name for name in RULE.series if name not in names))
    panel = history_of(rows, wanted).as_of(AT)
    (judged,) = RULE.judge(panel)
    sessions = judged_sessions(panel, RULE.window_sessions)
    table = pd.DataFrame({**sessions, "code": judged.severity}).set_index("session")
    return table[table["basis"] == basis]


def _closes(*, with_dxy: bool) -> list[Row]:
    return [
        row
        for series_id, file, source in (*CLOSES, *((DXY,) if with_dxy else ()))
        for row in _rows(series_id, market(file), source)
    ]


def _basket(series_id: str) -> list[Row]:
    if series_id == AVERAGE:
        return list(_rows(AVERAGE, Boc().parse(boc_body(), AT)[AVERAGE], Boc()))
    content = (SHARED / "ecb" / "eurofxref-hist@2026-04-13.zip").read_bytes()
    body = Body("https://www.ecb.europa.eu", content, "application/zip", None, None)
    return list(_rows(FIX, Ecb().parse(body, AT)[FIX], Ecb()))


def _rows(series_id: str, values: pd.Series[float], source: Source) -> Iterator[Row]:
    kept = values.dropna().sort_index()["1998":]
    days = pd.DatetimeIndex(kept.index)
    for day, known, value in zip(days, source.assumed_known_at(days), kept, strict=True):
        yield series_id, day.date(), known.to_pydatetime(), 1, float(value)
