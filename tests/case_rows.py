"""The figures of a case under tests/cases: those of the spring, with what the case changes."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from rules.evaluation import Rule
from tests.spring_figures import rows_of, spring, tic_rows, usual_known_at
from tests.support import Row, new_york

FOLDER: Final = Path(__file__).parent / "cases"


def rows_of_case(case: dict[str, Any], series_ids: tuple[str, ...]) -> list[Row]:
    rows = [*rows_of(spring(), series_ids), *(row for row in tic_rows() if row[0] in series_ids)]
    for drop in case.get("drop", []):
        rows = [
            row for row in rows if row[0] != drop["series"] or row[1] != drop.get("period", row[1])
        ]
    for vintage, change in enumerate(_changes(case), start=2):
        name, period, value = change["series"], change["period"], float(change["value"])
        if "known" in change:
            rows.append((name, period, new_york(change["known"]), vintage, value))
            continue
        before = [row for row in rows if (row[0], row[1]) == (name, period)]
        known = before[-1][2] if before else usual_known_at(name, period)
        rows = [row for row in rows if row not in before]
        rows.append((name, period, known, 1, value))
    return rows


def _changes(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The numbers a case sets, a whole line of them one by one."""
    lines = [
        {"series": line["series"], "period": period, "value": value}
        for line in case.get("line", [])
        for period, value in zip(line["periods"], line["values"], strict=True)
    ]
    return [*lines, *_weeks(case), *case.get("set", [])]


def _weeks(case: dict[str, Any]) -> list[dict[str, Any]]:
    """A number a week, a pattern that is repeated as often as it takes."""
    return [
        {
            "series": line["series"],
            "period": line["until"] - timedelta(weeks=line["weeks"] - 1 - week),
            "value": line["pattern"][week % len(line["pattern"])],
        }
        for line in case.get("weekly", [])
        for week in range(line["weeks"])
    ]


def positive_rows(rule: Rule) -> list[Row]:
    """What makes a rule fire at least once: the figures of its first positive case."""
    return list(_positive_rows(rule.rule_id, tuple(rule.series)))


@cache
def _positive_rows(rule_id: str, series_ids: tuple[str, ...]) -> tuple[Row, ...]:
    path = min((FOLDER / rule_id).glob("positive*.toml"))
    return tuple(rows_of_case(tomllib.loads(path.read_text(encoding="utf-8")), series_ids))
