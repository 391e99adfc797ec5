"""The numbers of TIC by area and month, as known at an instant, without loading pandas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from rules.tic.areas import COUNTRIES, GRAND_TOTAL, OFFICIAL, PRIVATE
from rules.tic.month_report import KINDS
from rules.tic.month_table import MonthTable, month_end_of, month_number
from rules.tic.series_ids import (
    BILLS,
    HOLDINGS,
    LONG,
    TOTAL,
    VALUATION,
    form_s_series,
    kind_series,
    older_holdings,
    tic_series,
)
from state.database import Database
from state.instants import from_text, to_text
from state.sql_marks import marks

# What a year's window to a month reads.
WINDOW_MONTHS: Final = 13
# A month is ranked among so many of its own.
RANKED_MONTHS: Final = 120
AREAS: Final = (*COUNTRIES, GRAND_TOTAL, OFFICIAL, PRIVATE)
# By these a month is out: of slt_table3, of slt_table1, and of Form S before both.
NEW_MONTH: Final = (tic_series(GRAND_TOTAL, HOLDINGS), form_s_series(GRAND_TOTAL)[0])
ASSETS: Final = kind_series(GRAND_TOTAL, "eqty")


@dataclass(frozen=True)
class FirstKnown:
    """When a month was first known. `is_assumed`: by the release calendar, of a month that was
    history when it was loaded, so that its first print is not stored."""

    at: datetime
    is_assumed: bool


@dataclass(frozen=True)
class Print:
    """A month's number of one series, USD bn: as first published, None where that is not stored,
    and as known last."""

    month: int
    first: float | None
    now: float


class TicNumbers:
    """The TIC numbers of one database."""

    def __init__(self, database: Database):
        self._database = database

    def months(self, at: datetime) -> list[date]:
        """The months known at an instant, the newest first."""
        rows = self._database.connection.execute(
            f"""SELECT DISTINCT period_end FROM series CROSS JOIN observations USING (series_key)
                WHERE series_id IN ({marks(NEW_MONTH)}) AND observations.known_at <= ?
                ORDER BY period_end DESC""",
            (*NEW_MONTH, to_text(at)),
        )
        return [date.fromisoformat(row["period_end"]) for row in rows]

    def newest(self) -> date | None:
        """The newest month of slt_table3 that is stored."""
        row = self._database.connection.execute(
            """SELECT max(period_end) AS newest FROM observations WHERE series_key =
               (SELECT series_key FROM series WHERE series_id = ?)""",
            NEW_MONTH[:1],
        ).fetchone()
        return None if row["newest"] is None else date.fromisoformat(row["newest"])

    def has_assets(self) -> bool:
        """Whether anything of slt_table1 is stored."""
        row = self._database.connection.execute(
            "SELECT 1 FROM series WHERE series_id = ?", (ASSETS,)
        ).fetchone()
        return row is not None

    def first_known(self, series_id: str, month: date) -> FirstKnown | None:
        """When a month's number of a series was first known; None where it is not stored."""
        row = self._database.connection.execute(
            """SELECT observations.known_at AS known, vintages.known_at AS stored
               FROM observations JOIN vintages USING (vintage_id) WHERE series_key =
                   (SELECT series_key FROM series WHERE series_id = ?) AND period_end = ?
               ORDER BY observations.known_at, vintage_id LIMIT 1""",
            (series_id, month.isoformat()),
        ).fetchone()
        if row is None:
            return None
        return FirstKnown(from_text(row["known"]), is_assumed=row["known"] < row["stored"])

    def prints(self, series_id: str, first: int, last: int, at: datetime) -> list[Print]:
        """The months of a series that are known at an instant, the newest first."""
        rows = self._database.connection.execute(
            """SELECT period_end, value, observations.known_at < vintages.known_at AS assumed
               FROM observations JOIN vintages USING (vintage_id) WHERE series_key =
                   (SELECT series_key FROM series WHERE series_id = ?)
               AND period_end BETWEEN ? AND ? AND observations.known_at <= ?
               ORDER BY period_end DESC, vintage_id""",
            (series_id, *_span(first, last), to_text(at)),
        )
        found: dict[int, Print] = {}
        for row in rows:
            month, value = month_number(date.fromisoformat(row["period_end"])), row["value"] / 1000
            first_print = None if row["assumed"] else value
            before = found.get(month)
            found[month] = Print(month, first_print if before is None else before.first, value)
        return list(found.values())

    def sources(self, series_ids: Sequence[str], month: date) -> tuple[str, ...]:
        """The publishers' labels of those series that have a month, each once."""
        rows = self._database.connection.execute(
            f"""SELECT DISTINCT source FROM series WHERE series_id IN ({marks(series_ids)})
                AND EXISTS (SELECT 1 FROM observations AS one WHERE one.series_key =
                    series.series_key AND period_end = ?) ORDER BY source""",
            (*series_ids, month.isoformat()),
        )
        return tuple(row["source"] for row in rows)

    def table(self, month: int, at: datetime) -> MonthTable:
        """What was known at an instant of a month, of the year to it, and of the months among which
        its long-term net is ranked."""
        first = month - WINDOW_MONTHS + 1
        parts = (TOTAL, BILLS, HOLDINGS, VALUATION)
        found: dict[str, dict[int, float]] = {}
        long = [tic_series(code, LONG) for code in AREAS]
        self._read(found, long, month - RANKED_MONTHS + 1, month, at)
        others = [tic_series(code, part) for code in AREAS for part in parts]
        kinds = [
            kind_series(code, kind) for code in (GRAND_TOTAL, OFFICIAL, PRIVATE) for kind in KINDS
        ]
        self._read(found, [*others, *kinds], first, month, at)
        if first not in found.get(tic_series(GRAND_TOTAL, LONG), {}):
            form_s = [one for code in AREAS for one in form_s_series(code)]
            older = [older_holdings(code) for code in AREAS]
            self._read(found, [*form_s, *older], first, month, at)
        return MonthTable(found)

    def area(self, code: str, first: int, last: int, at: datetime) -> MonthTable:
        """What was known at an instant of one area's months."""
        parts = (LONG, TOTAL, BILLS, HOLDINGS, VALUATION)
        names = [
            *(tic_series(code, part) for part in parts),
            *form_s_series(code),
            older_holdings(code),
        ]
        found: dict[str, dict[int, float]] = {}
        self._read(found, names, first, last, at)
        return MonthTable(found)

    def _read(
        self,
        found: dict[str, dict[int, float]],
        series_ids: Sequence[str],
        first: int,
        last: int,
        at: datetime,
    ) -> None:
        """Add the numbers of some series and months that were known at an instant."""
        cursor = self._database.connection.cursor()
        cursor.row_factory = None
        # By the primary key, so that of several versions the last stored is the one that stays.
        cursor.execute(
            f"""SELECT series_id, substr(period_end, 1, 4) * 12 + substr(period_end, 6, 2) - 1,
                    value
                FROM series CROSS JOIN observations USING (series_key)
                WHERE series_id IN ({marks(series_ids)}) AND period_end BETWEEN ? AND ?
                AND observations.known_at <= ?
                ORDER BY series_key, period_end, vintage_id""",
            (
                *series_ids,
                *_span(first, last),
                to_text(at),
            ),
        )
        for series_id, month, value in cursor:
            found.setdefault(series_id, {})[month] = value


def _span(first: int, last: int) -> tuple[str, str]:
    return month_end_of(first).isoformat(), month_end_of(last).isoformat()
