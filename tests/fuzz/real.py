"""The publishers' own bytes, trimmed, where they are beside the project: what fuzzing begins with.

Of a source without any the stand-in's are taken; `prepared` says which.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tests.contracts.bodies import FORMATS, Format, Rows, week_to
from tests.fifty_years import boc_body
from tests.standins.mof_investors import labelled
from tests.support import SHARED, new_york

# Enough for every check: a close is told from a typo by the spread of 250 moves.
MOST_ROWS = 260
FEWEST_ROWS = 15

# The rows of TIC that make the grand total, and those a reader looks for first.
SUMS = {"99996", "69995", "79995", "99990", "99991", "19992", "29998", "39942", "39993", "34401",
        "49999", "59994", "69906"}  # fmt: skip
AREAS = {*SUMS, "42609", "41408", "13005", "10251"}


@dataclass(frozen=True)
class Evening:
    """A publisher's rows on an evening with something new, what it gave before, and how rows are
    written as bytes."""

    style: Format
    before: Rows
    rows: Rows
    before_at: datetime
    at: datetime


def real_evening(name: str) -> Evening | None:
    """The rows of a source's real file, None where none is here."""
    make = EVENINGS.get(name)
    return make() if make is not None and SHARED.is_dir() else None


def _style(name: str, head: bytes = b"", tail: bytes = b"", **other: object) -> Format:
    """A source's format with what stands above and below the rows in the real file."""
    style = FORMATS[name]
    body = style.body
    return replace(style, body=lambda rows: head + body(rows) + tail, **other)  # type: ignore[arg-type]


def _file(*parts: str) -> bytes:
    return Path(SHARED, *parts).read_bytes()


def _newest_first(style: Format, rows: Rows, before: str, at: str) -> Evening:
    """Rows newest first, of which the first was not there before."""
    first = style.first_row
    kept = rows[: first + MOST_ROWS]
    return Evening(style, [*kept[:first], *kept[first + 1 :]], kept, new_york(before), new_york(at))


def _curve() -> Evening:
    style = FORMATS["treasury_curve"]
    rows = style.rows(_file("real", "treasury", "daily-treasury-rates@2025-03-07.csv"))
    return _newest_first(style, rows, "2025-03-06 21:00", "2025-03-07 21:00")


def _boc() -> Evening:
    """Rows oldest first, of which the last was not there before."""
    style = FORMATS["boc"]
    rows = style.rows(boc_body().content)
    kept = [rows[0], *rows[1:][-MOST_ROWS:]]
    return Evening(
        style, kept[:-1], kept, new_york("2021-07-14 21:00"), new_york("2021-07-15 21:00")
    )


def _ecb() -> Evening:
    """The six currencies of the basket and some beside them."""
    style = FORMATS["ecb"]
    rows = style.rows(_file("ecb", "eurofxref-hist@2026-04-13.zip"))
    wanted = (
        "Date",
        "USD",
        "JPY",
        "CZK",
        "DKK",
        "GBP",
        "PLN",
        "SEK",
        "CHF",
        "NOK",
        "CAD",
        "INR",
        "",
    )
    places = [place for place, name in enumerate(rows[0]) if name in wanted]
    rows = [[row[place] for place in places] for row in rows]
    return _newest_first(style, rows, "2026-04-10 21:00", "2026-04-13 15:00")


def _debt() -> Evening:
    style = FORMATS["fiscaldata_debt"]
    rows = style.rows(_file("real", "fiscaldata", "debt_to_penny_rows@2026-09-09.json"))
    kept = [rows[0], *(row for row in rows[1:] if row[0] >= "2026")]
    return _newest_first(style, kept, "2026-09-09 21:00", "2026-09-10 21:00")


def _vix() -> Evening:
    style = FORMATS["cboe_vix"]
    rows = style.rows(_file("real", "cboe", "VIX_History_trimmed@2026-07-06.csv"))
    kept = [rows[0], *rows[-MOST_ROWS:]]
    at = new_york("2026-07-06 21:00")
    return Evening(style, kept[:-1], kept, new_york("2026-07-02 21:00"), at)


def _package(name: str, content: bytes, new: int, before: str, at: str) -> Evening:
    """A package of the Fed, oldest first, with its descriptions: the last rows that it was asked
    for, of which `new` had not been there."""
    rows = FORMATS[name].rows(content)
    head = content[: content.index(b'"Time Period"')]
    style = _style(name, head)
    asked = [rows[0], *rows[1:][-FEWEST_ROWS:]]
    return Evening(style, rows[:-new], asked, new_york(before), new_york(at))


def _h15() -> Evening:
    content = _file("real", "h15", "FRB_H15_full_trimmed@2021-06-28.csv")
    return _package("h15", content, 1, "2021-06-25 21:00", "2021-06-28 21:00")


def _h10() -> Evening:
    content = _file("real", "h10", "FRB_H10@2026-09-18.csv")
    return _package("h10", content, 5, "2026-09-14 21:00", "2026-09-21 21:00")


def _yen() -> Evening:
    """The newest weeks, between the head and the notes of the real file."""
    content, name = _file("mof", "week@2026-08-14.csv"), "mof_flows"
    start = content.index(b",Acquisition")
    head, tail = content[:start], content[content.rindex(b"\r\n" + b"," * 22 + b"\r\n") + 2 :]
    rows = FORMATS[name].rows(content)
    kept = [rows[0], *rows[-MOST_ROWS:]]

    def body(changed: Rows) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows(
            [changed[0], *([week_to(row[0]), *row[1:]] for row in changed[1:])]
        )
        return head + out.getvalue().encode("cp932") + tail

    at = new_york("2026-08-13 21:00")
    style = replace(FORMATS[name], body=body)
    return Evening(style, kept[:-1], kept, new_york("2026-08-12 21:00"), at)


def _investors() -> Evening:
    """Every month, between the head and the sums of years of the real file."""
    content, name = _file("mof", "monthb3@2026-08-10.csv"), "mof_investors"
    start = content.index(b",,,Acquisition")
    head, tail = content[:start], content[content.index(b"\r\n2005\x94N(") + 2 :]
    rows = FORMATS[name].rows(content)

    def body(changed: Rows) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows([["", "", *changed[0]], *labelled(changed[1:])])
        return head + out.getvalue().encode("cp932") + tail

    style = replace(FORMATS[name], body=body)
    before_at, at = new_york("2026-08-09 12:00"), new_york("2026-08-09 21:00")
    return Evening(style, rows[:-1], rows, before_at, at)


def _areas(name: str, file: str, areas: set[str], months: int, before: str, at: str) -> Evening:
    """Some areas' newest months of a TIC file, of which the newest was not there before."""
    lines = _file("tic", file).decode().split("\r\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("country\t"))
    end = next(i for i, line in enumerate(lines) if line.startswith(("Notes:", "Definitions:")))
    cells = [line.split("\t") for line in lines[start:end]]
    newest = sorted({row[2] for row in cells[1:] if row[2][:2] == "20"})[-months:]
    rows = [cells[0], *(row for row in cells[1:] if row[1] in areas and row[2] in newest)]

    def body(changed: Rows) -> bytes:
        written = ["\t".join(row) for row in changed]
        return "\r\n".join([*lines[:start], *written, *lines[end:]]).encode()

    style = replace(FORMATS[name], body=body)
    old = [row for row in rows if row[2] != newest[-1]]
    return Evening(style, old, rows, new_york(before), new_york(at))


def _table3() -> Evening:
    file = "slt_table3@2026-06-18.txt"
    return _areas("treasury_tic", file, AREAS, 17, "2026-06-17 21:00", "2026-06-18 21:00")


def _table1() -> Evening:
    file, areas = "slt_table1@2026-06-18.txt", AREAS & {"99996", "99990", "99991", "42609"}
    return _areas("tic_assets", file, areas, 17, "2026-06-17 21:00", "2026-06-18 21:00")


def _form() -> Evening:
    """The last year of the file that is complete, and its last month."""
    content = _file("tic", "s1_globl@2023-03-15.txt")
    first = next(i for i, line in enumerate(content.split(b"\r\n")) if line[:5] == b"name\t")
    head = b"\r\n".join(content.split(b"\r\n")[:first]) + b"\r\n"
    rows = FORMATS["tic_form_s"].rows(content)
    kept = [row for row in rows[1:] if row[1] in AREAS and row[2] >= "2022"]

    def body(changed: Rows) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter="\t").writerows(changed)
        return head + out.getvalue().encode()

    style = replace(FORMATS["tic_form_s"], body=body)
    at = new_york("2025-04-08 21:00")
    return Evening(style, [], [rows[0], *kept], at, at)


def _holdings() -> Evening:
    """The year 2025 beside 2024, of which the release before had the older one."""
    style = FORMATS["tic_holdings"]
    before = style.rows(_file("tic", "mfhhis01@2026-03-18.txt").replace(b"\n", b"\r\n"))
    rows = style.rows(_file("tic", "mfhhis01@2026-05-18.txt"))
    return Evening(
        style,
        _named(before, "2023", "2024"),
        _named(rows, "2024", "2025"),
        new_york("2025-05-18 21:00"),
        new_york("2026-05-18 21:00"),
    )


def _named(rows: Rows, *years: str) -> Rows:
    """The months of some years, with the holders that have numbers in them."""
    kept = [row for row in rows[1:] if row[0][:4] in years]
    places = [0, *(p for p in range(1, len(rows[0])) if rows[0][p] and any(r[p] for r in kept))]
    return [[row[place] for place in places] for row in (rows[0], *kept)]


EVENINGS: dict[str, Callable[[], Evening]] = {
    "boc": _boc,
    "cboe_vix": _vix,
    "ecb": _ecb,
    "fiscaldata_debt": _debt,
    "h10": _h10,
    "h15": _h15,
    "mof_flows": _yen,
    "mof_investors": _investors,
    "tic_assets": _table1,
    "tic_form_s": _form,
    "tic_holdings": _holdings,
    "treasury_curve": _curve,
    "treasury_tic": _table3,
}
