"""How a number changed, in the terminal."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.message.values import show
from monitor.errors import HavenwatchError
from monitor.ingest.calendars import month_end
from monitor.known_names import listed
from monitor.terminal.table import print_json, stamp
from monitor.views.read_model import ReadModel
from rules.model import Series
from rules.tic.areas import area_name
from rules.wording import plural, sparkline
from state.vintages import Version, VintageLine, Vintages, revised_only

MOST_ROWS: Final = 40
Span = tuple[date, date]
EVER: Final[Span] = (date.min, date.max)


def print_vintages(reading: ReadModel, name: str, span: Span | None, *, as_json: bool) -> None:
    """How a series changed, or what each vintage of a source brought. Raises HavenwatchError.

    Of a series with a span of periods every version in it; without, the periods that were revised.
    """
    stored = Vintages(reading.database)
    series = stored.series(name)
    if series is None and name in stored.names()[1]:
        _print_dataset(reading, name, stored.of_dataset(name), as_json=as_json)
        return
    if series is None:
        raise _unknown(name, stored)
    versions = stored.versions(name, *(span or EVER))
    if as_json:
        print_json(versions)
    elif span is None:
        _print_revised(reading, series, versions)
    else:
        _print_versions(reading, series, versions)


def span_of(period: str) -> Span:
    """The days a period names: `2025-04` a month, `2025-04-10` a day. Raises ValueError."""
    if len(period) == len("2025-04"):
        first = date.fromisoformat(f"{period}-01")
        return first, month_end(first)
    day = date.fromisoformat(period)
    return day, day


def _unknown(name: str, stored: Vintages) -> HavenwatchError:
    series, datasets = stored.names()
    named = {_with_name(one): one for one in series} | {one: one for one in (*series, *datasets)}
    close = [named[one] for one in difflib.get_close_matches(name, list(named), n=3, cutoff=0.5)]
    return HavenwatchError(
        "vintages",
        expected="a stored series or a source",
        got=repr(name),
        remedy=f"did you mean {' or '.join(close)}?"
        if close
        else f"use a series or one of the sources {listed(datasets, name)}",
    )


def _with_name(series_id: str) -> str:
    """A TIC series with its area's name in place of the code: `tic.china.for_lt_treas_net`."""
    parts = series_id.split(".")
    if len(parts) != len(("file", "area", "measure")):
        return series_id
    area = area_name(parts[1]).lower().replace(" ", "_")
    return f"{parts[0]}.{area}.{parts[2]}"


def _print_versions(reading: ReadModel, series: Series, versions: Sequence[Version]) -> None:
    zone = reading.config.desk.zone
    table = Table("period", "value", "change", "known", "basis", "from", box=None, pad_edge=False)
    for place, one in enumerate(versions):
        before = versions[place - 1] if place else None
        same = before is not None and before.period_end == one.period_end
        change = one.value - before.value if before is not None and same else None
        table.add_row(
            "" if same else one.period_end.isoformat(),
            show(one.value, series.unit),
            "" if change is None else Text(f"{change:+,.6g}", style=_tone(change)),
            _zoned(one.known_at, zone),
            Text("assumed" if one.assumed else "observed", style="dim"),
            Text(f"vintage {one.vintage_id}", style="dim"),
        )
    _print(
        series,
        table,
        plural(len(versions), "version") if versions else "No data for this period.",
    )


def _print_revised(reading: ReadModel, series: Series, versions: Sequence[Version]) -> None:
    revised = revised_only(versions)
    periods = len({one.period_end for one in versions})
    table = Table("period", "first", "now", "change", "trend", "revised", box=None, pad_edge=False)
    for group in reversed(revised[-MOST_ROWS:]):
        change = group[-1].value - group[0].value
        table.add_row(
            group[0].period_end.isoformat(),
            show(group[0].value, series.unit),
            show(group[-1].value, series.unit),
            Text(f"{change:+,.6g}", style=_tone(change)),
            sparkline([one.value for one in group]),
            Text(_zoned(group[-1].known_at, reading.config.desk.zone), style="dim"),
        )
    said = f"{len(revised):,} of {plural(periods, 'period')} revised"
    if len(revised) > MOST_ROWS:
        said += f"; newest {MOST_ROWS} shown, --json lists all"
    _print(series, table, said)


def _print_dataset(
    reading: ReadModel, dataset: str, lines: Sequence[VintageLine], *, as_json: bool
) -> None:
    if as_json:
        print_json(lines)
        return
    zone = reading.config.desk.zone
    table = Table("vintage", "fetched", "published", "new", "revised", "raw file", box=None)
    table.pad_edge = False
    for one in lines:
        published = "" if one.published_at is None else _zoned(one.published_at, zone)
        table.add_row(
            str(one.vintage_id),
            _zoned(one.fetched_at, zone),
            published,
            f"{one.new:,}",
            Text(f"{one.revised:,}", style="yellow" if one.revised else "dim"),
            "kept" if one.is_kept else Text("not kept", style="dim"),
        )
    terminal = Console(highlight=False)
    terminal.print(Text(dataset, style="bold"))
    terminal.print(table)
    terminal.print(plural(len(lines), "vintage"))


def _print(series: Series, table: Table, said: str) -> None:
    terminal = Console(highlight=False)
    terminal.print(Text.assemble((series.title, "bold"), f"  {series.series_id}"))
    terminal.print(Text(series.source, style="dim"))
    if table.row_count:
        for column in table.columns[1:4]:
            column.justify = "right"
        terminal.print(table)
    terminal.print(said)


def _zoned(moment: datetime, zone: ZoneInfo) -> str:
    return f"{stamp(moment, zone)} {moment.astimezone(zone):%Z}"


def _tone(change: float) -> str:
    return "green" if change > 0 else "red"
