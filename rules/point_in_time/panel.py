"""What was known when: the stored history of some series and its view as of an instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.model import (
    Panel,
    Series,
    SourceMismatch,
    Unchecked,
    to_date,
    to_instant,
    type_float,
    type_time,
)
from rules.point_in_time.vintage_rows import VintageRows

PANELS_KEPT = 4
ONE_SECOND = np.timedelta64(1, "s")
BEGINNING = np.datetime64("0001-01-01", "s")
NEVER = np.datetime64("9999-12-31", "s")


def to_second(moment: datetime) -> np.datetime64:
    """The numpy second (UTC) of an aware datetime; instants are whole seconds everywhere."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "s")


@dataclass(frozen=True)
class History:
    """Every stored number of some series: a row a (series, period, vintage), oldest known first.

    `column` is the position of the row's series in `series_ids`. Rows are ordered by
    (known_at, vintage, period_end), so that a later row of the same cell replaces an earlier one.
    `origin`, where there is one, labels the publisher of each row, which may be another than the
    series' usual one; `disputes` are the numbers two sources did not agree on, and when;
    `unchecked` the far moves nobody had confirmed, and until when.
    """

    series_ids: tuple[str, ...]
    series: Mapping[str, Series]
    column: npt.NDArray[np.int64]
    period_end: type_time
    known_at: type_time
    vintage: npt.NDArray[np.int64]
    value: type_float
    origin: npt.NDArray[np.object_] | None = None
    disputes: tuple[SourceMismatch, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()

    @classmethod
    def of(
        cls,
        series_ids: tuple[str, ...],
        series: Mapping[str, Series],
        column: npt.NDArray[np.int64],
        period_end: type_time,
        known_at: type_time,
        vintage: npt.NDArray[np.int64],
        value: type_float,
        origin: npt.NDArray[np.object_] | None = None,
        disputes: tuple[SourceMismatch, ...] = (),
    ) -> Self:
        """A history of the rows given, put in order."""
        order = np.lexsort((period_end, vintage, known_at))
        return cls(
            series_ids,
            series,
            column[order],
            period_end[order],
            known_at[order],
            vintage[order],
            value[order],
            None if origin is None else origin[order],
            disputes,
        )

    def only(self, series_ids: tuple[str, ...]) -> Self:
        """The history of some of its series, which may be in another order; the same one for every
        rule that asks for the same series."""
        if series_ids not in self._parts:
            self._parts[series_ids] = self._only(series_ids)
        return self._parts[series_ids]

    @cached_property
    def _parts(self) -> dict[tuple[str, ...], Self]:
        return {}

    def _only(self, series_ids: tuple[str, ...]) -> Self:
        place = {series_id: i for i, series_id in enumerate(series_ids)}
        to = np.array([place.get(series_id, -1) for series_id in self.series_ids], dtype=np.int64)
        rows = np.flatnonzero(to[self.column] >= 0)
        return replace(
            self,
            series_ids=series_ids,
            column=to[self.column[rows]],
            period_end=self.period_end[rows],
            known_at=self.known_at[rows],
            vintage=self.vintage[rows],
            value=self.value[rows],
            origin=None if self.origin is None else self.origin[rows],
            disputes=tuple(one for one in self.disputes if one.series_id in place),
            unchecked=tuple(one for one in self.unchecked if one.series_id in place),
        )

    def as_of(self, moment: datetime) -> Panel:
        """The panel known at `moment`; nothing known later can touch it. The last few are kept, for
        several rules ask for the same ones."""
        if moment not in self._panels:
            if len(self._panels) == PANELS_KEPT:
                del self._panels[next(iter(self._panels))]
            self._panels[moment] = self._as_of(moment)
        return self._panels[moment]

    @cached_property
    def _panels(self) -> dict[datetime, Panel]:
        return {}  # no cache of the method: that would hold the history until garbage is collected

    def _as_of(self, moment: datetime) -> Panel:
        end = int(np.searchsorted(self.known_at, to_second(moment), side="right"))
        plain = self._plain_rows
        rows = [plain[: np.searchsorted(plain, end)]]
        longest: dict[str, pd.Series[float]] = {}
        for column, vintages in self._vintages.items():
            newest = vintages.newest(end)
            if newest is None:
                continue
            rows.append(newest)
            longest[self.series_ids[column]] = self._whole(column, vintages.longest(end))
        return self._panel(moment, np.concatenate(rows), longest)

    def revision_instants(self, after: datetime | None, until: datetime) -> tuple[datetime, ...]:
        """The instants in (after, until] at which judging everything at once loses nothing.

        Between two of them no number already known was revised and none arrived out of its
        order, so a panel as of the later one still shows what every instant between showed. The
        last is always `until`.
        """
        points = self._breaks - ONE_SECOND
        low = BEGINNING if after is None else to_second(after)
        inside = points[(points > low) & (points < to_second(until))]
        return (*(to_instant(point) for point in inside), until)

    def has_news_between(self, after: datetime | None, until: datetime) -> bool:
        """Whether anything became known, disputed or settled in (after, until]."""
        low = BEGINNING if after is None else to_second(after)
        span = np.searchsorted(self.known_at, [low, to_second(until)], side="right")
        turned = (self._turns > low) & (self._turns <= to_second(until))
        return bool(span[0] < span[1] or turned.any())

    @cached_property
    def _turns(self) -> type_time:
        """When a number came into dispute or was settled, or a far move was known or confirmed."""
        turns = [turn for one in self.disputes for turn in (one.since, one.until)]
        turns += [turn for one in self.unchecked for turn in (one.since, one.until)]
        return np.array(turns, dtype="datetime64[s]")

    @cached_property
    def _columns(self) -> pd.Index[str]:
        """The columns of every panel; pandas takes ten times as long to make them of a list."""
        return pd.Index(self.series_ids, dtype=object)

    @cached_property
    def _one_vintage_columns(self) -> list[int]:
        return [
            position
            for position, series_id in enumerate(self.series_ids)
            if series_id in self.series and self.series[series_id].one_vintage
        ]

    @cached_property
    def _plain_rows(self) -> npt.NDArray[np.intp]:
        """The rows of the series that are not re-estimated."""
        return np.flatnonzero(~np.isin(self.column, self._one_vintage_columns))

    @cached_property
    def _vintages(self) -> dict[int, VintageRows]:
        """Where the vintages of each re-estimated series stand, by its column."""
        return {
            column: VintageRows.of(mine, self.vintage[mine])
            for column in self._one_vintage_columns
            if len(mine := np.flatnonzero(self.column == column))
        }

    @cached_property
    def _wholes(self) -> dict[tuple[int, int, int], pd.Series[float]]:
        return {}

    def _whole(self, column: int, rows: npt.NDArray[np.intp]) -> pd.Series[float]:
        """A vintage as a series, which one view after the other shows."""
        place = (column, int(self.vintage[rows[-1]]), len(rows))
        if place not in self._wholes:
            index = pd.DatetimeIndex(self.period_end[rows])
            self._wholes[place] = pd.Series(self.value[rows], index=index).sort_index()
        return self._wholes[place]

    def _panel(
        self, moment: datetime, rows: npt.NDArray[np.int64], longest: dict[str, pd.Series[float]]
    ) -> Panel:
        periods, row_of = np.unique(self.period_end[rows], return_inverse=True)
        shape = (len(self.series_ids), len(periods))
        values = np.full(shape, np.nan)
        known = np.full(shape, np.datetime64("NaT"), dtype="datetime64[s]")
        # numpy keeps the last of several assignments to one cell: the newest known value.
        values[self.column[rows], row_of] = self.value[rows]
        known[self.column[rows], row_of] = self.known_at[rows]
        for shared in (values, known):
            shared.setflags(write=False)
        at = to_second(moment)
        moves, since = self._far_moves
        return Panel(
            as_of=moment,
            days=periods.astype("datetime64[D]"),
            columns=self._columns,
            value=values,
            known=known,
            series=self.series,
            longest=longest,
            stood_in=self._fallback_used(rows),
            disputes={
                (one.series_id, to_date(one.period_end)): one
                for one in self.disputes
                if one.since <= at < one.until
            },
            settled={
                (one.series_id, to_date(one.period_end)): one.until
                for one in sorted(self.disputes, key=lambda one: one.until)
                if one.until <= at
            },
            unchecked=moves[: np.searchsorted(since, at, side="right")],
        )

    @cached_property
    def _far_moves(self) -> tuple[tuple[Unchecked, ...], type_time]:
        """The far moves by when they were known, and when."""
        moves = tuple(sorted(self.unchecked, key=lambda one: one.since))
        return moves, np.array([one.since for one in moves], dtype="datetime64[s]")

    def _fallback_used(self, rows: npt.NDArray[np.int64]) -> dict[tuple[str, date], str]:
        """The label of the publisher of each number that is not from the series' usual one."""
        if self.origin is None:
            return {}
        others = rows[self._is_fallback[rows]]
        if not len(others):
            return {}
        near = rows[np.isin(self.period_end[rows], self.period_end[others])]
        # A later row of a cell replaces an earlier one, and so does its label.
        labels = {
            (self.series_ids[self.column[row]], to_date(self.period_end[row])): str(
                self.origin[row]
            )
            for row in near
        }
        return {
            cell: label for cell, label in labels.items() if label != self._usual_source(cell[0])
        }

    @cached_property
    def _is_fallback(self) -> npt.NDArray[np.bool_]:
        """The rows of another publisher than their series' usual one."""
        usual = np.array([self._usual_source(name) for name in self.series_ids], dtype=object)
        return np.asarray(self.origin != usual[self.column], dtype=bool)

    def _usual_source(self, series_id: str) -> str:
        return self.series[series_id].source if series_id in self.series else ""

    @cached_property
    def _breaks(self) -> type_time:
        """The instants at which something known was revised or came out of order, once each."""
        found: list[type_time] = []
        one_vintage = set(self._one_vintage_columns)
        for column in range(len(self.series_ids)):
            mine = np.flatnonzero(self.column == column)
            known = self.known_at[mine]
            if column in one_vintage:
                vintage = self.vintage[mine]
                found.append(known[1:][vintage[1:] != vintage[:-1]])
            days = self.period_end[mine].astype("datetime64[D]").astype(np.int64)
            highest_before = np.concatenate(([np.iinfo(np.int64).min], np.maximum.accumulate(days)))
            found.append(known[days <= highest_before[:-1]])
        found += [self._turns_of(one) for one in self.disputes]
        return np.unique(np.concatenate(found)) if found else np.array([], dtype="datetime64[s]")

    def _turns_of(self, dispute: SourceMismatch) -> type_time:
        """When a dispute changes what was known: its settling, and its beginning where the number
        was known before."""
        mine = (self.column == self.series_ids.index(dispute.series_id)) & (
            self.period_end == dispute.period_end
        )
        was_known = bool((self.known_at[mine] < dispute.since).any())
        return np.array([*([dispute.since] if was_known else []), dispute.until])
