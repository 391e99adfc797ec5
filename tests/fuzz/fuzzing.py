"""Every source's body mutated, parsed and checked as at a poll, against what was stored before."""

from __future__ import annotations

import importlib
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd

from monitor.chains import build_chains
from monitor.config import Config, build, rules_in_order
from monitor.corrections import check_size
from monitor.demo import publishers
from monitor.demo.server import Asked, Publisher
from monitor.discovery import source_types
from monitor.errors import BodyRejected, FetchFailed
from monitor.gates import check_age, check_shape
from monitor.http import Body
from monitor.source import Source
from monitor.storing import check_against
from rules.chain import expanded
from tests.contracts.bodies import FORMATS, Format, Rows
from tests.contracts.test_sources import AFTER, BEFORE
from tests.fuzz.mutations import BYTES, MUTATIONS, damaged
from tests.standins import more_publishers
from tests.support import TABLE

# Of the rows of a file so many are mutated: enough for every check, and quick to read.
MOST_ROWS = 300
WRONG_BY = 1e-6


@cache
def _config() -> Config:
    return build({"sources": {"table": {**TABLE, "base_url": "http://feed"}}}, {}, Path())


@cache
def watched() -> frozenset[str]:
    """Every stored series that a rule reads."""
    config = _config()
    chains = build_chains(config.chains, config.sources)
    names = [name for rule in rules_in_order(config) for name in rule.series]
    return frozenset(expanded(names, chains))


@cache
def deciding() -> frozenset[str]:
    """Every stored series whose numbers can change an answer, or are compared with such."""
    config = _config()
    chains = build_chains(config.chains, config.sources)
    names = [name for rule in rules_in_order(config) for name in rule.decided_by]
    return frozenset(expanded(names, chains))


@dataclass(frozen=True)
class Prepared:
    """A source on an evening with something new: the good body as rows, what it says, and what is
    stored from the evening before."""

    source: Source
    style: Format
    body: Body
    rows: Rows
    truth: pd.DataFrame
    stored: pd.DataFrame
    at: datetime

    @property
    def watched(self) -> list[str]:
        """The columns that decide something, or all where none does."""
        mine = [str(name) for name in self.truth.columns if str(name) in deciding()]
        return mine or [str(name) for name in self.truth.columns]


def names() -> list[str]:
    """Every source there is."""
    return sorted(source_types())


def _publisher(name: str) -> Publisher:
    more = more_publishers()
    if name in more:
        return more[name]
    found: Publisher = importlib.import_module(f"{publishers.__name__}.{name}").Standin()
    return found


@cache
def prepared(name: str) -> Prepared:
    """A source ready to be fuzzed."""
    source, style, publisher = _config().sources[name], FORMATS[name], _publisher(name)

    def answer(newest: object, at: datetime) -> Body:
        request = source.requests(newest, at)[-1]  # type: ignore[arg-type]
        asked = urlsplit(request.url.removeprefix(source.base_url.rstrip("/")))
        query = {key: values[0] for key, values in parse_qs(asked.query).items()}
        reply = publisher.reply(Asked(asked.path, query, "Mozilla/5.0 havenwatch", at))
        assert reply.status == 200, (name, request.url)
        return Body(request.url, reply.body, reply.content_type, None, None)

    def trimmed(body: Body) -> Rows:
        rows = style.rows(body.content)
        if name == "treasury_curve":
            rows = _with_all_tenors(rows)
        if len(rows) <= MOST_ROWS or "tic" in name:
            return rows
        first, last = (_when(rows[place], style) for place in (style.first_row, -1))
        head, data = rows[: style.first_row], rows[style.first_row :]
        return [*head, *(data[:MOST_ROWS] if first >= last else data[-MOST_ROWS:])]

    if source.is_complete:
        stored = pd.DataFrame(index=pd.DatetimeIndex([]), dtype="float64")
        newest = None
    else:
        before = answer(None, BEFORE[name])
        stored = source.parse(_with(before, style.body(trimmed(before))), BEFORE[name]).sort_index()
        newest = stored.index.max().date()
    good = answer(newest, AFTER[name])
    rows = trimmed(good)
    body = _with(good, style.body(rows))
    truth = source.parse(body, AFTER[name]).sort_index()
    return Prepared(source, style, body, rows, truth, stored, AFTER[name])


def _with_all_tenors(rows: Rows) -> Rows:
    """The curve with a yield in every cell, as the publisher writes it; the demonstration's figures
    have four tenors."""
    years = [_years(name) for name in rows[0][1:]]
    for row in rows[1:]:
        known = [place for place, cell in enumerate(row[1:]) if cell]
        yields = np.interp(years, [years[p] for p in known], [float(row[1 + p]) for p in known])
        for place, value in enumerate(yields):
            row[1 + place] = row[1 + place] or f"{value + 0.02 * np.sin(place):.2f}"
    return rows


def _years(tenor: str) -> float:
    number, unit = tenor.strip('"').split()
    return float(number) / (12.0 if unit.startswith("Mo") else 1.0)


def _with(body: Body, content: bytes) -> Body:
    return Body(body.url, content, body.content_type, None, None)


def _when(row: list[str], style: Format) -> float:
    if style.date_style == "stamp":
        return float(row[style.date])
    return datetime.strptime(row[style.date], style.date_style).timestamp()  # noqa: DTZ007


@dataclass
class Tally:
    """What became of the mutations of one kind: how many there were, how many made a number that
    decides another one or took it away, and how many of those were let in, with an example."""

    made: int = 0
    harmful: int = 0
    let_in: int = 0
    example: str = ""


@dataclass
class Report:
    """What became of a source's mutations, by kind, and the errors that no source documents."""

    name: str
    kinds: dict[str, Tally] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)


def fuzz(name: str, count: int, seed: int) -> Report:
    """Mutate a source's body so often; the same for the same seed."""
    ready, report = prepared(name), Report(name)
    kinds = [*MUTATIONS, BYTES]
    for number in range(count):
        rng = random.Random(f"{seed}/{name}/{number}")
        kind = kinds[number % len(kinds)]
        body = _mutated(ready, kind, rng)
        if body is None or body == ready.body.content:
            continue
        tally = report.kinds.setdefault(kind, Tally())
        tally.made += 1
        harm = _judged(ready, _with(ready.body, body), report, f"{kind} #{number}")
        if harm is None:
            tally.harmful += 1  # refused or held back: whatever it said, nothing of it was stored
        elif harm:
            tally.harmful += 1
            tally.let_in += 1
            tally.example = tally.example or f"#{number}: {harm}"
    return report


def _mutated(ready: Prepared, kind: str, rng: random.Random) -> bytes | None:
    if kind == BYTES:
        return damaged(ready.body.content, rng)
    rows = MUTATIONS[kind]([list(row) for row in ready.rows], ready.style, rng)
    if rows is None:
        return None
    try:
        return ready.style.body(rows)
    except (ValueError, IndexError, KeyError, StopIteration, AssertionError):
        return None  # nothing that this format can say


def _judged(ready: Prepared, body: Body, report: Report, what: str) -> str | None:
    """None where it is refused or held back; else what it made wrong, empty for nothing."""
    source = ready.source
    try:
        frame = source.parse(body, ready.at)
        check_shape(frame, body.url)
        if source.grows:
            before = int(ready.stored.notna().to_numpy().sum())
            shrunk = tuple(
                check_size(int(frame.notna().to_numpy().sum()), before, body.url, source.name)
            )
        else:
            shrunk = ()
        check_age(frame, source.name, source.today(ready.at), source.refuse_after_days)
        held = check_against(frame, source, ready.stored, shrunk, ready.at, watched())
    except (BodyRejected, FetchFailed):
        return None
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        report.errors[f"{type(error).__name__}: {error} ({what})"[:160]] += 1
        return None
    return None if held is not None else _harm(ready, frame)


def _harm(ready: Prepared, frame: pd.DataFrame) -> str:
    """What a body that is let in says wrongly of a series that decides: a number, or none where
    there is one that is not stored."""
    columns = [name for name in ready.watched if name in frame.columns]
    truth = ready.truth.reindex(columns=ready.watched)
    given = frame.sort_index()[columns]
    right = truth.reindex(index=given.index, columns=columns)
    values, wanted = given.to_numpy(), right.to_numpy()
    off = ~np.isnan(values) & ~(np.abs(values - wanted) <= WRONG_BY * np.abs(wanted) + 1e-12)
    if off.any():
        row, column = (int(one) for one in np.argwhere(off)[-1])
        return (
            f"{columns[column]} {given.index[row]:%Y-%m-%d} {values[row, column]:g} "
            f"for {wanted[row, column]:g}"
        )
    new = truth[~truth.index.isin(ready.stored.index)]
    missing = new.notna() & frame.reindex(index=new.index, columns=new.columns).isna()
    if missing.to_numpy().any():
        row, column = (int(one) for one in np.argwhere(missing.to_numpy())[-1])
        return f"{missing.columns[column]} {missing.index[row]:%Y-%m-%d} is not there"
    return ""
