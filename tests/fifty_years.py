"""A database of fifty years: the real figures where `../shared/data` is beside the project, else
made ones of the same size."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from monitor.config.load import build
from monitor.ingest.http import Body
from monitor.ingest.source import Source
from monitor.sources.boc import POWERS
from rules.model import type_float
from state.archive import Archive, FetchInfo
from state.database import Database
from tests.support import SHARED, new_york, utc

FIRST, LAST = "1973-01-31", "2026-08-20"
EURO = "1999-01-04"
LOADED_AT = utc("2026-08-21 03:59")

# Source, series, and the file of ../shared/data/market that holds it.
MARKET: Final = (
    ("cboe", "spx", "SPX"),
    ("yahoo_spx", "yahoo.spx", "SPX"),
    ("treasury_curve", "ust2y", "DGS2"),
    ("treasury_curve", "ust5y", "DGS5"),
    ("treasury_curve", "ust10y", "DGS10"),
    ("treasury_curve", "ust30y", "DGS30"),
    ("yahoo_tnx", "yahoo.tnx", "TNX"),
    ("yahoo", "dxy", "DXY"),
    ("cboe_vix", "vix", "VIXCLS"),
    ("nyfed_acm", "acm_tp10y", "ACMTP10"),
    # The daily fitted yield is in no file here; the par yield is within some basis points of it.
    ("nyfed_acm", "acm_y10y", "DGS10"),
    ("kim_wright", "kw_tp10y", "THREEFYTP10"),
    ("h41", "custody_treasuries", "WMTSECL1"),
    ("h41", "fed_treasuries", "TREAST"),
)
# The publishers' own bytes.
FILES: Final = (
    ("treasury_tic", "tic/slt_table3@2026-06-18.txt"),
    ("tic_assets", "tic/slt_table1@2026-06-18.txt"),
    ("tic_holdings", "tic/mfhhis01@2026-05-18.txt"),
    ("tic_form_s", "tic/s1_globl@2023-03-15.txt"),
    ("ecb", "ecb/eurofxref-hist@2026-04-13.zip"),
    ("mof_flows", "mof/week@2026-08-14.csv"),
    ("mof_investors", "mof/monthb3@2026-08-10.csv"),
)
# Where the made walks start and how far they step, as a share of the level or in percent points.
WALKS: Final = {"spx": (100.0, 0.07), "dxy": (100.0, 0.035)}
YIELD_WALK: Final = (6.0, 0.4)


def span() -> tuple[datetime, datetime]:
    """From the first day to the last, by New York."""
    return new_york(f"{FIRST} 00:00"), new_york(f"{LAST} 23:59")


def is_real() -> bool:
    """Whether the real figures are here."""
    return SHARED.is_dir()


def build_database(path: Path, *, real: bool | None = None) -> None:
    """Store fifty years in a new database, known when the release calendars assume; made figures
    where `real` is False or where there are no others."""
    database = Database(path)
    sources = build({}, {}, Path()).sources
    for name, frame in _real(sources) if is_real() and real is not False else _made():
        store(database, sources[name], frame)
    database.close()


def store(database: Database, source: Source, frame: pd.DataFrame) -> None:
    """Store a source's numbers, known when its release calendar assumes."""
    archive = Archive(database)
    with database.immediate() as connection:
        archive.append(
            connection,
            source.name,
            frame,
            {column: source.describe(column) for column in frame.columns},
            FetchInfo(("file",), "0", None, LOADED_AT),
            source.assumed_known_at,
            None,
            archive.latest(source.name),
        )


def market(name: str) -> pd.Series[float]:
    """A file of `../shared/data/market` as it is, without its missing values."""
    table = pd.read_csv(SHARED / "market" / f"{name}.csv", parse_dates=["date"])
    return table.set_index("date")["value"].dropna()


def boc_body() -> Body:
    """The Bank of Canada's figures from the file with a preamble, as its service gives them."""
    path = SHARED / "boc" / "FX_RATES_DAILY@2021-07-15.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith('"date"'))
    rows = [
        {"d": row["date"], **{name: {"v": row[name]} for name in POWERS}}
        for row in csv.DictReader(lines[start:])
    ]
    content = json.dumps({"observations": rows}).encode()
    return Body("https://www.bankofcanada.ca/valet", content, "application/json", None, None)


def _real(sources: Mapping[str, Source]) -> Iterator[tuple[str, pd.DataFrame]]:
    columns: dict[str, dict[str, pd.Series[float]]] = {}
    for name, series_id, file in MARKET:
        columns.setdefault(name, {})[series_id] = market(file)[:LAST]
    premium = columns["nyfed_acm"]["acm_tp10y"]
    columns["nyfed_acm"]["acm_y10y"] = columns["nyfed_acm"]["acm_y10y"].reindex(premium.index)
    for name, found in columns.items():
        yield name, pd.DataFrame(found)
    # What the public holds of the debt, at the ends of quarters instead of daily.
    debt = {"debt_held_public": market("FYGFDPUN"), "debt_total": market("GFDEBTN")}
    quarters = pd.DataFrame(debt)
    quarters.index = pd.DatetimeIndex(quarters.index) + pd.offsets.QuarterEnd(0)
    yield "fiscaldata_debt", quarters
    yield "fiscaldata_auctions", _made_auctions()
    yield "boc", sources["boc"].parse(boc_body(), LOADED_AT)
    for name, file in FILES:
        path = SHARED / file
        yield name, sources[name].parse(Body(file, path.read_bytes(), "", None, None), LOADED_AT)


def _made() -> Iterator[tuple[str, pd.DataFrame]]:
    columns: dict[str, dict[str, pd.Series[float]]] = {}
    random = np.random.default_rng(1973)
    days = pd.bdate_range(FIRST, LAST)
    # One walk a file, so that a source and its check agree.
    walks: dict[str, pd.Series[float]] = {}
    for name, series_id, file in MARKET:
        same = "DGS10" if file == "TNX" else file
        walks.setdefault(same, _walk(random, series_id, days))
        columns.setdefault(name, {})[series_id] = walks[same]
    columns["ecb"] = {"usd_basket": walks["DXY"][EURO:]}
    weeks = pd.date_range("2007-07-04", LAST, freq="W-WED")
    columns["h41"] = {
        "custody_treasuries": 3e6 + 5e3 * _steps(random, weeks),
        "fed_treasuries": 4e6 + 5e3 * _steps(random, weeks),
    }
    columns["fiscaldata_debt"] = {"debt_held_public": 3e7 + 1e3 * _steps(random, days[-8000:])}
    for name, found in columns.items():
        yield name, pd.DataFrame(found)
    yield "fiscaldata_auctions", _made_auctions()
    months = pd.date_range("2020-01-31", "2026-04-30", freq="ME")
    measures = (
        "for_treas_pos", "for_treas_net", "for_lt_treas_pos", "for_lt_treas_net",
        "for_lt_treas_valchg", "for_st_treas_pos", "for_st_treas_net",
    )  # fmt: skip
    codes = [str(code) for code in range(10000, 10088)]
    names = [f"tic.{c}.{m}" for c in [*codes, "42609", "41408", "99996"] for m in measures]
    lines = random.normal(0.0, 15_000.0, (len(months), len(names)))
    yield "treasury_tic", pd.DataFrame(lines, index=months, columns=names)


def _walk(random: np.random.Generator, series_id: str, days: pd.DatetimeIndex) -> pd.Series[float]:
    if series_id in WALKS:
        start, step = WALKS[series_id]
        return pd.Series(start * np.exp(step * _wandering(random, len(days))), index=days)
    start, step = YIELD_WALK
    return pd.Series(np.abs(start + step * _wandering(random, len(days))) + 0.3, index=days)


def _steps(random: np.random.Generator, days: pd.DatetimeIndex) -> pd.Series[float]:
    return pd.Series(_wandering(random, len(days)), index=days)


def _wandering(random: np.random.Generator, count: int) -> type_float:
    """A walk that comes back: the sum of steps, each of which gives back a fiftieth of it."""
    steps = random.normal(0.0, 1.0, count)
    smooth: type_float = pd.Series(steps).ewm(alpha=0.02).mean().to_numpy()
    return np.asarray(smooth * np.sqrt(50.0))


def _made_auctions() -> pd.DataFrame:
    """Ten-year notes once a month since 2008-04, with made shares: no real results are at hand."""
    days = pd.bdate_range("2008-04-09", LAST, freq="BMS") + pd.offsets.BDay(7)
    random = np.random.default_rng(2008)
    indirect = np.clip(random.normal(65.0, 6.0, len(days)), 30.0, 90.0)
    return pd.DataFrame(
        {
            "auction.note_10y.indirect_share": indirect,
            "auction.note_10y.direct_share": 15.0,
            "auction.note_10y.dealer_share": 85.0 - indirect,
            "auction.note_10y.bid_to_cover": 2.5,
            "auction.note_10y.offering": 39_000.0,
        },
        index=days,
    )
