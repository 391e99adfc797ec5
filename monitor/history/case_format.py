"""A desk's own case as it is written: the numbers it changes, and the answer it expects."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from annotated_types import Interval, MinLen

from monitor.config.blocks import block_of
from monitor.errors import ConfigInvalid, Problem
from monitor.ingest.calendars import NEW_YORK

Name = Annotated[str, MinLen(1)]
WRITE_ONE: Final = "name a case or a folder of cases; docs/own-rules.md shows how to write one"

NewYorkTime = Annotated[str, MinLen(16)]


@dataclass(frozen=True, kw_only=True)
class SetNumber:
    """A number of a period, known when the one that it replaces was, else when it usually is."""

    series: Name
    period: date
    value: float
    known: NewYorkTime | None = None


@dataclass(frozen=True, kw_only=True)
class SetLine:
    """Several numbers of one series."""

    series: Name
    periods: tuple[date, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class SetWeekly:
    """A number a week, a pattern that repeats, `until` the last of so many weeks."""

    series: Name
    until: date
    weeks: Annotated[int, Interval(ge=1, le=2600)]
    pattern: Annotated[tuple[float, ...], MinLen(1)]


@dataclass(frozen=True, kw_only=True)
class DropNumbers:
    """Numbers taken out: of a period, or the whole series."""

    series: Name
    period: date | None = None


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The answer for a subject and period; a rule of one subject needs none named."""

    period: date
    answer: Literal["firing", "quiet", "unknown"]
    subject: str = ""
    severity: Literal["notice", "warning", "critical"] | None = None
    measure: float | None = None
    says: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RuleCase:
    """A case: which rule sees what at an instant of New York, and what it must answer."""

    title: Name
    rule: Name
    as_of: NewYorkTime
    expect: Expected
    set: tuple[SetNumber, ...] = ()
    line: tuple[SetLine, ...] = ()
    weekly: tuple[SetWeekly, ...] = ()
    drop: tuple[DropNumbers, ...] = ()

    @property
    def at(self) -> datetime:
        """The instant. Raises ValueError."""
        return instant_of(self.as_of)

    @property
    def numbers(self) -> Iterator[tuple[str, SetNumber]]:
        """The numbers it sets one by one, each with the setting that does. Raises ValueError."""
        for place, one in enumerate(self.line):
            each = zip(one.periods, one.values, strict=True)
            for at, (period, value) in enumerate(each):
                number = SetNumber(series=one.series, period=period, value=value)
                yield f"line.{place}.periods.{at}", number
        for place, weekly in enumerate(self.weekly):
            for week in range(weekly.weeks):
                number = SetNumber(
                    series=weekly.series,
                    period=weekly.until - timedelta(weeks=weekly.weeks - 1 - week),
                    value=weekly.pattern[week % len(weekly.pattern)],
                )
                yield f"weekly.{place}.until", number
        for place, number in enumerate(self.set):
            yield f"set.{place}.period", number


def case_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those in the folders named, in order. Raises ConfigInvalid for a path
    with none."""
    found = {one: sorted(one.rglob("*.toml")) if one.is_dir() else [one] for one in paths}
    none = [Problem(str(one), "holds no case (*.toml)", WRITE_ONE)
            for one, cases in found.items() if not cases]  # fmt: skip
    missing = [Problem(str(one), f"no such file or folder in {one.absolute().parent}", WRITE_ONE)
               for one in found if not one.exists()]  # fmt: skip
    if none or missing:
        raise ConfigInvalid([*none, *missing])
    return [case for cases in found.values() for case in cases]


def read_case(path: Path) -> RuleCase:
    """A case as it is written. Raises ConfigInvalid with every mistake."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ConfigInvalid([Problem(str(path), why, "name a case that can be read")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigInvalid([Problem(str(path), f"not TOML: {error}", "correct it")]) from None
    problems: list[Problem] = []
    case: RuleCase | None = block_of(path.name, RuleCase, written, problems)
    if case is None:
        raise ConfigInvalid(problems)
    try:
        _ = case.at, [one.known and instant_of(one.known) for _, one in case.numbers]
    except (ValueError, OverflowError) as error:
        fix = "write times as 2025-04-10 23:00, and as many values as periods"
        raise ConfigInvalid([Problem(path.name, str(error), fix)]) from None
    return case


def instant_of(text: str) -> datetime:
    """A time of New York as an instant. Raises ValueError."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)
