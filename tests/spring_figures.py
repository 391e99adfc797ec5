"""The demonstration's figures of spring 2025 as rows, each known when it usually was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from monitor.demo import facts
from monitor.formats.usd_basket import basket
from monitor.ingest.calendars import at_local
from monitor.sources.ecb import POWERS
from tests.support import Row

Figures = dict[str, dict[date, float]]


# How many business days after its period a number usually comes, and at what hour in New York.
USUALLY_KNOWN: Final = {
    "usd_basket": (0, time(11, 15)),
    "dxy": (0, time(17, 30)),
    "ust10y": (0, time(18, 15)),
    "acm_tp10y": (2, time(9, 30)),
    "acm_y10y": (2, time(9, 30)),
    "kw_tp10y": (4, time(15, 0)),
    "custody_treasuries": (1, time(16, 30)),
    "mof": (2, time(19, 50)),
    "mof.long_debt_net": (5, time(19, 50)),
    "cftc": (3, time(15, 30)),
    "auction": (0, time(13, 5)),
    "debt_held_public": (1, time(15, 0)),
    "tic": (32, time(16, 0)),
    "form_s": (32, time(16, 0)),
    "mfh": (60, time(16, 0)),
}


def spring(since: date = date(2023, 12, 29), until: date = date(2025, 6, 30)) -> Figures:
    """The demonstration's market figures under the series' own names, for the caller to change."""
    return {name: dict(figures) for name, figures in _spring(since, until).items()}


@cache
def _spring(since: date, until: date) -> Figures:
    table = facts.sessions()
    rates = pd.DataFrame({name: table[name.lower()] for name in POWERS})
    names = ("spx", "ust10y", "dxy", "acm_tp10y", "kw_tp10y")
    columns = {name: table[name] for name in names}
    columns["acm_y10y"] = table["ust10y"].where(table["acm_tp10y"].notna())
    columns["usd_basket"] = pd.Series(basket(rates, POWERS, "figures"), index=table.index)
    days = [stamp.date() for stamp in pd.DatetimeIndex(table.index)]
    weeks = {day: float(held) for day, held in facts.custody().items() if since <= day <= until}
    return {
        name: {
            day: float(value)
            for day, value in zip(days, column, strict=True)
            if since <= day <= until and not np.isnan(value)
        }
        for name, column in columns.items()
    } | {"custody_treasuries": weeks}


def usual_known_at(series_id: str, day: date) -> datetime:
    """When a number of a series was usually known: by all of its name but the last part, or by
    the first."""
    area = series_id.rpartition(".")[0]
    return _usual_known_at(area if area in USUALLY_KNOWN else series_id.partition(".")[0], day)


@cache
def _usual_known_at(kind: str, day: date) -> datetime:
    days, hour = USUALLY_KNOWN.get(kind, (0, time(18, 30)))
    later = np.busday_offset(np.datetime64(day), days, roll="forward") if days else day
    return at_local(date.fromisoformat(str(later)), hour)


def rows_of(figures: Figures, series_ids: Iterable[str]) -> list[Row]:
    """A row a number: series, day, when it was usually known, vintage 1, value."""
    return [
        (series_id, day, usual_known_at(series_id, day), 1, value)
        for series_id in series_ids
        for day, value in figures.get(series_id, {}).items()
    ]


def tic_rows(months_known: Mapping[str, datetime] | None = None) -> list[Row]:
    """The demonstration's TIC figures; a month is known 45 days after its end unless said."""
    if not months_known:
        return list(_tic_rows())
    return [
        (series_id, end, months_known.get(f"{end:%Y-%m}", usual), vintage, value)
        for series_id, end, usual, vintage, value in _tic_rows()
    ]


@cache
def _tic_rows() -> tuple[Row, ...]:
    names = {
        "pos": "for_treas_pos",
        "net": "for_treas_net",
        "lt_pos": "for_lt_treas_pos",
        "lt_net": "for_lt_treas_net",
        "lt_valchg": "for_lt_treas_valchg",
        "st_pos": "for_st_treas_pos",
        "st_net": "for_st_treas_net",
    }
    found: list[Row] = []
    for record in facts.tic().to_dict("records"):
        end = (pd.Timestamp(f"{record['month']}-01") + pd.offsets.MonthEnd(0)).date()
        known = at_local(end + timedelta(days=45), time(16, 0))
        for short, measure in names.items():
            value = record[short]
            if isinstance(value, str) and value not in ("", "n.a."):
                found.append((f"tic.{record['code']}.{measure}", end, known, 1, float(value)))
    return tuple(found)
