"""A series for programs and for the charts of the pages: as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np

from alerts.message.values import CURRENCIES, UNITS
from monitor.formats.flows import is_flow
from monitor.known_names import did_you_mean
from monitor.views.series_numbers import AlertMark, SeriesNumbers
from monitor.web.alerts_api import Unasked
from monitor.web.unit_words import unit_words
from rules.figure import parts_of
from rules.model import Series

FIRST: Final = "from"
LAST: Final = "to"
LIMIT: Final = "limit"
PERIODS: Final = "periods"
STEPS: Final = "steps"
# More than a number each day of a century.
MOST: Final = 50_000
CSV_COLUMNS: Final = ("period_end", "value", "unit")


@dataclass(frozen=True)
class Span:
    """Which periods are wanted: those between two days, of these the newest `limit`; `as_steps`:
    as the days between them, which a chart reads soonest."""

    first: date = date.min
    last: date = date.max
    limit: int = MOST
    as_steps: bool = False

    def of(self, known: SeriesNumbers) -> SeriesNumbers:
        """These of some numbers."""
        inside = [one for one in known.points if self.first <= one[0] <= self.last][-self.limit :]
        days, values = tuple(day for day, _ in inside), tuple(value for _, value in inside)
        return replace(known, days=days, values=values)


def asked_span(query: Mapping[str, str]) -> Span:
    """What a query asks for. Raises Unasked with every mistake in it."""
    names = (FIRST, LAST, LIMIT, PERIODS)
    problems = [
        f"{name}: unknown parameter; {did_you_mean(name, names)}"
        for name in query
        if name not in names
    ]
    first = _day(FIRST, query, date.min, problems)
    last = _day(LAST, query, date.max, problems)
    text = query.get(LIMIT, str(MOST))
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MOST))
    if not is_number or not 1 <= int(text) <= MOST:
        problems.append(f"{LIMIT}: expected a whole number from 1 to {MOST}, got {text!r}")
    form = query.get(PERIODS)
    if form not in (None, STEPS):
        problems.append(f"{PERIODS}: expected {STEPS}, got {form!r}")
    if problems:
        raise Unasked(problems)
    return Span(first, last, int(text), form == STEPS)


def _day(name: str, query: Mapping[str, str], otherwise: date, problems: list[str]) -> date:
    text = query.get(name)
    try:
        return otherwise if text is None else date.fromisoformat(text)
    except ValueError:
        problems.append(f"{name}: expected a day (2025-04-10), got {text!r}")
        return otherwise


def series_document(
    known: SeriesNumbers,
    marks: Sequence[AlertMark],
    terms: str,
    links: Mapping[str, str],
    alert_page: Callable[[str], str],
    *,
    as_steps: bool = False,
) -> bytes:
    """The series as one JSON object: what it is, its periods and values in columns, and the alerts
    that it decided. `as_steps`: `period_steps` in place of `periods`, days from 1970-01-01 to the
    first and from each to the next."""
    stored, series = known.stored, known.stored.series
    days = np.array(known.days, dtype="datetime64[D]")
    found: dict[str, Any] = {
        "series": series.series_id,
        "title": series.title,
        "unit": series.unit,
        "unit_in_words": unit_words(series.unit),
        "frequency": series.frequency,
        "source": series.source,
        "dataset": stored.dataset,
        "terms": terms,
        "links": dict(links),
        **written_as(series.unit, series.frequency, is_flow=is_flow(series.series_id)),
        "first_period": known.days[0].isoformat() if known.days else None,
        "newest_period": known.days[-1].isoformat() if known.days else None,
        "count": len(known.days),
        # Before these places in the columns data are missing.
        "gaps": gaps_of(days),
        **_periods(known, as_steps=as_steps),
        "values": list(known.values),
        "alerts": [
            {
                "id": one.alert_id,
                "title": one.title,
                "severity": one.severity,
                "period_end": one.period_end.isoformat(),
                "page": alert_page(one.alert_id),
            }
            for one in marks
            if known.days and known.days[0] <= one.period_end <= known.days[-1]
        ],
    }
    return as_json(found)


def _periods(known: SeriesNumbers, *, as_steps: bool) -> dict[str, Any]:
    if not as_steps:
        return {"periods": [day.isoformat() for day in known.days]}
    days = np.array(known.days, dtype="datetime64[D]").astype(np.int64)
    return {"period_steps": np.diff(days, prepend=0).tolist()}


def written_as(unit: str, frequency: str, *, is_flow: bool) -> dict[str, Any]:
    """How a chart writes and draws numbers of a unit."""
    word, digits = UNITS.get(unit, (f" {unit}", 2))
    changes = {"index": "percent", "pct": "basis points"}
    return {
        "before": CURRENCIES.get(unit, ""),
        "after": word,
        "digits": digits,
        # What a flow was is no level: the change from one to the next says nothing.
        "change": "" if is_flow else changes.get(unit, "difference"),
        "drawn_as": "bars" if is_flow else "line",
        "steps": "months" if frequency == "month" else "days",
    }


def gaps_of(days: Any) -> list[int]:
    """The places in a column of days before which data are missing."""
    return [part.start for part in parts_of(days)][1:]


def as_json(found: Mapping[str, Any]) -> bytes:
    """One object, on one line: a chart reads it, and half a century is long."""
    return (json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def series_table(known: SeriesNumbers) -> bytes:
    """The series as CSV: a line a period, each with its unit in words."""
    series: Series = known.stored.series
    unit = unit_words(series.unit)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    writer.writerows((day.isoformat(), repr(value), unit) for day, value in known.points)
    return out.getvalue().encode()
