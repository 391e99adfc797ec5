"""A desk's own cases for its rules: stored numbers, some changed, and the answer expected."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from annotated_types import Interval, MinLen

from monitor.config.blocks import block_of, unreadable_file
from monitor.config.load import Config
from monitor.config.series_catalog import SeriesCatalog
from monitor.errors import ConfigInvalid, Problem
from monitor.evaluate.chains import Chained
from monitor.ingest.calendars import NEW_YORK
from rules.declared.made_series import with_inputs
from rules.declared.making import with_made
from rules.evaluation import Evaluations, Rule
from rules.model import Series
from rules.point_in_time.panel import History, to_second
from rules.terms import Answer

# A measure is compared to two decimals.
MEASURED_TO: Final = 0.005
Name = Annotated[str, MinLen(1)]
NewYorkTime = Annotated[str, MinLen(16)]


@dataclass(frozen=True, kw_only=True)
class SetNumber:
    """A number of a period, known as the one that it replaces was, else by the case's `as_of`."""

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
        return _instant(self.as_of)

    @property
    def numbers(self) -> Iterator[SetNumber]:
        """The numbers it sets, one by one. Raises ValueError."""
        for one in self.line:
            for period, value in zip(one.periods, one.values, strict=True):
                yield SetNumber(series=one.series, period=period, value=value)
        for weekly in self.weekly:
            for week in range(weekly.weeks):
                yield SetNumber(
                    series=weekly.series,
                    period=weekly.until - timedelta(weeks=weekly.weeks - 1 - week),
                    value=weekly.pattern[week % len(weekly.pattern)],
                )
        yield from self.set


@dataclass(frozen=True)
class CaseResult:
    """A case with what was wrong; nothing where the rule answered as expected."""

    path: Path
    title: str
    wrong: tuple[str, ...] = field(default=())


def case_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those in the folders named, in order."""
    found = [sorted(one.rglob("*.toml")) if one.is_dir() else [one] for one in paths]
    return [one for mine in found for one in mine]


def read_case(path: Path) -> RuleCase:
    """A case as it is written. Raises ConfigInvalid with every mistake."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigInvalid([unreadable_file(path, error)]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigInvalid([Problem(str(path), f"not TOML: {error}", "correct it")]) from None
    problems: list[Problem] = []
    case: RuleCase | None = block_of(path.name, RuleCase, written, problems)
    if case is None:
        raise ConfigInvalid(problems)
    try:
        _ = case.at, list(case.numbers)
    except ValueError as error:
        fix = "write times as 2025-04-10 23:00, and as many values as periods"
        raise ConfigInvalid([Problem(path.name, str(error), fix)]) from None
    return case


def run_case(config: Config, archive: Chained, path: Path) -> CaseResult:
    """What a rule of the configuration answers. Raises ConfigInvalid for a case with a mistake."""
    case = read_case(path)
    rule = config.rules.get(case.rule)
    if rule is None:
        said = f"the configuration has no rule {case.rule!r}"
        return CaseResult(path, case.title, (said,))
    answers = rule.judge(_seen(config, archive, rule, case).as_of(case.at))
    subject = case.expect.subject or answers[0].subject
    mine = next((one for one in answers if one.subject == subject), None)
    if mine is None:
        named = ", ".join(one.subject for one in answers)
        return CaseResult(path, case.title, (f"no subject {subject!r}; there are {named}",))
    return CaseResult(path, case.title, tuple(_wrong(mine, case.expect)))


def _seen(config: Config, archive: Chained, rule: Rule, case: RuleCase) -> History:
    """What is stored of the rule's series, with what the case changes."""
    inputs = with_inputs(rule.series, config.series)
    stored = archive.history(inputs, case.at)
    history = _without(stored, case)
    added = [one for one in case.numbers if one.series in inputs]
    known = [_known(stored, one, case) for one in added]
    changed = History.of(
        inputs,
        {**history.series, **_described(config, inputs, history)},
        column=np.concatenate(
            (history.column, np.array([inputs.index(one.series) for one in added], dtype=np.int64))
        ),
        period_end=np.concatenate(
            (history.period_end, np.array([one.period for one in added], dtype="datetime64[D]"))
        ),
        known_at=np.concatenate((history.known_at, np.array(known, dtype="datetime64[s]"))),
        vintage=np.concatenate(
            (history.vintage, np.full(len(added), np.iinfo(np.int32).max, dtype=np.int64))
        ),
        value=np.concatenate((history.value, np.array([one.value for one in added], dtype=float))),
    )
    return with_made(changed, rule.series, config.series)


def _without(history: History, case: RuleCase) -> History:
    """The stored numbers without those dropped, and without those replaced from the beginning."""
    gone = np.zeros(len(history.column), dtype=bool)
    dropped = [(one.series, one.period) for one in case.drop]
    dropped += [(one.series, one.period) for one in case.numbers if one.known is None]
    for series, period in dropped:
        if series in history.series_ids:
            mine = history.column == history.series_ids.index(series)
            gone |= mine if period is None else mine & (history.period_end == np.datetime64(period))
    kept = ~gone
    return replace(
        history,
        column=history.column[kept],
        period_end=history.period_end[kept],
        known_at=history.known_at[kept],
        vintage=history.vintage[kept],
        value=history.value[kept],
        origin=None,
    )


def _known(history: History, one: SetNumber, case: RuleCase) -> np.datetime64:
    if one.known is not None:
        return to_second(_instant(one.known))
    mine = history.column == history.series_ids.index(one.series)
    same = np.flatnonzero(mine & (history.period_end == np.datetime64(one.period)))
    found: np.datetime64 = history.known_at[same[0]] if len(same) else to_second(case.at)
    return found


def _described(config: Config, names: Sequence[str], history: History) -> dict[str, Series]:
    """What the sources say of series that have no stored number yet."""
    catalog = SeriesCatalog(config.sources.values(), config.chains, config.series)
    missing = (name for name in names if name not in history.series)
    said = {name: catalog.described(name) for name in missing}
    return {name: replace(found[0], series_id=name) for name, found in said.items() if found}


def _wrong(judged: Evaluations, expected: Expected) -> Iterator[str]:
    rows = np.flatnonzero(judged.period_end == np.datetime64(expected.period))
    if not len(rows):
        yield f"no answer for {expected.period}: the period has no number of every series"
        return
    signal = judged.signal(int(rows[-1]))
    said = signal.explained
    if signal.answer is not Answer(expected.answer):
        yield f"expected {expected.answer}, got {signal.answer.value}: {said.headline}"
        return
    got = None if signal.severity is None else signal.severity.label
    if expected.severity is not None and got != expected.severity:
        yield f"expected {expected.severity}, got {got}: {said.headline}"
    measure = float(judged.measure[rows[-1]])
    if expected.measure is not None and not abs(measure - expected.measure) <= MEASURED_TO:
        yield f"expected a measure of {expected.measure:g}, got {measure:.2f}"
    text = " ".join((said.headline, said.unusual, said.caveat))
    for words in expected.says:
        if words not in text:
            yield f"expected {words!r} in: {text}"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)
