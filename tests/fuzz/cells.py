"""The rows, columns and cells of a publisher's table that a mutation may change."""

from __future__ import annotations

import random

from tests.contracts.bodies import Format, Rows


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _columns(rows: Rows, style: Format) -> list[int]:
    """The columns of numbers."""
    sample = rows[style.first_row :][:3]
    return [
        place
        for place in range(len(rows[0]))
        if place != style.date
        and any(len(row) > place and _is_number(row[place]) for row in sample)
    ]


def _places(rows: Rows, style: Format) -> range:
    return range(style.first_row, len(rows))


def _key(rows: Rows, style: Format) -> int | None:
    """The column that names an area where one date has several rows; None for a row a date."""
    data = rows[style.first_row :]
    days, names = (len({row[place] for row in data}) for place in (style.date, style.date - 1))
    return style.date - 1 if max(days, names) < len(data) and style.date > 0 else None


def _window(rows: Rows, style: Format, rng: random.Random) -> range:
    """All rows, or some of them in a row."""
    every = _places(rows, style)
    if len(every) < 4 or rng.random() < 0.4:
        return every
    first = rng.randrange(len(every) - 2)
    return every[first : first + rng.randint(2, max(2, min(12, len(every) - first)))]


def _one(rows: Rows, style: Format, rng: random.Random) -> int:
    """A row: more often than not the newest, which is at one end."""
    every = _places(rows, style)
    return rng.choice((every[0], every[-1], rng.choice(every)))
