"""What is stored, handed out: whole or not at all, and never all of it in memory."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import IO, Final
from zoneinfo import ZoneInfo

import numpy as np
from rich.console import Console

from alerts.model import Alert
from monitor.errors import HavenwatchError
from monitor.progress import ProgressReport, progressing
from monitor.views.changes import CHANGES, change_rows
from monitor.views.export_formats import WRITERS, Columns, Row
from monitor.views.read_model import ReadModel
from monitor.views.series_list import MADE
from monitor.whole_file import whole_file
from rules.model import Series, to_date, to_instant
from state.alert_store import AlertStore
from state.numbers import Number, Numbers
from state.recorded_changes import count_changes

OBSERVATIONS: Final[Columns] = {
    "series": str, "title": str, "unit": str, "frequency": str, "source": str,
    "period_end": date, "value": float, "known_at_utc": datetime, "known_basis": str,
    "vintage_id": int,
}  # fmt: skip
ALERTS: Final[Columns] = {
    "id": str, "rule": str, "subject": str, "episode": date, "kind": str, "severity": str,
    "state": str, "provisional": bool, "opened_at_utc": datetime, "closed_at_utc": datetime,
    "acknowledged_by": str, "headline": str, "how_unusual": str, "what_it_does_not_mean": str,
    "what_would_change_it": str, "evidence": dict, "analogues": dict, "not_told": dict,
    "deliveries": dict,
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which rows: `alerts` that opened on the days from `since` to `until` by the desk's clock,
    `changes` of alerts that came on these and were recorded behind that of the id `after`, or
    `observations` of the periods between them, every vintage of each or what was known
    `as_of` an instant."""

    what: str
    series: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    as_of: datetime | None = None
    after: str = ""

    def takes(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether an instant lies on the days."""
        day = moment.astimezone(zone).date()
        return (self.since or date.min) <= day <= (self.until or date.max)


def export_rows(reading: ReadModel, wanted: Wanted, form: str, out: Path | None) -> int:
    """How many rows were written to a file, or printed where none is named. Raises
    HavenwatchError."""
    if out is None and form == "parquet" and sys.stdout.isatty():
        raise HavenwatchError(
            "export --format parquet",
            expected="a file, for parquet is not for reading",
            got="a terminal",
            remedy="name one with --out FILE",
        )
    numbers, alert_store = Numbers(reading.database), AlertStore(reading.database)
    zone = reading.config.desk.zone
    made = [name for name in reading.config.series if not wanted.series or name in wanted.series]
    stored = tuple(name for name in wanted.series if name not in made)
    unknown = numbers.unknown(stored)
    if unknown:
        raise HavenwatchError(
            "export --series",
            expected="stored series",
            got=", ".join(unknown),
            remedy="list them with: havenwatch export observations, or complete them in your shell",
        )
    if wanted.what == "alerts":
        chosen = [one for one in alert_store.alerts() if wanted.takes(one.opened_at, zone)]
        columns, total = ALERTS, len(chosen)
    elif wanted.what == "changes":
        columns, total = CHANGES, count_changes(reading.database)
    else:
        # Where made ones alone are wanted, nothing stored is.
        every = 0 if made and wanted.series and not stored else numbers.count(stored)
        columns, total = OBSERVATIONS, every + len(made)
    # What is printed must not have a bar drawn through it.
    terminal = Console(stderr=True, quiet=out is None)
    with _opened(out) as stream, progressing(terminal, "export", total) as steps:
        if wanted.what == "alerts":
            found = _alert_rows(reading, chosen, steps)
        elif wanted.what == "changes":
            on_days = partial(wanted.takes, zone=zone)
            found = _counted(change_rows(reading.database, wanted.after, on_days), steps)
        else:
            read = _number_rows(numbers, replace(wanted, series=stored), steps) if every else ()
            found = _all_rows(read, _made_rows(reading, made, wanted, steps))
        with closing(found) as rows:
            return WRITERS[form](rows, columns, stream)


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that is there under its name only when it is whole."""
    if out is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole_file(out, "export --out") as stream:
        yield stream


def _number_rows(numbers: Numbers, wanted: Wanted, steps: ProgressReport) -> Generator[Row]:
    first, last = wanted.since or date.min, wanted.until or date.max
    before = -1
    with closing(numbers.read(wanted.series, first, last, wanted.as_of)) as read:
        for place, number in read:
            if place != before:
                steps.done(place, number.series)
                before = place
            yield _number_row(number)


def _all_rows(*parts: Iterable[Row]) -> Generator[Row]:
    for part in parts:
        yield from part


def _made_rows(
    reading: ReadModel, names: list[str], wanted: Wanted, steps: ProgressReport
) -> Generator[Row]:
    """The numbers of made series: what each came to whenever one behind it changed."""
    for name in names:
        steps.advance(name)
        at = wanted.as_of or datetime.max.replace(tzinfo=UTC)
        history = reading.archive.history((name,), at)
        if wanted.as_of is not None:
            periods, values, known = history.as_of(at).numbers(name)
        else:
            order = np.lexsort((history.known_at, history.period_end))
            periods, values = history.period_end[order], history.value[order]
            known = history.known_at[order]
        for period, value, moment in zip(map(to_date, periods), values, known, strict=True):
            if (wanted.since or date.min) <= period <= (wanted.until or date.max):
                series = history.series[name]
                yield _made_row(series, period, float(value), to_instant(moment))


def _made_row(series: Series, period: date, value: float, known_at: datetime) -> Row:
    return {
        "series": series.series_id,
        "title": series.title,
        "unit": series.unit,
        "frequency": series.frequency,
        "source": series.source,
        "period_end": period,
        "value": value,
        "known_at_utc": known_at,
        "known_basis": MADE,
        "vintage_id": 0,
    }


def _number_row(one: Number) -> Row:
    return {
        "series": one.series,
        "title": one.title,
        "unit": one.unit,
        "frequency": one.frequency,
        "source": one.source,
        "period_end": one.period_end,
        "value": one.value,
        "known_at_utc": one.known_at,
        "known_basis": "assumed" if one.assumed else "observed",
        "vintage_id": one.vintage_id,
    }


def _alert_rows(reading: ReadModel, chosen: list[Alert], steps: ProgressReport) -> Generator[Row]:
    """What `alerts --json` says, an alert at a time."""
    for alert in chosen:
        (found,) = reading.report.alerts_json([alert])
        steps.advance(alert.alert_id)
        yield {
            **found,
            "episode": alert.episode,
            "opened_at_utc": alert.opened_at,
            "closed_at_utc": alert.closed_at,
        }


def _counted(rows: Iterable[Row], steps: ProgressReport) -> Generator[Row]:
    for row in rows:
        steps.advance(row["alert"])
        yield row
