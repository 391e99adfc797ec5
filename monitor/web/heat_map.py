"""The sessions of a span as a calendar: a column a week, Monday to Friday down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from monitor.ingest.calendars import NYSE, US_BONDS, is_session
from monitor.web.joint_sessions import Mark, Moves, Session
from rules.wording import number, plural, signed_bp, signed_pct

STEP: Final = 14
CELL: Final = 12
# How large a mark is in its cell: told apart without colours too.
MARK_SIZES: Final = {Mark.SMALL: 3, Mark.NOTICE: 6, Mark.WARNING: 9, Mark.CRITICAL: 12}
# What a joint selloff is called, the worst first.
LEVELS: Final = {
    Mark.CRITICAL: "critical",
    Mark.WARNING: "warning",
    Mark.NOTICE: "notice",
    Mark.SMALL: "below notice",
}
LEFT: Final = 26
TOP: Final = 16
WEEKDAYS: Final = ((0, "Mon"), (2, "Wed"), (4, "Fri"))
MONTHS_SHOWN: Final = 24
# How many weeks the name of a month takes; with its year one more.
LABEL_WEEKS: Final = 3


@dataclass(frozen=True)
class Cell:
    """One open day. `kind` is a mark, `no-data` where the session is past and not stored, or
    `waiting` where it is newer than all stored; `inset` and `size` place its mark."""

    x: int
    y: int
    kind: str
    said: str
    inset: float = 0.0
    size: int = 0


@dataclass(frozen=True)
class Grid:
    """A span of days to draw, what it shows in words, and the names of its months by place."""

    title: str
    said: str
    width: int
    height: int
    cells: tuple[Cell, ...]
    months: tuple[tuple[int, str], ...]
    weekdays: tuple[tuple[int, str], ...]


def grid(sessions: Mapping[date, Session], first: date, last: date) -> Grid:
    """The days from `first` to `last`; a day on which a market is closed has no cell."""
    monday = first - timedelta(days=first.weekday())
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    known = [sessions[day] for day in days if day in sessions]
    newest = max(sessions, default=date.min)
    cells = tuple(
        _cell(day, sessions.get(day), (day - monday).days // 7, newest)
        for day in days
        if is_session(NYSE, day) and is_session(US_BONDS, day)
    )
    weeks = (last - monday).days // 7 + 1
    return Grid(
        title=f"{first:%B %Y} to {last:%B %Y}",
        said=f"{first:%B %Y} to {last:%B %Y}: {count_sessions(known)}",
        width=LEFT + weeks * STEP,
        height=TOP + 5 * STEP,
        cells=cells,
        months=_months(days, monday, LEFT + weeks * STEP),
        weekdays=tuple((TOP + row * STEP + CELL - 2, name) for row, name in WEEKDAYS),
    )


def half_years(first: date, last: date) -> list[tuple[date, date]]:
    """The halves of calendar years that meet a span, the newest first."""
    found = []
    for year in range(last.year, first.year - 1, -1):
        halves = ((date(year, 7, 1), date(year, 12, 31)), (date(year, 1, 1), date(year, 6, 30)))
        found += [(begin, end) for begin, end in halves if begin <= last and end >= first]
    return found


def last_year(today: date) -> list[tuple[date, date]]:
    """The last 52 weeks as two spans, the older first."""
    friday = today + timedelta(days=4 - today.weekday())
    middle = friday - timedelta(weeks=26)
    return [
        (middle - timedelta(weeks=26) + timedelta(days=3), middle),
        (middle + timedelta(days=3), friday),
    ]


def months_back(today: date, months: int = MONTHS_SHOWN) -> date:
    """The first day of the month some months before."""
    count = today.year * 12 + today.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def joint_selloffs(sessions: Mapping[date, Session], first: date, last: date) -> list[Session]:
    """The joint selloffs of a span, the newest first."""
    found = [one for day, one in sessions.items() if one.mark.is_joint and first <= day <= last]
    return sorted(found, key=lambda one: one.day, reverse=True)


def count_sessions(sessions: Iterable[Session]) -> str:
    """`5 joint selloffs of 63 sessions: 1 critical, 2 warning, 1 notice, 1 below notice`."""
    listed = list(sessions)
    counts = Counter(one.mark for one in listed)
    levels = [one for one in LEVELS if counts[one]]
    if not listed:
        return "no data"
    total = sum(counts[one] for one in levels)
    each = ", ".join(f"{counts[one]} {LEVELS[one]}" for one in levels)
    said = f"{plural(total, 'joint selloff')} of {plural(len(listed), 'session')}"
    return f"{said}: {each}" if each else said


def cell_label(session: Session) -> str:
    """`10 April 2025: joint selloff, smallest leg 0.97σ, critical; S&P 500 −3.5%, 10-year +6bp,
    dollar −2.0%`."""
    day = spoken_day(session.day)
    moves = "" if session.moves is None else f"; {moves_said(session.moves)}"
    if session.mark is Mark.UNKNOWN:
        return f"{day}: no data{moves}"
    if not session.mark.is_joint:
        return f"{day}: no joint selloff{moves}"
    size = "" if session.weakest_sd is None else f", smallest leg {number(session.weakest_sd, 2)}σ"
    provisional = ", provisional" if session.provisional else ""
    return f"{day}: joint selloff{size}, {LEVELS[session.mark]}{provisional}{moves}"


def moves_said(moves: Moves) -> str:
    """`S&P 500 −3.5%, 10-year +6bp, dollar −2.0%`."""
    spx, ust, usd = moves
    return f"S&P 500 {signed_pct(spx)}, 10-year {signed_bp(ust)}, dollar {signed_pct(usd)}"


def spoken_day(day: date) -> str:
    """`10 April 2025`."""
    return f"{day.day} {day:%B %Y}"


def _cell(day: date, session: Session | None, week: int, newest: date) -> Cell:
    x, y = LEFT + week * STEP, TOP + day.weekday() * STEP
    if session is None:
        if day > newest:
            return Cell(x, y, "waiting", f"{spoken_day(day)}: not evaluated yet")
        return Cell(x, y, "no-data", f"{spoken_day(day)}: no data")
    size = MARK_SIZES.get(session.mark, 0)
    return Cell(x, y, session.mark.value, cell_label(session), (CELL - size) / 2, size)


def _months(days: Iterable[date], monday: date, width: int) -> tuple[tuple[int, str], ...]:
    """The place and the name of each month, at the week in which it begins; with the year at the
    first and at each January. One that would not fit is left out."""
    found: list[tuple[int, str]] = []
    free, seen = LEFT, set()
    for day in days:
        if (day.year, day.month) in seen:
            continue
        seen.add((day.year, day.month))
        place = LEFT + (day - monday).days // 7 * STEP
        has_year = day.month == 1 or not found
        takes = STEP * (LABEL_WEEKS + has_year)
        if free <= place <= width - takes:
            found.append((place, f"{day:%b %Y}" if has_year else f"{day:%b}"))
            free = place + takes
    return tuple(found)
