"""A month of TIC in the terminal, and the months of one area."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from alerts.message.plain import plain_text, table_lines
from alerts.message.sections import Table
from alerts.tic.facts import TicDay
from alerts.tic.message import tic_message
from alerts.tic.tables import amount
from monitor.errors import HavenwatchError
from monitor.views.glance import Glance
from monitor.views.tic_days import TicDays
from rules.tic.areas import REPLACED, area_name, found_areas

MONTHS_LISTED = 3


def print_month(
    reading: Glance, at: datetime, month: date | None, *, is_first: bool, as_json: bool
) -> None:
    """A month as known now or as first published, or the newest. Raises HavenwatchError."""
    days = TicDays(reading.database, at)
    shown = month or (days.months[0] if days.months else None)
    if shown is None or shown not in days.months:
        raise _no_such_month(days, month)
    found = days.first_print(shown) if is_first else days.day(shown)
    if found is None:
        raise HavenwatchError(
            "tic --first",
            expected="a month whose first print is stored",
            got=f"{shown:%Y-%m}, which was loaded as history",
            remedy="leave out --first for the numbers as known now",
        )
    if as_json:
        _print_json({**_json(found), "is_first_print": is_first})
    else:
        print(plain_text(tic_message(found, reading.zone)), end="")  # noqa: T201


def print_area(reading: Glance, at: datetime, asked: str, *, as_json: bool) -> None:
    """The last months of the area of that name, or of the one whose name has it as a part. Raises
    HavenwatchError."""
    code = _area_code(asked)
    months = TicDays(reading.database, at).area(code)
    if as_json:
        _print_json({"code": code, "name": area_name(code), "months": [asdict(m) for m in months]})
        return
    rows = [
        (m.name, *map(amount, (m.long, m.bills, m.total, m.long_12, m.held, m.change)))
        for m in months
    ]
    columns = ("month", "long-term", "bills", "total", "12 mo", "held", "change")
    heading = f"{area_name(code)} ({code}): net Treasuries and holdings by month, $bn"
    table = Table(heading, columns, "lrrrrrr", tuple(rows))
    print("\n".join([heading, *(table_lines(table) if rows else ["Nothing is stored."])]))  # noqa: T201


def _area_code(asked: str) -> str:
    # What stood for others in old files is not meant by a part of its name.
    found = [one for one in found_areas(asked) if one[0] not in REPLACED or asked == one[0]]
    exact = [one for one in found if asked.strip().casefold() in (one[0], one[1].casefold())]
    among = exact or found
    if len(among) != 1:
        some = ", ".join(name for _, name in found[:8])
        raise HavenwatchError(
            "tic AREA",
            expected="one area of TIC by its name or code",
            got=asked,
            remedy=f"name one of: {some}" if found else "try fewer letters, as in: tic belg",
        )
    return among[0][0]


def _no_such_month(days: TicDays, month: date | None) -> HavenwatchError:
    newest = ", ".join(f"{one:%Y-%m}" for one in days.months[:MONTHS_LISTED])
    return HavenwatchError(
        "tic",
        expected="a month of TIC that is stored",
        got="none yet" if month is None else f"{month:%Y-%m}",
        remedy=f"the newest are {newest}" if newest else "load history with: havenwatch backfill",
    )


def _json(day: TicDay) -> dict[str, Any]:
    """The report as plain values, USD bn."""
    report = day.report
    return {
        "month": f"{report.month:%Y-%m}",
        "known_at": day.known_at,
        "is_assumed": day.is_assumed,
        "missing": day.missing,
        "sources": day.sources,
        "unit": "usd_bn",
        **{name: value for name, value in asdict(report).items() if name != "month"},
        "sellers": [one.code for one in report.sellers],
        "buyers": [one.code for one in report.buyers],
        "revisions": [{**asdict(one), "change": one.change} for one in day.revisions],
        "next_release": asdict(day.coming),
    }


def _print_json(found: dict[str, Any]) -> None:
    print(json.dumps(_rounded(found), indent=2, default=_text, ensure_ascii=False))  # noqa: T201


def _rounded(value: Any) -> Any:
    """Without the dust of sums: the publisher's own numbers are in millions."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
