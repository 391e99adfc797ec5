"""What can go wrong with a publisher's table by structure, each one function from good rows to bad.

A mutation gets the rows, the header first, may change them as it likes, and takes every choice from
the generator it is handed, so that a seed gives the same one again. None = it cannot happen here.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.contracts.bodies import Format, Rows
from tests.fuzz.cells import _columns, _is_number, _key, _one, _places, _window
from tests.fuzz.number_mutations import (
    a_number_is_missing,
    a_number_is_zero,
    a_word_for_a_date,
    a_word_for_a_number,
    digits_exchanged,
    ordinary_typo,
    sign_turned,
    unit_rescaled,
)

Mutation = Callable[[Rows, Format, random.Random], Rows | None]


def values_moved_by_a_row(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    window, by = _window(rows, style, rng), rng.choice((1, -1))
    columns = _columns(rows, style)
    if rng.random() < 0.5:
        columns = [rng.choice(columns)]
    key = _key(rows, style)
    for column in columns:
        cells = [rows[place][column] for place in window]
        for place, cell in zip(window[max(by, 0) :], cells[max(-by, 0) :], strict=False):
            if key is None or rows[place][key] == rows[place - by][key]:
                rows[place][column] = cell
    return rows


def dates_moved_by_a_row(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    by = rng.choice((1, -1))
    every = _places(rows, style)
    if len(every) < 3:
        return None
    days = [rows[place][style.date] for place in every]
    moved = days[-by:] + days[:-by]
    kept = every[1:] if by > 0 else every[:-1]
    for place in kept:
        rows[place][style.date] = moved[place - style.first_row]
    drop = every[0] if by > 0 else every[-1]
    return [row for place, row in enumerate(rows) if place != drop]


def cells_shifted_left(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    return _shifted(rows, style, rng, left=True)


def cells_shifted_right(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    return _shifted(rows, style, rng, left=False)


def _shifted(rows: Rows, style: Format, rng: random.Random, *, left: bool) -> Rows | None:
    columns = _columns(rows, style)
    if len(columns) < 2:
        return None
    places = list(_window(rows, style, rng)) if rng.random() < 0.3 else [_one(rows, style, rng)]
    for place in places:
        row = rows[place]
        first = style.date + 1 if rng.random() < 0.7 else rng.choice(columns)
        cells = row[first:]
        rows[place] = [*row[:first], *([*cells[1:], ""] if left else ["", *cells[:-1]])]
    return rows


def two_columns_exchanged(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    columns = _columns(rows, style)
    if len(columns) < 2:
        return None
    one, other = rng.sample(columns, 2)
    places = [0] if rng.random() < 0.5 else list(_window(rows, style, rng))
    for place in places:
        rows[place][one], rows[place][other] = rows[place][other], rows[place][one]
    return rows


def dates_moved_by_a_day(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    return _dates_moved(rows, style, rng, timedelta(days=rng.choice((1, -1))))


def dates_moved_by_a_year(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    return _dates_moved(rows, style, rng, timedelta(days=rng.choice((365, -365))))


def _dates_moved(rows: Rows, style: Format, rng: random.Random, by: timedelta) -> Rows | None:
    places = list(_places(rows, style)) if rng.random() < 0.4 else [_one(rows, style, rng)]
    before = [rows[place][style.date] for place in places]
    for place in places:
        rows[place][style.date] = _written(rows[place][style.date], style, by)
    return rows if [rows[place][style.date] for place in places] != before else None


def _written(cell: str, style: Format, by: timedelta) -> str:
    if style.date_style == "stamp":
        return str(int(float(cell)) + int(by.total_seconds()))
    try:
        day = datetime.strptime(cell, style.date_style).replace(tzinfo=UTC)
    except ValueError:
        return cell
    if "%d" not in style.date_style:
        by = timedelta(days=31) if by > timedelta(0) else timedelta(days=-1)
    return (day + by).strftime(style.date_style)


def an_area_is_gone(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    """All rows of one area, or its newest month; a column where areas are columns."""
    key = _key(rows, style)
    if key is None:
        return None
    area = rng.choice(rows[style.first_row :])[key]
    mine = [place for place in _places(rows, style) if rows[place][key] == area]
    gone = mine if rng.random() < 0.5 else mine[:1]
    return [row for place, row in enumerate(rows) if place not in gone]


def days_are_gone(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    """Some rows from the middle, or the newest."""
    every = _places(rows, style)
    if len(every) < 3:
        return None
    count = rng.choice((1, 1, 2, max(1, len(every) // 20), len(every) // 3))
    first = rng.choice((every[0], every[-1], rng.choice(every)))
    return [row for place, row in enumerate(rows) if not first <= place < first + count]


def truncated(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    every = _places(rows, style)
    keep = rng.randint(0, len(every) - 1)
    cut = rows[: style.first_row + keep]
    if rng.random() < 0.5 and len(cut) > style.first_row:
        cut[-1] = cut[-1][: rng.randint(1, len(cut[-1]))]
    return cut


def rows_twice(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    place = _one(rows, style, rng)
    again = list(rows[place])
    if rng.random() < 0.5:
        column = rng.choice(_columns(rows, style))
        if _is_number(again[column]):
            again[column] = f"{float(again[column]) * 1.01:.6g}"
    return [*rows[:place], again, *rows[place:]]


def two_rows_exchanged(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    """Whole rows, or their numbers under the same dates."""
    every = list(_places(rows, style))
    if len(every) < 2:
        return None
    one = _one(rows, style, rng)
    other = rng.choice([place for place in every if place != one])
    if rng.random() < 0.3:
        rows[one], rows[other] = rows[other], rows[one]
        return rows
    columns = _columns(rows, style)
    for column in columns if rng.random() < 0.5 else [rng.choice(columns)]:
        rows[one][column], rows[other][column] = rows[other][column], rows[one][column]
    return rows


def stays_at_one_value(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    """A column that repeats one number for some rows, as where a feed hangs."""
    window, column = _window(rows, style, rng), rng.choice(_columns(rows, style))
    for place in window:
        rows[place][column] = rows[window[0]][column]
    return rows


def header_changed(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    place = rng.randrange(len(rows[0]))
    rows[0][place] = rng.choice(("", "renamed", rng.choice(rows[0]), rows[0][place].swapcase()))
    return rows


MUTATIONS: dict[str, Mutation] = {
    one.__name__.replace("_", " "): one
    for one in (
        values_moved_by_a_row,
        dates_moved_by_a_row,
        cells_shifted_left,
        cells_shifted_right,
        two_columns_exchanged,
        dates_moved_by_a_day,
        dates_moved_by_a_year,
        sign_turned,
        unit_rescaled,
        ordinary_typo,
        digits_exchanged,
        a_number_is_zero,
        a_number_is_missing,
        a_word_for_a_number,
        a_word_for_a_date,
        an_area_is_gone,
        days_are_gone,
        truncated,
        rows_twice,
        two_rows_exchanged,
        stays_at_one_value,
        header_changed,
    )
}


BYTES = "bytes damaged"


def damaged(body: bytes, rng: random.Random) -> bytes:
    """A body with some bytes changed, put in, left out, or cut off behind."""
    if not body:
        return body
    content = bytearray(body)
    for _ in range(rng.choice((1, 1, 3, 20))):
        place = rng.randrange(len(content))
        kind = rng.random()
        if kind < 0.5:
            content[place] = rng.randrange(256)
        elif kind < 0.7:
            del content[place : place + rng.randint(1, 40)]
        elif kind < 0.9:
            content[place:place] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 8)))
        else:
            del content[place:]
        if not content:
            break
    return bytes(content)
