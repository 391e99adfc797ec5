"""The lines of a sweep in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.table import Table

from alerts.message.sections import Table as Rows
from monitor.history.tune import Tuned
from monitor.progress import progressing
from monitor.sweeps.plan import SweptLine
from monitor.terminal.render_backtest import tuned_table, tuned_words
from rules.tic.areas import area_name
from rules.wording import number

# More lines than this are for a file.
MOST_LISTED: Final = 400
INTERVAL: Final = "90%"


def gathered(lines: Iterable[SweptLine], total: int) -> list[SweptLine]:
    """The lines of a sweep, once all are there; how far it is stands on the other stream."""
    found = []
    with progressing(Console(stderr=True), "counting", total) as steps:
        for one in lines:
            found.append(one)
            steps.advance()
    return found


def print_swept(lines: Sequence[SweptLine]) -> None:
    """Alerts a year by severity of each configuration, a table a rule, those in force marked."""
    terminal = Console()
    for _, group in groupby(lines[:MOST_LISTED], key=_table_of):
        found = list(group)
        _print_table(terminal, swept_table(found))
        terminal.print(_words(found), style="dim", highlight=False)
    if len(lines) > MOST_LISTED:
        left = f"{len(lines) - MOST_LISTED:,} more; --out FILE.csv has all of them."
        terminal.print(left, style="dim", highlight=False)


def swept_table(lines: Sequence[SweptLine]) -> Rows:
    """The table of one rule's configurations, or of its areas'."""
    tuned = [Tuned(one.configuration.changes, one.rate, one.is_set) for one in lines]
    rows = tuned_table(tuned)
    columns, align, cells = list(rows.columns), rows.align, [list(one) for one in rows.rows]
    if lines[0].configuration.area:
        columns.insert(1, "area")
        align = f"ll{align[1:]}"
        for one, line in zip(cells, lines, strict=True):
            one.insert(1, area_name(line.configuration.area))
    if any(one.intervals for one in lines):
        columns.append(INTERVAL)
        align += "r"
        for one, line in zip(cells, lines, strict=True):
            one.append(_interval(line))
    return Rows("", tuple(columns), align, tuple(tuple(one) for one in cells))


def _interval(line: SweptLine) -> str:
    found = line.intervals.get(None)
    return "-" if found is None else f"{number(found.low, 1)} to {number(found.high, 1)}"


def _table_of(line: SweptLine) -> tuple[str, bool]:
    return line.configuration.rule_id, bool(line.configuration.area)


def _words(lines: Sequence[SweptLine]) -> str:
    title = "Net sales by area" if lines[0].configuration.area else lines[0].rate.title
    said = tuned_words(title, [one.rate for one in lines])
    resampled = any(one.intervals for one in lines)
    return f"{said} {INTERVAL}: bootstrap." if resampled else said


def _print_table(terminal: Console, rows: Rows) -> None:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for place, (column, align) in enumerate(zip(rows.columns, rows.align, strict=True)):
        is_words = place and align == "l"
        table.add_column(
            column,
            justify="right" if align == "r" else "left",
            no_wrap=not is_words,
            overflow="fold" if is_words else "ellipsis",
        )
    for row in rows.rows:
        table.add_row(*row, style="bold" if row[0] else "")
    terminal.print(table)
