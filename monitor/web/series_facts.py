"""What the page of a series says: its newest numbers, its line, and how its numbers changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from alerts.digest.level_table import LAGS
from alerts.message.values import UNITS, with_unit
from monitor.formats.flows import is_flow
from monitor.views.read_model import ReadModel
from monitor.views.series_numbers import SeriesNumbers, read_numbers
from monitor.web.line_chart import Chart, line_chart
from rules.wording import number, signed
from state.vintages import StoredSeries, Version, Vintages, revised_only

MOST_VALUES: Final = 21
MOST_REVISED: Final = 40
# How many periods the line shows, and how far back revisions are looked for: a series that is
# re-estimated whole has every period in every vintage.
CHARTED: Final = {"session": 252, "week": 260, "month": 60}
# The same in months, for the chart that a browser makes of it.
CHARTED_MONTHS: Final = {"session": "12"}
USUAL_MONTHS: Final = "60"
LOOKED_BACK: Final = {"session": timedelta(days=400)}
# A browser draws so many periods at once; of more it draws those of the range it shows at first,
# with some days to the left of it, and all of them after that picture.
DRAWN_AT_ONCE: Final = 1000
DRAWN_FIRST: Final = {"session": timedelta(days=400)}


@dataclass(frozen=True)
class Value:
    """A number of a period, in words without its unit, and its changes over some periods."""

    period_end: date
    shown: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Revised:
    """One value that a period had after another, and what is known of where it came from."""

    version: Version
    before: float | None
    change: str


@dataclass(frozen=True)
class SeriesFacts:
    """Everything the page says. `lags`: over how many periods each change is; `revisions`: the
    periods whose number changed, the newest first, each with every value it had."""

    stored: StoredSeries
    licence: str
    publisher: str
    values: tuple[Value, ...]
    lags: tuple[int, ...]
    change_unit: str
    chart: Chart | None
    months: str
    revisions: tuple[tuple[Revised, ...], ...]
    revised_periods: int
    looked_from: date


def read_series(reading: ReadModel, stored: StoredSeries, at: datetime) -> SeriesFacts:
    """What is known of a stored series at an instant, as its own source gives it."""
    series = stored.series
    name = series.series_id
    known = read_numbers(reading, stored, at)
    back = LOOKED_BACK.get(series.frequency)
    since = stored.first_period if back is None else stored.newest_period - back
    versions = Vintages(reading.database).versions(name, since, stored.newest_period)
    revised = revised_only(one for one in versions if one.known_at <= at)
    source = reading.sources.get(stored.dataset)
    # What a flow was is no level: the change from one to the next says nothing.
    lags = () if is_flow(name) else LAGS.get(series.frequency, (1, 3, 12))
    return SeriesFacts(
        stored=stored,
        licence="" if source is None else source.licence,
        publisher="" if source is None else source.publisher,
        values=newest_values(known, lags),
        lags=lags,
        change_unit=change_unit(series.unit),
        chart=line_chart(known.points[-CHARTED.get(series.frequency, 60) :]),
        months=CHARTED_MONTHS.get(series.frequency, USUAL_MONTHS),
        revisions=tuple(
            revisions(group, series.unit) for group in reversed(revised[-MOST_REVISED:])
        ),
        revised_periods=len(revised),
        looked_from=since,
    )


def drawn_from(stored: StoredSeries) -> date | None:
    """From which day on a browser draws a series at first; None where it draws all at once."""
    back = DRAWN_FIRST.get(stored.series.frequency)
    if back is None or stored.periods <= DRAWN_AT_ONCE:
        return None
    return stored.newest_period - back


def newest_values(known: SeriesNumbers, lags: Sequence[int]) -> tuple[Value, ...]:
    """The last numbers, the newest first, each with its changes."""
    unit = known.stored.series.unit
    digits = UNITS.get(unit, (unit, 2))[1]
    numbers, days = known.values, known.days
    found = []
    for place in range(len(numbers) - 1, max(len(numbers) - 1 - MOST_VALUES, -1), -1):
        changes = tuple(
            "" if place < lag else changed(numbers[place - lag], numbers[place], unit)
            for lag in lags
        )
        found.append(Value(days[place], number(numbers[place], digits), changes))
    return tuple(found)


def changed(before: float, after: float, unit: str) -> str:
    """A change as a desk says it, in the unit that `change_unit` names."""
    if unit == "index":
        return signed(100.0 * (after / before - 1.0), 2) if before else ""
    if unit == "pct":
        return signed(100.0 * (after - before), 1)
    return signed(after - before, UNITS.get(unit, (unit, 2))[1])


def change_unit(unit: str) -> str:
    """Percent of an index, basis points of a yield, else the unit itself."""
    names = {"index": "%", "pct": "bp", "usd_mn": "$mn", "usd_bn": "$bn", "jpy_bn": "¥bn"}
    return names.get(unit, UNITS.get(unit, (unit, 2))[0]).strip()


def change_text(before: float, after: float, unit: str) -> str:
    """A change with its unit: `+1.20%` of an index, `+6.0bp` of a yield, `−$1,234mn`."""
    text = changed(before, after, unit)
    return text and with_unit(text, {"index": "pct", "pct": "bp"}.get(unit, unit))


def revisions(group: Sequence[Version], unit: str) -> tuple[Revised, ...]:
    """The values of one period in the order in which they were known."""
    return tuple(
        Revised(
            version,
            group[place - 1].value if place else None,
            change_text(group[place - 1].value, version.value, unit) if place else "",
        )
        for place, version in enumerate(group)
    )


def by_dataset(stored: Sequence[StoredSeries]) -> list[tuple[str, str, list[StoredSeries]]]:
    """The series of each dataset with its name and how many there are, in words."""
    groups = groupby(stored, key=lambda one: one.dataset)
    listed = [(name, list(found)) for name, found in groups]
    return [(name, f"{len(found)} series", found) for name, found in listed]
