"""Checks between a parsed body and the database: what is never right. A body that fails one is
rejected whole; what may be a correction is in monitor.ingest.corrections."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.payload_parsing import YEARS, without_date
from monitor.ingest.source import Source
from monitor.ingest.validation_sessions import check_sessions, days_with_numbers
from rules.model import Series

Describe = Callable[[str], Series]


def check_body(frame: pd.DataFrame, source: Source, at: datetime) -> None:
    """Refuse what is right of no body, whatever is stored."""
    check_shape(frame, source.name)
    check_dates(frame, source.name, source.first_day, source.today(at))
    check_sessions(frame, source.name, source.calendar)
    check_levels(frame, source.name, source.describe)


def check_shape(frame: pd.DataFrame, where: str) -> None:
    """Refuse a body without values, with a date of another age, with one twice, or with dates out
    of order."""
    if not len(days_with_numbers(frame)):
        raise BodyRejected(where, expected="at least one row of numbers", got="none")
    far = frame.index[without_date(frame.index)]
    if len(far):
        expected = f"dates of the years {YEARS.start} to {YEARS.stop - 1}"
        raise BodyRejected(where, expected=expected, got=f"{far[0]}", state="IMPLAUSIBLE")
    repeated = frame.index[frame.index.duplicated()]
    if len(repeated):
        raise BodyRejected(where, expected="each date once", got=f"{repeated[0].date()} twice")
    if not (frame.index.is_monotonic_increasing or frame.index.is_monotonic_decreasing):
        step = np.diff(frame.index.to_numpy())
        usual = np.sign(np.median(step.astype("int64")))
        wrong = int(np.flatnonzero(np.sign(step.astype("int64")) != usual)[0]) + 1
        raise BodyRejected(
            where,
            expected="dates in order",
            got=f"{frame.index[wrong].date()} after {frame.index[wrong - 1].date()}",
        )


def check_dates(frame: pd.DataFrame, where: str, first: date, today: date) -> None:
    """Refuse a date before the first day of the publisher's history, or in the future."""
    filled = days_with_numbers(frame)
    newest, oldest = filled.max().date(), filled.min().date()
    if newest > today:
        expected = f"no date after {today}"
        raise BodyRejected(where, expected=expected, got=f"{newest}", state="IMPLAUSIBLE")
    if oldest < first:
        expected = f"no date before {first}, where the publisher's history begins"
        raise BodyRejected(where, expected=expected, got=f"{oldest}", state="IMPLAUSIBLE")


def check_not_stale(frame: pd.DataFrame, where: str, stored: pd.DataFrame) -> None:
    """Refuse a file that ends before the one before did."""
    newest = days_with_numbers(frame).max().date()
    if not stored.empty and newest < stored.index.max().date():
        raise BodyRejected(
            where,
            expected=f"the newest period to be {stored.index.max().date()} or later, as before",
            got=f"{newest} (an old or cut-off copy)",
            state="STALE",
        )


def check_months(frame: pd.DataFrame, where: str, stored: pd.DataFrame) -> None:
    """Refuse a monthly file that leaves a month out behind those that are stored."""
    days = np.unique(days_with_numbers(frame).to_numpy().astype("datetime64[M]"))
    if stored.empty:
        return
    last = stored.index.to_numpy().max().astype("datetime64[M]")
    months = np.concatenate(([last], days[days > last]))
    gap = np.flatnonzero(np.diff(months) > np.timedelta64(1, "M"))
    if len(gap):
        raise BodyRejected(
            where,
            expected=f"the month after {months[gap[0]]}",
            got=f"{months[gap[0] + 1]} (another month's numbers?)",
            state="IMPLAUSIBLE",
        )


def check_age(frame: pd.DataFrame, where: str, today: date, most_days: int) -> None:
    """Refuse a frozen file: one whose newest period is older than the publisher's lag allows."""
    newest = days_with_numbers(frame).max().date()
    if today - newest > timedelta(days=most_days):
        raise BodyRejected(
            where,
            expected=f"a period since {today - timedelta(days=most_days)}",
            got=f"{newest} as the newest (a frozen file?)",
            state="STALE",
        )


def check_levels(frame: pd.DataFrame, where: str, describe: Describe) -> None:
    """Refuse a number outside what its series can be: a wrong unit, a slipped digit, another
    column."""
    for name in frame.columns:
        series = describe(str(name))
        if series.plausible is None:
            continue
        low, high = series.plausible
        values = frame[name].to_numpy()
        outside = np.flatnonzero((values < low) | (values > high))
        if len(outside):
            row = outside[-1]
            raise BodyRejected(
                where,
                expected=f"{series.title} between {low:g} and {high:g} {series.unit}",
                got=f"{values[row]:g} on {frame.index[row].date()}",
                state="IMPLAUSIBLE",
            )


def check_watched(
    frame: pd.DataFrame, where: str, stored: pd.DataFrame, watched: Collection[str]
) -> None:
    """Refuse a monthly file whose newest month lacks an area that a rule reads and that was
    there the month before, in this file or in the one stored.

    `watched`: ids of series. Series that differ only in their last part (`tic.42609.for_treas_net`)
    are one area's: one number of it is enough, as `n.a.` is no missing area.
    """
    names = [*map(str, frame.columns), *(str(n) for n in stored.columns if n not in frame.columns)]
    areas = {name.rpartition(".")[0] for name in watched} - {""}
    mine = [name for name in names if name.rpartition(".")[0] in areas]
    if not mine:
        return
    newest = days_with_numbers(frame).max()
    before = newest - pd.offsets.MonthEnd(1)
    now = _areas_on(newest, frame, mine)
    for area in sorted((_areas_on(before, frame, mine) | _areas_on(before, stored, mine)) - now):
        raise BodyRejected(
            where,
            expected=f"area {area.rpartition('.')[2]} in the newest month, {newest:%Y-%m}, as in "
            f"{before:%Y-%m}",
            got="no number for it, so that the rules that watch it cannot be evaluated",
        )


def _areas_on(day: pd.Timestamp, frame: pd.DataFrame, names: Collection[str]) -> set[str]:
    """The areas with any number on a day, of some series."""
    mine, wanted = frame.index == day, frozenset(names)
    given = (~np.isnan(frame.to_numpy(dtype=np.float64)[mine])).any(axis=0)
    said = (str(name) for name, there in zip(frame.columns, given, strict=True) if there)
    return {name.rpartition(".")[0] for name in said if name in wanted}
