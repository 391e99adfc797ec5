"""The long history of foreign holdings of Treasuries by country, from TIC mfhhis01."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.formats.tic_tables import TicFile, check_unit
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import lines_in, numbers, pivoted, rows_in, text_of
from monitor.ingest.source import Hours, PollTimes
from rules.model import Series
from rules.tic.areas import AREAS
from rules.tic.series_ids import older_holdings

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun",
                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # fmt: skip
# The months of the benchmark surveys, given on both bases.
BREAKS: Final = {("Mar", 2000), *(("Jun", year) for year in range(2002, 2012))}
FOOTNOTE: Final = re.compile(r"\s+\d{1,2}/$")
END: Final = "Department of the Treasury"
# Behind the last holder come the official holders' part and its two kinds; the last of the three is
# the difference of the two above it to the rounding, so it is checked and not kept.
TOTAL, OFFICIAL, BILLS, BONDS = "Grand Total", "For. Official", "Treasury Bills", "T-Bonds & Notes"
# Whoever else comes and goes, these are in every block.
ALWAYS: Final = ("Japan", "China, Mainland", TOTAL, OFFICIAL, BILLS, BONDS)
# Rounded one by one: some forty holders are off by 0.5 at most since 2002, the three by 0.1.
HOLDERS_GAP_USD_BN: Final = 0.6
OLD_HOLDERS_GAP_USD_BN: Final = 2.6  # June 2006 before its survey; the other old months 0.5
PARTS_GAP_USD_BN: Final = 0.15

# Above what each moved by in any month since 2000, surveys included: 80, 244 and 374.
LARGEST_STEPS_USD_BN: Final = {
    "mfh.japan": 160.0,
    "mfh.china_mainland": 300.0,
    "mfh.grand_total": 750.0,
}

# A holder's numbers: what it is called, the text of a row's cells by (year, month, is_old_basis).
Cells = dict[tuple[str, int, str, bool], str]


@dataclass(frozen=True, kw_only=True)
class TicHoldings(TicFile):
    """Tab-delimited, USD bn at the end of the month, a block a year, newest first, names quoted and
    with footnote marks, a line of months above one of years; extended about once a year.

    A benchmark survey breaks the series: its month stands in two columns, the new basis left of the
    old one (June 2002 to 2011, March 2000). The old basis is a series of its own. Holders come and
    go: one not listed in a block is NaN there, and its holdings are then in `All Other`.
    """

    path: ClassVar[str] = "/Publish/mfhhis01.txt"
    source_type: ClassVar[str] = "tic_holdings"
    publisher: ClassVar[str] = "US Treasury (TIC, holdings)"
    first_day: ClassVar[date] = date(2000, 3, 31)
    refuse_after_days: ClassVar[int] = 560
    unlisted: ClassVar[tuple[str, ...]] = ("mfh.", "mfh_old_basis.")

    poll_at: PollTimes = ("09:30", "17:00")
    stale_after_hours: Hours = 24 * 45

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `mfh.NAME`, and `mfh_old_basis.NAME` for the months of a break, USD bn."""
        cells = _cells(text_of(body), body.url)
        keys = list(cells)
        values = numbers(pd.Series(list(cells.values()), dtype=object, name="holdings"), body.url)
        table = pd.DataFrame(keys, columns=["name", "year", "month", "is_old"]).assign(value=values)
        first = pd.to_datetime(table["month"] + table["year"].astype(str), format="%b%Y")
        table["period_end"] = first + pd.offsets.MonthEnd(0)
        _check_sums(table, body.url)
        kept = table[table["name"] != BONDS]
        prefix = kept["is_old"].map({False: "mfh.", True: "mfh_old_basis."})
        kept = kept.assign(series_id=prefix + kept["name"].map(_slug))
        wide = pivoted(kept, body.url, "period_end", "series_id", "value")
        return wide.dropna(axis=1, how="all")

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(dict.fromkeys(older_holdings(code) for code in AREAS))

    def describe(self, series_id: str) -> Series:
        """One holder."""
        basis, name = series_id.split(".")
        old = ", on the basis before a survey" if basis == "mfh_old_basis" else ""
        is_total = series_id == "mfh.grand_total"
        return Series(
            series_id=series_id,
            title=f"Treasuries held, {name.replace('_', ' ')}{old}",
            unit="usd_bn",
            frequency="month",
            source=self.label("mfhhis01.txt"),
            plausible=(500.0, 50_000.0) if is_total else (0.0, 50_000.0),
            max_step=LARGEST_STEPS_USD_BN.get(series_id),
        )

    def next_period(self, newest: date) -> date:
        """The end of the year after, with which the file is extended."""
        return date(newest.year + 1, 12, 31)


def _cells(text: str, url: str) -> Cells:
    """The text of every holder's cell, by name, year, month and basis."""
    lines = list(rows_in(lines_in(text), url, "\t", strict=True))
    end = next((i for i, line in enumerate(lines) if line and line[0].startswith(END)), None)
    if end is None:
        raise BodyRejected(url, expected=f"{END!r} behind the blocks", got="no end (cut off?)")
    starts = [i for i in range(1, end) if lines[i] and lines[i][0] == "Country"]
    if not starts:
        raise BodyRejected(url, expected="blocks that begin with `Country`", got="none")
    check_unit(" ".join(" ".join(line) for line in lines[: starts[0]]), url, "billions")
    cells: Cells = {}
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        _read_block(
            cells, _columns(lines[start - 1], lines[start], url), lines[start + 1 : stop], url
        )
    return cells


def _columns(months: list[str], years: list[str], url: str) -> list[tuple[int, int, str, bool]]:
    """Where the months of a block stand: (cell, year, month, is_old_basis)."""
    year = next((int(cell) for cell in years[1:] if re.fullmatch(r"(19|20)\d\d", cell)), None)
    named = [(place, cell) for place, cell in enumerate(months) if cell]
    wrong = [cell for _, cell in named if cell not in MONTHS]
    if year is None or wrong or not named:
        got = f"{' '.join(months)[:60]!r} above {' '.join(years)[:60]!r}"
        raise BodyRejected(url, expected="a line of months above one of years", got=got)
    columns: list[tuple[int, int, str, bool]] = []
    for place, month in named:
        before = columns[-1][2] if columns else None
        is_old = month == before and (month, year) in BREAKS
        if before is not None and not is_old and MONTHS.index(month) >= MONTHS.index(before):
            got = f"{month} {year} right of {before}"
            raise BodyRejected(url, expected="each month once, newest first", got=got)
        columns.append((place, year, month, is_old))
    return columns


def _read_block(
    cells: Cells, columns: list[tuple[int, int, str, bool]], lines: list[list[str]], url: str
) -> None:
    for line in lines:
        # Rules, blank lines, `Of which:` and the line of months of the next block hold no numbers.
        if not line or not line[0] or not any(line[1:]):
            continue
        if len(line) <= columns[-1][0]:
            got = f"{len(line)} in that of {line[0]!r} (cut off?)"
            raise BodyRejected(url, expected=f"{columns[-1][0] + 1} cells in every line", got=got)
        name = FOOTNOTE.sub("", line[0])
        for place, year, month, is_old in columns:
            key = (name, year, month, is_old)
            if key in cells:
                got = f"{name} {month} {year} twice"
                raise BodyRejected(url, expected="each holder and month once", got=got)
            cells[key] = line[place]


def _check_sums(table: pd.DataFrame, url: str) -> None:
    """The holders make the total and the two kinds the official part, but for rounding."""
    wide = pivoted(table, url, ["is_old", "period_end"], "name", "value")
    for name in ALWAYS:
        if name not in wide or wide[name].isna().any():
            raise BodyRejected(url, expected=f"a line {name!r} in every block", got="none in some")
    holders = wide.drop(columns=[TOTAL, OFFICIAL, BILLS, BONDS]).sum(axis=1)
    is_old = wide.index.get_level_values("is_old").to_numpy(dtype=bool)
    most_usd_bn = np.where(is_old, OLD_HOLDERS_GAP_USD_BN, HOLDERS_GAP_USD_BN)
    gaps = {
        f"the holders to make {TOTAL}": (holders - wide[TOTAL], most_usd_bn),
        f"{BILLS} + {BONDS} = {OFFICIAL}": (
            wide[BILLS] + wide[BONDS] - wide[OFFICIAL],
            np.full(len(wide), PARTS_GAP_USD_BN),
        ),
    }
    for identity, (gap, most) in gaps.items():
        wrong = np.flatnonzero(gap.abs().to_numpy() > most)
        if len(wrong):
            period = gap.index.get_level_values("period_end")[wrong[-1]]
            raise BodyRejected(
                url,
                expected=identity,
                got=f"a gap of {gap.iloc[wrong[-1]]:.1f} bn in {period:%Y-%m}",
                state="IMPLAUSIBLE",
            )


def _slug(name: str) -> str:
    """`China, Mainland` as `china_mainland`."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
