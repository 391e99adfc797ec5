"""The closes that the market rules are judged by, session by session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.model import Dispute, Panel, type_bool, type_float, type_time

# What every message shows the aftermath of: stocks, Treasuries and the dollar.
MARKET: Final = ("spx", "ust10y", "dxy")


@dataclass(frozen=True)
class Market:
    """Sessions on which every series asked for has a number, oldest first.

    `session` datetime64[D]; `level` a float64 array a series; `known` datetime64[s], when the last
    of a session's numbers was known, disputed or settled; `dispute` the Dispute about one of them,
    None where there is none.
    """

    session: type_time
    level: Mapping[str, type_float]
    known: type_time
    dispute: npt.NDArray[np.object_]

    @property
    def disputed(self) -> npt.NDArray[np.bool_]:
        """The sessions with a number two sources do not agree on."""
        return np.asarray(pd.notna(self.dispute), dtype=bool)

    @property
    def disputed_move(self) -> npt.NDArray[np.bool_]:
        """The sessions whose change since the one before cannot be told for a dispute."""
        before = np.concatenate(([False], self.disputed[:-1]))[: len(self.known)]
        return np.asarray(self.disputed | before)

    def known_over(self, rows: int) -> type_time:
        """When the last of the numbers of each session and of the `rows` before it was known."""
        if not len(self.known):
            return self.known
        seconds = pd.Series(self.known.astype("int64"))
        latest = seconds.rolling(rows + 1, min_periods=1).max().to_numpy()
        return np.asarray(latest.astype("int64").astype("datetime64[s]"))

    def dispute_at(self, row: int, rows_before: int) -> Dispute | None:
        """A dispute about a session or one of those before it."""
        window = self.dispute[max(0, row - rows_before) : row + 1]
        return next((one for one in window if one is not None), None)


class ReadsMarket:
    """A rule judged by closes: by those of `legs`, with the others of the market for the words."""

    legs: ClassVar[tuple[str, ...]] = MARKET

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """Each of its legs."""
        return tuple((name,) for name in self.legs)

    @property
    def series(self) -> tuple[str, ...]:
        """S&P 500 close, 10-year par yield and DXY close."""
        return MARKET

    @property
    def decided_by(self) -> tuple[str, ...]:
        """Its legs."""
        return self.legs


def sessions_of(
    panel: Panel, names: Sequence[str], known_by: np.datetime64 | None = None
) -> Market:
    """The sessions of a panel on which all of `names` have a number, known by an instant if one is
    given."""
    # Column by column: to take several at once costs pandas more than all that is done with them.
    values = np.column_stack([panel.frame[name].to_numpy() for name in names])
    known = np.column_stack([panel.known_at[name].to_numpy() for name in names])
    has_all = ~np.isnan(values).any(axis=1)
    if known_by is not None:
        has_all &= (known <= known_by).all(axis=1)
    rows = np.flatnonzero(has_all)
    session = panel.frame.index.to_numpy()[rows].astype("datetime64[D]")
    latest = known[rows].max(axis=1).astype("datetime64[s]")
    disputes = np.full(len(rows), None, dtype=object)
    for (series_id, period), at in panel.settled.items():
        if series_id in names:
            mine = session == np.datetime64(period)
            latest[mine] = np.maximum(latest[mine], at)
    for (series_id, period), one in panel.disputes.items():
        if series_id in names:
            mine = session == np.datetime64(period)
            disputes[mine] = one
            latest[mine] = np.maximum(latest[mine], one.since)
    levels = {name: values[rows, place] for place, name in enumerate(names)}
    return Market(session, levels, latest, disputes)


def joint_falls(market: Market) -> type_bool:
    """Whether the S&P 500 fell, the 10-year yield rose and DXY fell on each session of MARKET; the
    first, with none before it, did not."""
    spx, ust, dxy = (np.diff(market.level[name], prepend=np.nan) for name in MARKET)
    return np.asarray((spx < 0) & (ust > 0) & (dxy < 0))
