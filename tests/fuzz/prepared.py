"""Each source on an evening with something new, ready to be fuzzed."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.config.load import Config, build, rules_in_order
from monitor.config.plugins import source_types
from monitor.demo import publishers
from monitor.demo.request_reply import Asked, Publisher
from monitor.evaluate.chains import build_chains
from monitor.ingest.http import Body
from monitor.ingest.source import Source, WholeFile
from rules.point_in_time.source_priority import expanded
from tests.contracts.bodies import FORMATS, Format, Rows
from tests.contracts.source_bench import AFTER, BEFORE
from tests.fuzz.real import MOST_ROWS, Evening, real_evening
from tests.standins import more_publishers
from tests.support import TABLE, new_york

# The evenings of the sources' contract, and for auctions one on which a ten-year note is sold, of
# which a rule reads who bought it.
EVENINGS: Final = {
    **{name: (BEFORE[name], AFTER[name]) for name in BEFORE},
    "fiscaldata_auctions": (new_york("2025-04-08 21:00"), new_york("2025-04-09 21:00")),
}


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
    """A source on an evening with something new: the good body as rows and bytes, and what is
    stored from the evening before. `columns` are the series that decide something, or all where
    none does; `days` and `right` what is true of them, `is_new` the cells that are not stored."""

    source: Source
    style: Format
    body: Body
    rows: Rows
    stored: pd.DataFrame
    at: datetime
    is_real: bool
    columns: list[str]
    days: npt.NDArray[np.datetime64]
    right: npt.NDArray[np.float64]
    is_new: npt.NDArray[np.bool_]


def names() -> list[str]:
    """Every source there is."""
    return sorted(source_types())


@cache
def prepared(name: str) -> Prepared:
    """A source ready to be fuzzed, with the publisher's own bytes where they are here."""
    source, real = _config().sources[name], real_evening(name)
    evening = real or _stand_in(name, source)
    url = source.requests(None, evening.at)[-1].url

    def parsed(rows: Rows, at: datetime) -> tuple[Body, pd.DataFrame]:
        kind = "application/json" if name.startswith("fiscaldata") else ""
        body = Body(url, evening.style.body(rows), kind, None, None)
        return body, source.parse(body, at).sort_index()

    stored = pd.DataFrame(index=pd.DatetimeIndex([]), dtype="float64")
    if not source.is_complete:
        _, stored = parsed(evening.before, evening.before_at)
    body, truth = parsed(evening.rows, evening.at)
    if isinstance(source, WholeFile):  # its history begins where the file does
        stored = stored[stored.index >= truth.index.min()]
    mine = [str(name) for name in truth.columns if str(name) in deciding()]
    columns = mine or [str(name) for name in truth.columns]
    # What the body does not reach is right as it is stored.
    known = truth.reindex(columns=columns)
    known = known.combine_first(stored.reindex(columns=columns))[columns]
    old = stored.reindex(index=known.index, columns=columns)
    right = known.to_numpy(dtype=np.float64)
    return Prepared(
        source,
        evening.style,
        body,
        evening.rows,
        stored,
        evening.at,
        real is not None,
        columns,
        known.index.to_numpy(),
        right,
        ~np.isnan(right) & np.isnan(old.to_numpy(dtype=np.float64)),
    )


def _stand_in(name: str, source: Source) -> Evening:
    style, publisher = FORMATS[name], _publisher(name)

    def rows(newest: object, at: datetime) -> Rows:
        request = source.requests(newest, at)[-1]  # type: ignore[arg-type]
        asked = urlsplit(request.url.removeprefix(source.base_url.rstrip("/")))
        query = {key: values[0] for key, values in parse_qs(asked.query).items()}
        reply = publisher.reply(Asked(asked.path, query, "Mozilla/5.0 havenwatch", at))
        assert reply.status == 200, (name, request.url)
        return _trimmed(name, style, reply.body)

    before_at, at = EVENINGS[name]
    if source.is_complete:
        return Evening(style, [], rows(None, at), at, at)
    before = rows(None, before_at)
    body = Body("", style.body(before), "", None, None)
    newest = source.parse(body, before_at).index.max().date()
    return Evening(style, before, rows(newest, at), before_at, at)


def _trimmed(name: str, style: Format, content: bytes) -> Rows:
    """The newest rows; TIC's are few."""
    rows = style.rows(content)
    if name == "treasury_curve":
        rows = _with_all_tenors(rows)
    if name == "fiscaldata_auctions":
        rows = _with_smaller_notes(rows)
    if len(rows) <= MOST_ROWS or "tic" in name:
        return rows
    first, last = (_when(rows[place], style) for place in (style.first_row, -1))
    head, data = rows[: style.first_row], rows[style.first_row :]
    return [*head, *(data[:MOST_ROWS] if first >= last else data[-MOST_ROWS:])]


def _publisher(name: str) -> Publisher:
    more = more_publishers()
    if name in more:
        return more[name]
    found: Publisher = importlib.import_module(f"{publishers.__name__}.{name}").Standin()
    return found


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


def _with_smaller_notes(rows: Rows) -> Rows:
    """Auctions of notes half as large as those of bills, and bought by others each time."""
    head = rows[0]
    for row in rows[1:]:
        if row[head.index("security_type")] == "Note":
            more = 100_000_000 * (int(row[head.index("auction_date")][-2:]) % 7)
            amounts = {
                "offering_amt": 20_000_000_000,
                "comp_accepted": 18_000_000_000,
                "indirect_bidder_accepted": 11_000_000_000 + more,
                "direct_bidder_accepted": 4_000_000_000 - more,
                "primary_dealer_accepted": 3_000_000_000,
            }
            for name, amount in amounts.items():
                row[head.index(name)] = str(amount)
    return rows


def _years(tenor: str) -> float:
    number, unit = tenor.strip('"').split()
    return float(number) / (12.0 if unit.startswith("Mo") else 1.0)


def _when(row: list[str], style: Format) -> float:
    if style.date_style == "stamp":
        return float(row[style.date])
    return datetime.strptime(row[style.date], style.date_style).timestamp()  # noqa: DTZ007
