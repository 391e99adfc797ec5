"""A feed of a desk's own, from an address to its block: fetched, understood and asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.cli.feed_address import (
    COMMAND,
    NOT_YET,
    address_settings,
    asked_token,
    fetched,
    nothing_written,
    publisher_default,
    source_of,
)
from monitor.cli.questions import Questions
from monitor.errors import ConfigInvalid, Problem

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from monitor.config.load import Config
    from monitor.feeds.detection import Detected
    from monitor.feeds.gates import Gates
    from monitor.ingest.http import Body
    from monitor.sources.table import Table


@dataclass(frozen=True)
class FeedPlan:
    """A feed as it was answered and understood, in lines, with its block as it is to be written."""

    name: str
    series_ids: tuple[str, ...]
    lines: list[str]
    block: str


def planned_feed(questions: Questions, config: Config, path: Path, at: datetime) -> FeedPlan:
    """The answers, and what they make of the file. Raises ConfigInvalid and HavenwatchError."""
    import tomllib
    from zoneinfo import ZoneInfo

    from monitor.cli.feed_questions import (
        asked_columns,
        asked_reading,
        asked_settings,
        asked_timing,
    )
    from monitor.config.added_block import read_config
    from monitor.feeds.sessions import poll_times

    found = tomllib.loads(read_config(path).decode("utf-8-sig"))
    name, where = _asked_address(questions, config)
    body = fetched(found, name, where, path.parent)
    detected = _detected(questions, body, at)
    reading = asked_reading(questions, detected)
    block = {**where, **detected.settings, "date_column": detected.date_column}
    block["date_format"] = reading.style

    def check(more: Mapping[str, Any]) -> Table:
        return source_of(found, name, {**NOT_YET, **block, **more}, path.parent)

    zone = config.desk.time_zone
    defaults = {"publisher": publisher_default(where), "time_zone": zone, "known_at": "18:00"}
    block |= asked_settings(questions, defaults, check)
    block["poll_at"] = poll_times(block["known_at"], ZoneInfo(block["time_zone"]), at)
    block |= asked_timing(questions, reading, at.date(), check)
    columns = asked_columns(questions, name, detected, check)
    return _plan(check, block, columns, body, detected, at)


def _asked_address(questions: Questions, config: Config) -> tuple[str, dict[str, Any]]:
    """The feed's name, where it lies, and what has to be shown there."""
    from monitor.cli.feed_questions import asked_name
    from monitor.feeds.block import slug

    where: dict[str, Any] = address_settings(questions.text("address", "URL or path of the file"))
    stem = Path(where["path"].partition("?")[0]).stem
    name = asked_name(questions, slug(stem, "feed"), config.sources.keys() | config.quotes.keys())
    return name, where | asked_token(questions, where)


def _detected(questions: Questions, body: Body, at: datetime) -> Detected:
    from monitor.feeds.detection import detect
    from monitor.feeds.grids import format_of
    from monitor.formats.desk_table import missing_reader

    if what := missing_reader(format_of(body)):
        raise ConfigInvalid([Problem(COMMAND, *what.split(": ", 1))])
    with nothing_written():
        picks = (questions.given(one) for one in ("sheet", "rows", "date_column"))
        return detect(body, at.date(), *picks)


def _plan(
    check: Callable[[Mapping[str, Any]], Table],
    block: Mapping[str, Any],
    columns: Mapping[str, Mapping[str, Any]],
    body: Body,
    detected: Detected,
    at: datetime,
) -> FeedPlan:
    """The feed with the gates that its history suggests, past those that it has anyway."""
    from monitor.feeds.gates import proposed_gates
    from monitor.feeds.summary import understood

    source = check({"columns": columns})
    with nothing_written():
        frame = _numbers(source, body, at)
    gates = {
        key: proposed_gates(frame[f"{source.name}.{key}"], column.unit)
        for key, column in source.columns.items()
    }
    gated = {key: _with_gates(one, gates[key]) for key, one in columns.items()}
    source = check({"columns": gated})
    lines = understood(source, frame, detected, gates)
    return FeedPlan(source.name, source.series_ids, lines, _text(source, block, gated, frame, at))


def _numbers(source: Table, body: Body, at: datetime) -> pd.DataFrame:
    """What the file gives, past the same checks as at every poll. Raises BodyRejected."""
    from monitor.ingest.fetch import parsed
    from monitor.ingest.validation import check_body

    frame = parsed(source, body, at)
    check_body(frame, source, at)
    return frame


def _with_gates(column: Mapping[str, Any], gates: Gates) -> dict[str, Any]:
    found = {"plausible": gates.plausible, "max_step": gates.max_step}
    return {**column, **{name: one for name, one in found.items() if one is not None}}


def _text(
    source: Table,
    settings: Mapping[str, Any],
    columns: Mapping[str, Any],
    frame: pd.DataFrame,
    at: datetime,
) -> str:
    from monitor.feeds.block import block_text

    first, last = frame.index.min().date(), frame.index.max().date()
    said = [
        f"Written by `havenwatch feeds add` on {at.date()}, from {len(frame):,} rows of {first} to "
        f"{last};",
        "plausible and max_step are proposed from these.",
    ]
    return block_text(source.name, said, settings, columns)
