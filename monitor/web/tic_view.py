"""What the pages of TIC show: a month as known now or as first published, and one area's months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from alerts.tic import words
from alerts.tic.facts import TicDay
from monitor.views.tic_days import TicDays
from monitor.web.site import WebContext
from rules.tic.areas import COUNTRIES, SUMS
from rules.tic.month_report import AreaMonth, KindMonth, split_areas
from rules.tic.series_ids import LONG, tic_series


@dataclass(frozen=True)
class Row:
    """An area's month, the long-term net that its release first gave, and its bar in percent of the
    longest."""

    area: AreaMonth
    first: float | None
    bar: float


@dataclass(frozen=True)
class KindRow:
    """A type of security, and what the release first gave for all foreigners."""

    kind: KindMonth
    first: float | None


@dataclass(frozen=True)
class MonthView:
    """A month's page. `is_first`: everything on it is as first published; `first_at` when that was,
    None where it is not stored."""

    day: TicDay
    is_first: bool
    first: TicDay | None
    title: str
    brief: tuple[str, ...]
    records: str
    as_of: str
    sellers: tuple[Row, ...]
    buyers: tuple[Row, ...]
    holders: tuple[Row, ...]
    centres: tuple[Row, ...]
    watched: tuple[Row, ...]
    split: tuple[AreaMonth, ...]
    kinds: tuple[KindRow, ...]
    earlier: date | None
    later: date | None
    years: tuple[tuple[int, tuple[date, ...]], ...]


@dataclass(frozen=True)
class AreaView:
    """One area's page: its months, the newest first."""

    code: str
    name: str
    months: tuple[AreaMonth, ...]
    series_id: str


def month_view(site: WebContext, month: date | None, *, is_first: bool) -> MonthView | None:
    """The page of a month, or of the newest; None where it is not known, or its first print is
    asked for and not stored."""
    days = TicDays(site.reading.database, site.now())
    shown = month or (days.months[0] if days.months else None)
    if shown is None or shown not in days.months:
        return None
    first = days.first_print(shown)
    now = days.day(shown)
    day = first if is_first else now
    return None if day is None else _view(site, days, day, first, is_first=is_first)


def area_view(site: WebContext, code: str) -> AreaView | None:
    """The page of an area, without months where none is stored; None for a code nobody has."""
    name = COUNTRIES.get(code) or SUMS.get(code)
    if name is None:
        return None
    months = TicDays(site.reading.database, site.now()).area(code)
    return AreaView(code, name, months, tic_series(code, LONG))


def _view(
    site: WebContext, days: TicDays, day: TicDay, first: TicDay | None, *, is_first: bool
) -> MonthView:
    report = day.report
    before = _first_by_code(first)
    named = (*report.sellers, *report.buyers)
    longest = max((abs(one.long or 0.0) for one in named), default=1.0) or 1.0

    def rows(areas: Sequence[AreaMonth]) -> tuple[Row, ...]:
        return tuple(
            Row(one, before.get(one.code), min(100.0, 100.0 * abs(one.long or 0.0) / longest))
            for one in areas
        )

    kinds_before = {} if first is None else {one.name: one.all for one in first.report.kinds}
    place = days.months.index(report.month)
    others = (report.centres_together, report.china, report.china_belgium)
    return MonthView(
        day=day,
        is_first=is_first,
        first=first,
        title=words.title(report),
        brief=words.brief(day, site.zone),
        records=words.records(report),
        as_of=words.as_of(day, site.zone),
        sellers=rows(report.sellers),
        buyers=rows(report.buyers),
        holders=rows((report.all, report.official, report.private)),
        centres=rows((*report.centres, *others)),
        watched=rows(report.watched),
        split=tuple(one for one in split_areas(report) if one.change is not None),
        kinds=tuple(KindRow(one, kinds_before.get(one.name)) for one in report.kinds),
        earlier=days.months[place + 1] if place + 1 < len(days.months) else None,
        later=days.months[place - 1] if place else None,
        years=tuple(
            (year, tuple(sorted(months)))
            for year, months in groupby(days.months, key=lambda one: one.year)
        ),
    )


def _first_by_code(first: TicDay | None) -> Mapping[str, float | None]:
    if first is None:
        return {}
    report = first.report
    every = (*report.areas, report.all, report.official, report.private)
    return {one.code: one.long for one in every} | {
        "six": report.centres_together.long,
        "china_belgium": report.china_belgium.long,
    }
