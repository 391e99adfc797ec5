"""A database that has polled a re-estimated model for years: a vintage each business day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from monitor.config.load import build
from monitor.ingest.business_days import without_holidays
from monitor.ingest.calendars import US_BONDS
from state.archive import Archive, FetchInfo
from state.database import Database
from state.retention import KEEP_WHOLE_FOR
from state.thinned_vintages import thin_vintages
from tests.support import utc

FIRST_DAY: Final = "1962-01-02"
STARTED_AT: Final = utc("2016-01-04 14:30")
SERIES: Final = ("acm_tp10y", "acm_y10y", "acm_rny10y")
DATASET: Final = "nyfed_acm"
# Each estimate moves a whole series, and its values hardly against one another.
RE_ESTIMATED_PCT: Final = 0.02
UNEVEN_PCT: Final = 0.001


def no_progress(at: datetime) -> None:
    """Nobody is watching."""


def business_days(years: int) -> pd.DatetimeIndex:
    """Those of so many years from STARTED_AT on."""
    start = pd.Timestamp(STARTED_AT).tz_localize(None).normalize()
    return pd.bdate_range(start, start + pd.DateOffset(years=years))


def instant(day: pd.Timestamp) -> datetime:
    """When the vintage of a day comes."""
    moment: datetime = (day + timedelta(hours=14, minutes=30)).tz_localize("UTC").to_pydatetime()
    return moment


def model(last: pd.Timestamp, random: np.random.Generator, walk: pd.DataFrame) -> pd.DataFrame:
    """The walk to a day as the model estimates it anew: every value a little other than before."""
    known = walk.loc[:last]
    shift = random.normal(0.0, RE_ESTIMATED_PCT, len(SERIES))
    return known + (shift + random.normal(0.0, UNEVEN_PCT, known.shape)).round(6)


def walk_to(last: pd.Timestamp, first_day: str) -> pd.DataFrame:
    """The made daily history of the three series, percent."""
    random = np.random.default_rng(1961)
    days = pd.bdate_range(first_day, last)
    level = np.zeros((len(days), len(SERIES)))
    steps = random.normal(0.0, 0.05, level.shape)
    for row in range(1, len(days)):
        level[row] = 0.999 * level[row - 1] + steps[row]
    made = pd.DataFrame(level + 2.0, index=days, columns=list(SERIES)).round(6)
    return without_holidays(made, US_BONDS)


def live(
    path: Path,
    days: pd.DatetimeIndex,
    each: Callable[[datetime], None] = no_progress,
    first_day: str = FIRST_DAY,
) -> None:
    """Append a vintage on each of some days to a new database. `each` is called with the instant
    of every vintage stored."""
    database = Database(path)
    archive = Archive(database)
    source = build({}, {}, Path()).sources[DATASET]
    described = {name: source.describe(name) for name in SERIES}
    random = np.random.default_rng(2016)
    walk = walk_to(days[-1], first_day)
    for day in days:
        at = instant(day)
        frame = model(day - pd.offsets.BDay(2), random, walk)
        with database.immediate() as connection:
            archive.append(
                connection,
                DATASET,
                frame,
                described,
                FetchInfo(("file",), f"{at:%Y%m%d}", None, at),
                source.assumed_known_at,
                STARTED_AT,
                archive.latest(DATASET),
            )
        list(thin_vintages(connection, at - KEEP_WHOLE_FOR))
        each(at)
    database.close()
