"""What is wrong with the numbers of a case: series that its rule does not read, days on which no
number is of, and times at which none could be known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import pandas as pd

from monitor.config.load import Config
from monitor.config.series_catalog import SeriesCatalog
from monitor.errors import Problem
from monitor.history.case_format import RuleCase, SetNumber, instant_of
from monitor.ingest.business_days import are_sessions
from monitor.ingest.calendars import CALENDARS
from monitor.ingest.source import Source
from monitor.known_names import listed
from rules.declared.made_series import with_inputs
from rules.evaluation import Rule
from rules.wording import day

GIVE_KNOWN: Final = 'known = "2025-04-11 09:00"'
# Between two days of any calendar there are fewer.
LOOK_AROUND: Final = 35


def case_problems(config: Config, rule: Rule, case: RuleCase) -> list[Problem]:
    """Every mistake, each once by the setting that makes it."""
    catalog = SeriesCatalog(config.sources.values(), config.chains, config.series)
    unread = {
        name: found
        for name in dict.fromkeys(name for _, name in _named(case))
        if (found := _unread(config, catalog, rule, name)) is not None
    }
    problems = [unread[name]._replace(path=path) for path, name in _named(case) if name in unread]
    givers = {name: sources_of(config, catalog, name) for _, name in _named(case)}
    for path, number in case.numbers:
        if number.series not in unread:
            problems += _closed(path, number.series, number.period, givers[number.series])
            problems += _too_early(path, number, givers[number.series])
    for place, drop in enumerate(case.drop):
        if drop.series not in unread and drop.period is not None:
            path = f"drop.{place}.period"
            problems += _closed(path, drop.series, drop.period, givers[drop.series])
    return list({one.path: one for one in reversed(problems)}.values())[::-1]


def sources_of(config: Config, catalog: SeriesCatalog, series_id: str) -> list[Source]:
    """Those that give a series, the best first; of one that no chain chooses its own."""
    if series_id in config.chains:
        named = (config.sources.get(name) for name in config.chains[series_id].sources)
        return [one for one in named if one is not None and series_id in one.substitutes]
    owner = catalog.owner_of(series_id)
    return [] if owner is None else [owner]


def usually_known(sources: Sequence[Source], period: date) -> datetime | None:
    """When the number of a period usually is known, at its end at the earliest; None where no
    source of it is in the configuration."""
    return sources[0].release(period)[0] if sources else None


def _named(case: RuleCase) -> Iterator[tuple[str, str]]:
    """The series that a case names, each with the setting that does."""
    for block in ("set", "line", "weekly", "drop"):
        for place, one in enumerate(getattr(case, block)):
            yield f"{block}.{place}.series", one.series


def _unread(config: Config, catalog: SeriesCatalog, rule: Rule, series_id: str) -> Problem | None:
    """The problem of a series that is none, or whose numbers the rule never sees."""
    inputs = with_inputs(rule.series, config.series)
    if series_id in inputs:
        return None
    if series_id in config.series:
        made_of = listed(with_inputs((series_id,), config.series))
        return Problem("", f"{series_id} is made of others", f"set those: {made_of}")
    remedy = f"name a series that it reads: {listed(inputs, series_id)}"
    other = Problem("", f"{rule.rule_id} does not read {series_id}", remedy)
    return catalog.problem("", series_id) or other


def _closed(path: str, series_id: str, period: date, sources: Sequence[Source]) -> list[Problem]:
    """The problem of a day on which none of the sources has a number."""
    if not sources or any(_is_period(one, period) for one in sources):
        return []
    around = (period - timedelta(days=days) for days in range(LOOK_AROUND))
    before = next((one for one in around if _is_period(sources[0], one)), None)
    remedy = "name a day on which it has" + ("" if before is None else f", such as {before}")
    calendar = CALENDARS[sources[0].calendar]
    return [Problem(path, f"{series_id} has no number of {day(period)} ({calendar})", remedy)]


def _is_period(source: Source, period: date) -> bool:
    return bool(are_sessions(source.calendar, pd.DatetimeIndex([period]))[0])


def _too_early(path: str, number: SetNumber, sources: Sequence[Source]) -> list[Problem]:
    """The problem of a number that would be known before its day, or at no time that is known."""
    where = f"{path.removesuffix('.period')}.known"
    if number.known is None:
        if sources:
            return []
        what = f"no source says when {number.series} is known"
        return [Problem(where, what, "give it in a [[set]]: " + GIVE_KNOWN)]
    known = instant_of(number.known)
    today = sources[0].today(known) if sources else known.date()
    if today >= number.period:
        return []
    return [Problem(where, f"{number.known} is before {day(number.period)}", "give a later time")]
