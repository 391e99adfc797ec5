"""What a rule would have told, as tables for the terminal and for a page."""

from __future__ import annotations

from datetime import date
from typing import Final

from alerts.message.numbers import moves_after
from alerts.message.sections import Table
from monitor.history.rule_trial import CaughtEpisode, PastAlert, RuleTrial
from rules.terms import Severity
from rules.wording import number, plural

WORST_FIRST: Final = sorted(Severity, reverse=True)
# What followed an alert, over 1, 5 and 21 sessions.
FOLLOWED: Final = ("S&P 500 %", "10-year bp", "DXY %")
LAST_COLUMNS: Final = ("period", "severity", "value", *FOLLOWED)
NOT_KNOWN: Final = "? / ? / ?"
YEARS_SHOWN: Final = 15


def trial_sentence(trial: RuleTrial) -> str:
    """How often it told: `4.1 alerts a year, 1976 to 2026: 0.9 critical, 1.2 warning, ...`."""
    rate = trial.rate
    if rate.judged_from is None or rate.judged_to is None:
        return "It could not be judged on anything stored: its series have no numbers."
    count = sum(rate.by_severity.values())
    years = f"{rate.judged_from.year} to {rate.judged_to.year}"
    if rate.years < 1.0:
        return f"{plural(count, 'alert')}, {rate.judged_from} to {rate.judged_to}."
    parts = ", ".join(f"{number(rate.a_year(one), 1)} {one.label}" for one in WORST_FIRST)
    return f"{number(count / rate.years, 1)} alerts a year, {years}: {parts}."


def years_table(trial: RuleTrial) -> Table:
    """Alerts by year and severity, the last years one by one and those before together."""
    years = sorted(trial.by_year)
    recent, before = years[-YEARS_SHOWN:], years[:-YEARS_SHOWN]
    rows = [_row(str(year), [year], trial) for year in reversed(recent)]
    if before:
        rows.append(_row(f"{before[0]} to {before[-1]}", before, trial))
    return Table("By year", ("year", *(one.label for one in WORST_FIRST)), "lrrr", tuple(rows))


def last_table(trial: RuleTrial) -> Table:
    """The last alerts, the newest first, and what followed each."""
    rows = tuple(map(_last_row, trial.last))
    # A desk without closes has nothing that followed.
    columns = [
        place
        for place in range(len(LAST_COLUMNS))
        if any(row[place] not in ("", NOT_KNOWN) for row in rows)
    ]
    heading = f"Last {plural(len(trial.last), 'alert')}"
    if any(LAST_COLUMNS[place] in FOLLOWED for place in columns):
        heading += ": next 1d / 5d / 21d"
    return Table(heading, LAST_COLUMNS, "llrrrr", rows).of_columns(columns)


def episodes_table(trial: RuleTrial) -> Table:
    """Which of the known episodes it would have caught, of those that the data cover."""
    rows = tuple(_episode_row(one) for one in trial.episodes if one.is_covered)
    return Table("Known episodes", ("episode", "days", "caught"), "lll", rows)


def _row(name: str, years: list[int], trial: RuleTrial) -> tuple[str, ...]:
    counts = (sum(trial.by_year[year][one] for year in years) for one in WORST_FIRST)
    return (name, *(str(count) if count else "-" for count in counts))


def _last_row(one: PastAlert) -> tuple[str, ...]:
    after = moves_after(one.after)
    padded = after if any(after) else [NOT_KNOWN] * 3
    return (one.alert.episode.isoformat(), one.alert.severity.label, one.value, *padded)


def _episode_row(one: CaughtEpisode) -> tuple[str, ...]:
    return one.episode.name, _days(one.episode.first, one.episode.last), _told(one)


def _told(one: CaughtEpisode) -> str:
    if one.severity is None or one.since is None:
        return "missed"
    first = "open since" if one.since < one.episode.first else "first on"
    return f"{one.severity.label}, {first} {one.since.isoformat()}"


def _days(first: date, last: date) -> str:
    return f"{first.isoformat()} to {last.isoformat()}"
