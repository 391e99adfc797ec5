"""What is said of a table of a desk's own that lacks a column that its block names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from monitor.errors import BodyRejected
from monitor.known_names import did_you_mean, listed

MOST_SHOWN: Final = 160
DELIMITERS: Final = (",", ";", "\t", "|")


def missing_columns(url: str, wanted: Sequence[str], header: Sequence[str]) -> BodyRejected:
    """The refusal of a table by its header: which columns it lacks, and the one probably meant."""
    there = [name for name in header if name]
    low = {name.lower() for name in there}
    absent = [name for name in wanted if name.lower() not in low]
    named = listed(there, absent[0])[:MOST_SHOWN]
    meant = did_you_mean(absent[0], there, "correct the block or the file.")
    if len(there) == 1 and any(mark in there[0] for mark in DELIMITERS):
        meant = "it is one cell: set delimiter as in the file."
    return BodyRejected(
        url,
        expected=f"a header with the columns {', '.join(wanted)}",
        got=f"{named or 'nothing'}: no {', '.join(absent)}",
        remedy=f"{meant} Nothing of this file was stored",
    )


def likeliest_header(rows: Sequence[Sequence[str]], wanted: Sequence[str]) -> Sequence[str]:
    """The row that has most of the columns wanted, else the first of the longest rows."""
    names = {name.lower() for name in wanted}
    return max(
        rows, key=lambda row: (len(names & {cell.lower() for cell in row}), len(row)), default=()
    )
