"""The Federal Reserve Board's data download: packages of series as CSV, a column a series."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Final

import pandas as pd

from monitor.bodies import csv_table, dates, numbers
from monitor.errors import BodyRejected

# `lastobs` asks for the newest observations, `from` and `to` (MM/DD/YYYY) for a span.
PATH: Final = (
    "/datadownload/Output.aspx?rel={release}&series={package}&lastobs={newest}&from={start}"
    "&to={end}&filetype=csv&label=include&layout=seriescolumn&type=package"
)
DATES: Final = "Time Period"
DATE_STYLE: Final = "%m/%d/%Y"


def newest_path(release: str, package: str, count: int) -> str:
    """Where the newest observations of a package are."""
    return PATH.format(release=release, package=package, newest=count, start="", end="")


def span_path(release: str, package: str, start: date, end: date) -> str:
    """Where the observations of a span are."""
    first, last = start.strftime(DATE_STYLE), end.strftime(DATE_STYLE)
    return PATH.format(release=release, package=package, newest="", start=first, end=last)


def package_table(text: str, url: str, mnemonics: Sequence[str], unit: str = "") -> pd.DataFrame:
    """The numbers of some series: index the day, a column a mnemonic, `ND` NaN.

    Above the row that begins with `Time Period` stand rows of titles, units and multipliers; the
    multiplier of each series must be 1 and its unit contain `unit`, where they are given.
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.lstrip('"').startswith(DATES)), None)
    if start is None:
        got = f"none in {len(lines)} lines"
        raise BodyRejected(url, expected=f"a row that begins with {DATES}", got=got)
    table = csv_table("\n".join(lines[start:]), url, mnemonics, DATES)
    _check_units("\n".join(lines[: start + 1]), url, mnemonics, unit)
    index = dates(table[DATES], "%Y-%m-%d", url)
    return pd.DataFrame(
        {name: numbers(table[name], url).to_numpy() for name in mnemonics}, index=index
    )


def _check_units(head: str, url: str, mnemonics: Sequence[str], unit: str) -> None:
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(head)) if row]
    named = {row[0].rstrip(":").strip().lower(): row for row in rows}
    place = {name: rows[-1].index(name) for name in mnemonics}
    for label, wanted in (("unit", unit), ("multiplier", "1")):
        row = named.get(label, [])
        for name, column in place.items():
            got = row[column] if column < len(row) else wanted
            fits = float(got) == 1.0 if label == "multiplier" and got else wanted in got.lower()
            if not fits:
                raise BodyRejected(url, expected=f"{label} {wanted} of {name}", got=repr(got))
