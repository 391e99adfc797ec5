"""A desk's own cases for its rules: stored numbers, some changed, and the answer expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from alerts.message.values import local_time
from monitor.config.load import Config
from monitor.config.series_catalog import SeriesCatalog
from monitor.errors import ConfigInvalid
from monitor.evaluate.chains import Chained
from monitor.history.case_checks import case_problems
from monitor.history.case_format import Expected, RuleCase, SetNumber, read_case
from monitor.history.case_known import KnownTimes
from monitor.ingest.calendars import NEW_YORK
from monitor.known_names import did_you_mean, listed
from rules.declared.made_series import with_inputs
from rules.declared.making import with_made
from rules.evaluation import Evaluations, Rule
from rules.model import Series, to_instant
from rules.point_in_time.panel import History, to_second
from rules.terms import Answer
from rules.wording import day

# A measure is compared to two decimals.
MEASURED_TO: Final = 0.005
MOST_UNSEEN: Final = 3


@dataclass(frozen=True)
class CaseResult:
    """A case with what was wrong; nothing where the rule answered as expected."""

    path: Path
    title: str
    wrong: tuple[str, ...] = field(default=())


def case_result(config: Config, archive: Chained, path: Path) -> CaseResult:
    """The same as `run_case`, with every mistake of the case as what was wrong."""
    try:
        return run_case(config, archive, path)
    except ConfigInvalid as error:
        return CaseResult(path, "cannot be run", tuple(map(str, error.problems)))


def run_case(config: Config, archive: Chained, path: Path) -> CaseResult:
    """What a rule of the configuration answers. Raises ConfigInvalid for a case with a mistake."""
    case = read_case(path)
    rule = config.rules.get(case.rule)
    if rule is None:
        remedy = did_you_mean(case.rule, config.rules)
        said = f"the configuration has no rule {case.rule!r}; {remedy}"
        return CaseResult(path, case.title, (said,))
    if problems := case_problems(config, rule, case):
        raise ConfigInvalid([one._replace(path=f"{path.name}.{one.path}") for one in problems])
    seen, unseen = _seen(config, archive, rule, case)
    answers = rule.judge(seen.as_of(case.at))
    subject = case.expect.subject or answers[0].subject
    mine = next((one for one in answers if one.subject == subject), None)
    if mine is None:
        named = listed([one.subject for one in answers], subject)
        return CaseResult(path, case.title, (f"no subject {subject!r}; there are {named}",))
    wrong = tuple(_wrong(mine, case.expect))
    return CaseResult(path, case.title, (*wrong, *unseen) if wrong else ())


def _seen(
    config: Config, archive: Chained, rule: Rule, case: RuleCase
) -> tuple[History, tuple[str, ...]]:
    """What is stored of the rule's series, with what the case changes; and which of its numbers
    nobody could know at its instant, in words."""
    inputs = with_inputs(rule.series, config.series)
    stored = archive.history(inputs, case.at)
    history = _without(stored, case)
    added = [one for _, one in case.numbers]
    known = KnownTimes(config, archive, stored).of(added)
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
    return with_made(changed, rule.series, config.series), _unseen(added, known, case)


def _without(history: History, case: RuleCase) -> History:
    """The stored numbers without those dropped, and without those replaced from the beginning."""
    gone = np.zeros(len(history.column), dtype=bool)
    dropped = [(one.series, one.period) for one in case.drop]
    dropped += [(one.series, one.period) for _, one in case.numbers if one.known is None]
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


def _unseen(
    added: Sequence[SetNumber], known: Sequence[np.datetime64], case: RuleCase
) -> tuple[str, ...]:
    """The numbers that a case sets without saying when they are known, and that are known only
    after its instant: a line each."""
    late = [
        f"{one.series} of {day(one.period)} is known only from "
        f"{local_time(to_instant(at), NEW_YORK)}, after as_of: move as_of, or give known"
        for one, at in zip(added, known, strict=True)
        if one.known is None and at > to_second(case.at)
    ]
    return tuple(late[:MOST_UNSEEN])


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
