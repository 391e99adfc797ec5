"""What can go wrong with the numbers and words in a publisher's table."""

from __future__ import annotations

import random

from tests.contracts.bodies import Format, Rows
from tests.fuzz.cells import _columns, _is_number, _one, _window

NOT_NUMBERS = ("today", "now", "n/m", "inf", "1e999", "0x10", "1_000", "--", "12:00", "é", "None")


MISSING = ("", "N/A", "n.a.", "ND", "NA", ".", "null")


def sign_turned(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    return _times(rows, style, rng, -1.0)


def unit_rescaled(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    return _times(rows, style, rng, rng.choice((10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)))


def _times(rows: Rows, style: Format, rng: random.Random, factor: float) -> Rows | None:
    columns = _columns(rows, style)
    if rng.random() < 0.7:
        columns = [rng.choice(columns)]
    places = [_one(rows, style, rng)] if rng.random() < 0.4 else list(_window(rows, style, rng))
    for place in places:
        for column in columns:
            cell = rows[place][column]
            if _is_number(cell):
                rows[place][column] = f"{float(cell) * factor:.10g}"
    return rows


def ordinary_typo(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    """One number wrong by a few percent: a digit off in a place that is not the first."""
    place, column = _one(rows, style, rng), rng.choice(_columns(rows, style))
    cell = rows[place][column]
    if not _is_number(cell):
        return None
    rows[place][column] = f"{float(cell) * rng.uniform(0.96, 1.04):.6g}"
    return rows


def digits_exchanged(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    place, column = _one(rows, style, rng), rng.choice(_columns(rows, style))
    cell = rows[place][column]
    digits = [
        i for i in range(len(cell) - 1) if cell[i : i + 2].isdigit() and cell[i] != cell[i + 1]
    ]
    if not digits:
        return None
    i = rng.choice(digits)
    rows[place][column] = cell[:i] + cell[i + 1] + cell[i] + cell[i + 2 :]
    return rows


def a_number_is_zero(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    rows[_one(rows, style, rng)][rng.choice(_columns(rows, style))] = "0"
    return rows


def a_number_is_missing(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    rows[_one(rows, style, rng)][rng.choice(_columns(rows, style))] = rng.choice(MISSING)
    return rows


def a_word_for_a_number(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    rows[_one(rows, style, rng)][rng.choice(_columns(rows, style))] = rng.choice(NOT_NUMBERS)
    return rows


def a_word_for_a_date(rows: Rows, style: Format, rng: random.Random) -> Rows | None:
    if style.date_style == "stamp":
        return None
    rows[_one(rows, style, rng)][style.date] = rng.choice((*NOT_NUMBERS, *MISSING))
    return rows
