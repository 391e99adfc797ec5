"""What is asked about a feed of a desk's own, with a default for whatever its file says."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from monitor.cli.questions import Questions
from monitor.errors import ConfigInvalid, Problem

if TYPE_CHECKING:
    from datetime import date

    from monitor.feeds.date_readings import DateReading
    from monitor.feeds.detection import Detected

Check = Callable[[Mapping[str, Any]], object]
# What a header says of the unit of its numbers.
UNITS: Final = {
    "bp": "bp", "yield": "pct", "rate": "pct", "pct": "pct", "percent": "pct", "volume": "count",
    "contracts": "contracts",
}  # fmt: skip


# Of a header that says only what kind of price a number is.
CLOSES: Final = ("close", "last", "price", "value", "px_last")
PRICES: Final = ("open", "high", "low", "volume")


def asked_name(questions: Questions, default: str, taken: Collection[str]) -> str:
    """The name of the block."""
    ask = partial(questions.text, "name", "Name of the feed", default)
    return questions.until_right(ask, lambda name: _refuse_name("name", name, taken))


def asked_reading(questions: Questions, detected: Detected) -> DateReading:
    """How the dates are read: asked where there are several ways. Raises ConfigInvalid."""
    ways = {one.style: one for one in detected.readings}
    only = next(iter(ways)) if len(ways) == 1 else None
    if only is not None and not questions.given("date_format"):
        return ways[only]
    shown = "; ".join(
        f"{style}: to {one.newest:%d %B %Y}, a {one.frequency} apart" for style, one in ways.items()
    )
    question = f"{detected.date_column!r} can be read as {shown}\nWhich date format?"

    def check(style: str) -> None:
        if style not in ways:
            known = f"{detected.date_column!r} can be read as {', '.join(ways)}"
            raise ConfigInvalid([Problem("date_format", f"{style!r} does not read it", known)])

    ask = partial(questions.text, "date_format", question, only)
    return ways[questions.until_right(ask, check)]


def asked_settings(
    questions: Questions, defaults: Mapping[str, str], check: Check
) -> dict[str, Any]:
    """Whose it is, and at what time its numbers are known: what has a default for every file."""
    asked: dict[str, Any] = {}
    for key, question in (
        ("publisher", "Publisher, as messages name it"),
        ("time_zone", "Time zone of its times"),
        ("known_at", "Published at about (HH:MM in that zone)"),
    ):
        ask = partial(questions.text, key, question, defaults[key])
        asked[key] = questions.until_right(ask, partial(_check_setting, check, key))
    return asked


def asked_timing(
    questions: Questions, reading: DateReading, today: date, check: Check
) -> dict[str, Any]:
    """How often and how late its rows come, and whether they stay."""
    from monitor.feeds.gates import proposed_lag
    from monitor.feeds.sessions import likely_market

    lag = str(proposed_lag(reading.frequency, reading.newest, today))

    def later() -> int | str:
        question = "Business days between a row's date and its publication"
        return _whole(questions.text("lag", question, lag))

    asked: dict[str, Any] = {"frequency": reading.frequency}
    if reading.frequency == "session":
        asked["market"] = likely_market(reading.days)
    key = "lag_business_days"
    asked[key] = questions.until_right(later, partial(_check_setting, check, key))
    question = "Does the file keep its old rows, so that fewer rows than before are an error?"
    asked["grows"] = questions.yes("grows", question)
    return asked


def _check_setting(check: Check, key: str, value: object) -> None:
    check({key: value})


def _whole(text: str) -> int | str:
    """A whole number as one; the check says what is wrong with any other text."""
    return int(text) if text.isdecimal() else text


def asked_columns(
    questions: Questions, feed: str, detected: Detected, check: Check
) -> dict[str, dict[str, Any]]:
    """The columns of a feed to take, each by its key."""
    every = ", ".join(f'"{name}"' if "," in name else name for name in detected.numeric)
    ask = partial(questions.text, "columns", "Columns to take (comma-separated)", every)
    chosen = _listed(questions.until_right(ask, partial(_refuse_columns, detected=detected)))
    columns: dict[str, dict[str, Any]] = {}
    for name in chosen:
        made = questions.until_right(
            partial(_column, questions, feed, name, columns, only=len(chosen) == 1),
            lambda keyed: _check_column(*keyed, columns, check),
        )
        columns[made[0]] = made[1]
    return columns


def _column(
    questions: Questions, feed: str, name: str, before: Collection[str], *, only: bool
) -> tuple[str, dict[str, Any]]:
    from monitor.feeds.block import slug

    short = slug(name.rpartition(".")[0] or name, f"column_{len(before) + 1}")
    key = questions.text("key" if only else "", f"{name!r}: key of its series", short)
    title = questions.text(
        "title" if only else "", f"{name!r}: title, as messages name it", _title_of(feed, name)
    )
    unit = questions.text(
        "unit",
        f"{name!r}: unit (index, pct, bp, usd_mn, usd_bn, jpy_bn, count, contracts)",
        next((unit for word, unit in UNITS.items() if word in name.lower()), "index"),
    )
    return key, {"column": name, "title": title, "unit": unit}


def _title_of(feed: str, column: str) -> str:
    """`Gold` for the close of the feed `gold`, `Gold, open` for another word of its kind; else the
    column's own name."""
    said = feed.replace("_", " ").capitalize()
    word = column.strip().casefold()
    if word in CLOSES:
        return said
    return f"{said}, {word}" if word in PRICES else column


def _check_column(
    key: str, column: Mapping[str, Any], before: Collection[str], check: Check
) -> None:
    _refuse_name("key", key, before)
    check({"columns": {key: column}})


def _refuse_name(path: str, name: str, taken: Collection[str]) -> None:
    from monitor.config.desk_rules import name_problems

    if problems := name_problems(path, name, taken):
        raise ConfigInvalid(problems)


def _listed(text: str) -> list[str]:
    """The names in an answer; one that has a comma is in quotes."""
    cells = next(csv.reader([text], skipinitialspace=True), [])
    return list(dict.fromkeys(one.strip() for one in cells if one.strip()))


def _refuse_columns(text: str, detected: Detected) -> None:
    from monitor.config.blocks import unknown_name
    from monitor.known_names import listed

    names, numeric = _listed(text), detected.numeric
    problems = [
        Problem("columns", f"{one!r} has {cell}, which is no plain number", "correct the cell")
        if (cell := detected.others.get(one))
        else unknown_name("columns", one, numeric)
        for one in names
        if one not in numeric
    ]
    if not names:
        problems = [Problem("columns", "names none", f"name some of {listed([*numeric])}")]
    if problems:
        raise ConfigInvalid(problems)
