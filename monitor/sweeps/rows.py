"""The lines of a sweep as rows for other tools."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from monitor.errors import HavenwatchError
from monitor.sweeps.plan import SweptLine
from monitor.views.export_formats import WRITERS, Columns, Row
from monitor.whole_file import whole_file
from rules.terms import Severity
from rules.tic.areas import area_name

BEFORE: Final[Columns] = {"rule": str, "area": str, "area_name": str}
BEHIND: Final[Columns] = {
    "is_set": bool,
    "judged_from": date,
    "judged_to": date,
    "years": float,
    **{one.label: int for one in sorted(Severity, reverse=True)},
    **{f"{one.label}_a_year": float for one in sorted(Severity, reverse=True)},
    "alerts_a_year": float,
    "alerts_a_year_low_90": float,
    "alerts_a_year_high_90": float,
}


def write_rows(lines: Sequence[SweptLine], path: Path) -> int:
    """How many rows were written, in the format that the file's name ends with. Raises
    HavenwatchError."""
    form = format_of(path)
    with whole_file(path, "tune --out") as file:
        return WRITERS[form](_rows(lines), columns_of(lines), file)


def format_of(path: Path) -> str:
    """The format that a file's name ends with. Raises HavenwatchError for another."""
    form = path.suffix.removeprefix(".").lower()
    if form not in WRITERS:
        raise HavenwatchError(
            "tune --out",
            expected=f"a name that ends in .{', .'.join(WRITERS)}",
            got=path.name,
            remedy="the ending says the format",
        )
    return form


def columns_of(lines: Sequence[SweptLine]) -> Columns:
    """The columns of some lines: a column for each setting that was varied."""
    return {**BEFORE, **dict.fromkeys(_settings(lines), float), **BEHIND}


def _settings(lines: Sequence[SweptLine]) -> list[str]:
    return list(dict.fromkeys(name for one in lines for name in one.configuration.changes))


def _rows(lines: Sequence[SweptLine]) -> Iterator[Row]:
    names = _settings(lines)
    for one in lines:
        rate, area = one.rate, one.configuration.area
        found: dict[str, Any] = {
            "rule": one.configuration.rule_id,
            "area": area or None,
            "area_name": area_name(area) if area else None,
            **{name: one.configuration.changes.get(name) for name in names},
            "is_set": one.is_set,
            "judged_from": rate.judged_from,
            "judged_to": rate.judged_to,
            "years": round(rate.years, 4),
            **{severity.label: count for severity, count in rate.by_severity.items()},
            **{f"{one.label}_a_year": _known(rate.a_year(one)) for one in Severity},
            "alerts_a_year": _known(sum(map(rate.a_year, Severity))),
        }
        low, high = one.intervals.get(None, (None, None))
        yield {**found, "alerts_a_year_low_90": low, "alerts_a_year_high_90": high}


def _known(rate: float) -> float | None:
    return None if math.isnan(rate) else round(rate, 4)
