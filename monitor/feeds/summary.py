"""What was understood of a feed, in lines for whoever sets it up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pandas as pd

from monitor.feeds.detection import Detected
from monitor.feeds.gates import Gates
from monitor.feeds.sessions import missing_periods
from monitor.ingest.validation_values import not_a_percentage
from monitor.sources.table import Table

FORMATS: Final = {
    "csv": "CSV",
    "json": "JSON",
    "xlsx": "Excel",
    "xls": "Excel 97",
    "parquet": "parquet",
}
MOST_NAMED: Final = 3
# One to three digits, a comma and three more: as thousands are written elsewhere.
LIKE_THOUSANDS: Final = re.compile(r"-?\d{1,3},\d{3}")


def understood(
    source: Table, frame: pd.DataFrame, detected: Detected, gates: Mapping[str, Gates]
) -> list[str]:
    """How the file is read, from when to when it goes, and what will be refused of it."""
    days = pd.DatetimeIndex(frame.index)
    lines = ["Understood:", f"  file      {_file(source, detected)}"]
    lines.append(f"  dates     {source.date_column!r} as {source.date_format}, {_often(source)}")
    lines.append(f"  rows      {len(days):,}, {days.min().date()} to {days.max().date()}")
    left_out = len(next(iter(detected.numeric.values()))) - len(days)
    if left_out:
        lines.append(f"  left out  {left_out:,} rows: of holidays, or not finished yet")
    if missing := missing_periods(days, source.frequency, source.market):
        lines.append(f"  missing   {_some([str(day) for day in missing])}")
    lag = f", {source.lag_business_days} business days later" if source.lag_business_days else ""
    lines.append(f"  known at  {source.known_at} {source.time_zone}{lag}")
    lines.append(f"  polled    {', '.join(source.poll_at)} New York (poll_at)")
    lines += _series(source, frame)
    if detected.others:
        named = (f"{one!r} ({cell})" if cell else repr(one) for one, cell in _bad_first(detected))
        lines.append(f"  no numbers in {_some([*named])}")
    return [*lines, *_cautions(source, detected, frame), *_gates(source, gates)]


def _bad_first(detected: Detected) -> list[tuple[str, str]]:
    """The columns that are not taken, those first of which one cell may be wrong."""
    return sorted(detected.others.items(), key=lambda one: not one[1])


def _file(source: Table, detected: Detected) -> str:
    parts = [FORMATS[source.format]]
    if source.format == "csv":
        parts.append(f"delimiter {source.delimiter!r}")
    if source.sheet:
        parts.append(f"sheet {source.sheet!r}")
    if source.format == "json":
        parts.append(f"list at {source.rows!r}" if source.rows else "list at the top")
    else:
        below = "below a preamble" if detected.has_preamble else "in its first row"
        parts.append(f"header {below}")
    return ", ".join([*parts, *(["decimal comma"] if source.decimal == "," else [])])


def _often(source: Table) -> str:
    if source.frequency == "session":
        return f"a row a session of {source.market}"
    return f"a row a {source.frequency}"


def _series(source: Table, frame: pd.DataFrame) -> Iterator[str]:
    for series_id, column in zip(source.series_ids, source.columns.values(), strict=True):
        known = frame[series_id].dropna().sort_index()
        without = len(frame) - len(known)
        missing = f", {without:,} without a number" if without else ""
        ends = f"first {known.iloc[0]:g}, last {known.iloc[-1]:g}" if len(known) else "no number"
        yield f"  {series_id}  {column.column!r}, {column.unit}: {ends}{missing}"


def _cautions(source: Table, detected: Detected, frame: pd.DataFrame) -> Iterator[str]:
    for column in source.columns.values():
        texts = [text for text in detected.numeric[column.column] if text]
        if source.decimal == "," and all(map(LIKE_THOUSANDS.fullmatch, texts)):
            value = float(texts[-1].replace(",", "."))
            read = f"{texts[-1]!r} is read as {value:g}, not as thousands"
            yield f"  caution   {column.column!r}: {read}"
    for series_id, column in zip(source.series_ids, source.columns.values(), strict=True):
        if said := not_a_percentage(column.unit, float(frame[series_id].median())):
            yield f"  caution   {column.column!r}:{said}"


def _gates(source: Table, gates: Mapping[str, Gates]) -> Iterator[str]:
    yield "Gates, proposed from this history (edit them in the block):"
    for key, one in gates.items():
        yield f"  {source.name}.{key}  {one.said}"
    yield f"  stale     {source.stale_after_hours} hours after a row was due"
    shrinking = "fewer numbers than before are held back" if source.grows else "not checked"
    yield f"  shrinking {shrinking}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
