"""The joint selloffs of many years: a row a year, a column a week, shaded by the worst of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from monitor.web.heat_map import cell_label
from monitor.web.joint_sessions import Mark, Session
from rules.wording import plural

WEEKS: Final = 53
STEP: Final = 20
# A phone shows it at a third of its size: its years must be legible and apart there too.
ROW: Final = 30
LEFT: Final = 68
RIGHT: Final = 64
TOP: Final = 30
# Of the smallest leg, in standard deviations: a mark grows by a step at each.
SIZES: Final = (0.25, 0.5, 0.75, 1.0, 1.5)
WIDEST: Final = 18
NARROWEST: Final = 6
YEARS_SHOWN: Final = 12
TOLD: Final = (Mark.NOTICE, Mark.WARNING, Mark.CRITICAL)


@dataclass(frozen=True)
class WeekCell:
    """A week with a joint selloff: what it says, where its mark stands and how large it is. `shade`
    counts from 0; `alert_id` is the worst session's, empty where no alert is stored."""

    said: str
    x: float
    y: float
    side: float
    shade: int
    is_critical: bool
    alert_id: str


@dataclass(frozen=True)
class YearRow:
    """A year: its weeks with data as spans from a place with a width, its cells, and how many of
    its sessions were notices or worse."""

    year: int
    y: int
    spans: tuple[tuple[int, int], ...]
    cells: tuple[WeekCell, ...]
    notices: int


@dataclass(frozen=True)
class Overview:
    """The years to draw, the newest first, and what they show in words."""

    title: str
    said: str
    rows: tuple[YearRow, ...]
    months: tuple[tuple[int, str], ...]
    width: int
    height: int
    row: int = ROW


def overview(sessions: Mapping[date, Session], last: date, years: int | None) -> Overview:
    """The years to a day, all that are stored where none are counted."""
    first = min((day.year for day in sessions), default=last.year)
    if years is not None:
        first = max(first, last.year - years + 1)
    by_year: dict[int, list[Session]] = defaultdict(list)
    for day, one in sessions.items():
        if first <= day.year and day <= last:
            by_year[day.year].append(one)
    rows = tuple(
        _row(year, TOP + place * ROW, by_year[year])
        for place, year in enumerate(range(last.year, first - 1, -1))
    )
    told = sum(one.notices for one in rows)
    return Overview(
        title=f"{first} to {last.year}" if first < last.year else str(last.year),
        said=f"{first} to {last.year}: {plural(told, 'session')} of notice size or more",
        rows=rows,
        months=tuple(
            (LEFT + _week(date(last.year, month, 1)) * STEP, f"{date(last.year, month, 1):%b}")
            for month in range(1, 13)
        ),
        width=LEFT + WEEKS * STEP + RIGHT,
        height=TOP + len(rows) * ROW,
    )


def _row(year: int, y: int, sessions: Iterable[Session]) -> YearRow:
    weeks: dict[int, list[Session]] = defaultdict(list)
    for one in sessions:
        weeks[_week(one.day)].append(one)
    known = sorted(
        week for week, days in weeks.items() if any(one.mark is not Mark.UNKNOWN for one in days)
    )
    return YearRow(
        year=year,
        y=y,
        spans=tuple(_spans(known)),
        cells=tuple(
            _cell(week, y, joint)
            for week in known
            if (joint := [one for one in weeks[week] if one.mark.is_joint])
        ),
        notices=sum(one.mark in TOLD for days in weeks.values() for one in days),
    )


def _cell(week: int, y: int, joint: list[Session]) -> WeekCell:
    worst = max(joint, key=lambda one: (one.mark is Mark.CRITICAL, one.weakest_sd or 0.0))
    shade = bisect_right(SIZES, worst.weakest_sd or 0.0)
    side = side_of(shade)
    return WeekCell(
        said="\n".join(cell_label(one) for one in sorted(joint, key=lambda one: one.day)),
        x=LEFT + week * STEP + (STEP - side) / 2,
        y=y + (ROW - side) / 2,
        side=side,
        shade=shade,
        is_critical=worst.mark is Mark.CRITICAL,
        alert_id=worst.alert_id,
    )


def side_of(shade: int) -> float:
    """How large a mark of a shade is: told apart without colours too."""
    return NARROWEST + (WIDEST - NARROWEST) * shade / len(SIZES)


def _spans(weeks: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Where weeks beside one another begin, and how wide they are together."""
    run: list[int] = []
    for week in weeks:
        if run and week != run[-1] + 1:
            yield LEFT + run[0] * STEP, len(run) * STEP
            run = []
        run.append(week)
    if run:
        yield LEFT + run[0] * STEP, len(run) * STEP


def _week(day: date) -> int:
    return (day.timetuple().tm_yday - 1) // 7
