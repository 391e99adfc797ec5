"""Each publisher's body as rows of text and back, so that one fault can be written for all."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import xlrd
import xlwt

from monitor.sources.mof_investors import MONTHS
from tests.standins import mof_flows, mof_investors

Rows = list[list[str]]


@dataclass(frozen=True)
class Format:
    """How a body is taken apart and put together; its dates, and the column judged first.

    `rows` has the header first. `date_style` writes a date as the publisher does; `date` and
    `value` are columns, `other` one whose label may be swapped with that of `value`.
    """

    rows: Callable[[bytes], Rows]
    body: Callable[[Rows], bytes]
    date_style: str
    date: int
    value: int
    other: int | None = None
    first_row: int = 1


def _csv_rows(body: bytes) -> Rows:
    return [line.split(",") for line in body.decode().splitlines()]


def _csv_body(rows: Rows) -> bytes:
    return ("\n".join(",".join(row) for row in rows) + "\n").encode()


def _zip_rows(body: bytes) -> Rows:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return _csv_rows(archive.read("eurofxref-hist.csv"))


def _zip_body(rows: Rows) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("eurofxref-hist.csv", _csv_body(rows))
    return packed.getvalue()


def _chart_rows(body: bytes) -> Rows:
    result = json.loads(body)["chart"]["result"][0]
    closes = result["indicators"]["quote"][0]["close"]
    stamps = zip(result["timestamp"], closes, strict=True)
    return [["timestamp", "close"], *([str(stamp), str(close)] for stamp, close in stamps)]


def _chart_body(rows: Rows) -> bytes:
    stamps = [int(float(row[0])) for row in rows[1:]]
    meta = {"exchangeTimezoneName": "America/New_York", "dataGranularity": "1d"}
    closes = [None if row[1] == "None" else float(row[1]) for row in rows[1:]]
    quote: dict[str, Any] = {rows[0][1]: closes}
    result = {"meta": meta, "timestamp": stamps, "indicators": {"quote": [quote]}}
    return json.dumps({"chart": {"result": [result], "error": None}}).encode()


def _xls_rows(body: bytes) -> Rows:
    sheet = xlrd.open_workbook(file_contents=body).sheet_by_name("ACM Daily")
    return [[str(cell) for cell in sheet.row_values(number)] for number in range(sheet.nrows)]


def _xls_body(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("ACM Daily")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                is_text = number == 0 or column == 0
                sheet.write(number, column, cell if is_text else float(cell))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _tic_rows(body: bytes) -> Rows:
    lines = body.decode().split("\r\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("country\t"))
    end = next(i for i, line in enumerate(lines) if line.startswith(("Notes:", "Definitions:")))
    return [line.split("\t") for line in lines[start : end - 1]]


def _tic_body(rows: Rows) -> bytes:
    padding = [""] * (len(rows[0]) - 1)
    around = (["Millions of dollars", *padding], ["Notes:", *padding])
    lines = ["\t".join(row) for row in (around[0], *rows, around[1])]
    return ("\r\n".join(lines) + "\r\n").encode()


def _form_rows(body: bytes) -> Rows:
    rows = list(csv.reader(io.StringIO(body.decode()), delimiter="\t"))
    start = next(i for i, row in enumerate(rows) if row[:1] == ["name"])
    cells = [[cell.replace(",", "") for cell in row] for row in rows[start:]]
    return [cells[0], *cells[2:]]


def _form_body(rows: Rows) -> bytes:
    lines = [["All amounts in millions of dollars."], *rows]
    return ("\r\n".join("\t".join(row) for row in lines) + "\r\n").encode()


def _block_rows(body: bytes) -> Rows:
    """A row a month, a column a holder: the blocks of years one below the other."""
    lines = list(csv.reader(io.StringIO(body.decode()), delimiter="\t"))
    starts = [i for i, line in enumerate(lines) if line[:1] == ["Country"]]
    names: list[str] = []
    cells: dict[tuple[int, str], dict[str, str]] = {}
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        for line in lines[start + 2 : stop - 1]:
            if len(line) < 3:
                continue
            names += [line[0]] if line[0] not in names else []
            for place, month in enumerate(lines[start - 1][1:], start=1):
                key = (start * 100 + place, f"{lines[start][1]}-{month}")
                cells.setdefault(key, {})[line[0]] = line[place]
    return [
        ["month", *names],
        *([key[1], *(row.get(name, "") for name in names)] for key, row in sorted(cells.items())),
    ]


def _block_body(rows: Rows) -> bytes:
    lines = [["", "(in billions of dollars)"]]
    for year in dict.fromkeys(row[0][:4] for row in rows[1:]):
        mine = [row for row in rows[1:] if row[0].startswith(year)]
        lines += [["", *(row[0][5:] for row in mine)], ["Country", *[year] * len(mine)]]
        for place, name in enumerate(rows[0][1:], start=1):
            amounts = [row[place] for row in mine]
            if any(amounts):
                lines.append([f'"{name}"', *amounts])
        lines.append([])
    lines.append(["Department of the Treasury"])
    return ("\r\n".join("\t".join(line) for line in lines) + "\r\n").encode()


def _feed_rows(body: bytes) -> Rows:
    return [line.split(";") for line in body.decode().splitlines()]


def _feed_body(rows: Rows) -> bytes:
    return ("\n".join(";".join(row) for row in rows) + "\n").encode()


def _preamble_rows(body: bytes) -> Rows:
    rows = _csv_rows(body.decode("utf-8-sig").encode())
    return rows[next(i for i, row in enumerate(rows) if row[0] == "Date") :]


def _custody_rows(body: bytes) -> Rows:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        text = archive.read("H41_data.xml").decode()
    mine = text.partition('SERIES_NAME="RESH4FG_N.WW"')[2].partition("</kf:Series>")[0]
    found = re.findall(r'OBS_VALUE="(.*?)" TIME_PERIOD="(.*?)"', mine)
    return [["day", "RESH4FG_N.WW"], *([day, value] for value, day in found)]


def _custody_body(rows: Rows) -> bytes:
    series = f'<Series SERIES_NAME="{rows[0][1]}" UNIT_MULT="1000000">'
    parts = [f'<Obs TIME_PERIOD="{day}" OBS_VALUE="{value}"/>' for day, value in rows[1:]]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("H41_data.xml", f"<DataSet>{series}{''.join(parts)}</Series></DataSet>")
    return packed.getvalue()


def _yen_rows(body: bytes) -> Rows:
    """The last row of the head, and the weeks by their last day."""
    rows = list(csv.reader(io.StringIO(body.decode("cp932"), newline="")))
    start = next(i for i, row in enumerate(rows) if "Acquisition" in row)
    end = next(i for i, row in enumerate(rows) if i > start and not any(row))
    plain = [[cell.strip().replace(",", "") for cell in row] for row in rows[start:end]]
    return [plain[0], *([_week_end(row[0]), *row[1:]] for row in plain[1:])]


def _week_end(period: str) -> str:
    begin = date(*map(int, period.partition("～")[0].split("．")))
    return (begin + timedelta(days=6)).isoformat()


def _yen_body(rows: Rows) -> bytes:
    weeks = [[week_to(row[0]), *row[1:]] for row in rows[1:]]
    return mof_flows.document(rows[0], weeks, date(2027, 1, 1))


def week_to(text: str) -> str:
    """The week to a day; what is none as it is."""
    try:
        return mof_flows.period(date.fromisoformat(text))
    except ValueError:
        return text


def _investor_rows(body: bytes) -> Rows:
    """The last row of the head with a name for the month, and the months that have numbers."""
    rows = list(csv.reader(io.StringIO(body.decode("cp932"), newline="")))
    start = next(i for i, row in enumerate(rows) if "Acquisition" in row)
    found, year = [["", *rows[start][3:]]], ""
    for row in rows[start + 1 :]:
        if row[2] not in MONTHS:
            return found
        year = row[0] or year
        if any(row[3:]):
            month = f"{year}-{MONTHS.index(row[2]) + 1:02}"
            found.append([month, *(cell.strip().replace(",", "") for cell in row[3:])])
    return found


def _investor_body(rows: Rows) -> bytes:
    return mof_investors.document(["", "", *rows[0]], rows[1:], date(2027, 2, 1))


def _package_rows(body: bytes) -> Rows:
    rows = list(csv.reader(io.StringIO(body.decode())))
    return rows[next(i for i, row in enumerate(rows) if row[0] == "Time Period") :]


def _pages_rows(body: bytes) -> Rows:
    """The rows with results; an announced auction has none to be wrong."""
    found = json.loads(body)["data"]
    held = [row for row in found if row.get("bid_to_cover_ratio") != "null"]
    return [list(found[0]), *([str(cell) for cell in row.values()] for row in held)]


def _pages_body(rows: Rows) -> bytes:
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    return json.dumps({"data": found, "links": {"next": None}}).encode()


def _valet_rows(body: bytes) -> Rows:
    found = json.loads(body)["observations"]
    names = [name for name in found[0] if name != "d"]
    return [["d", *names], *([row["d"], *(row[name]["v"] for name in names)] for row in found)]


def _valet_body(rows: Rows) -> bytes:
    names = rows[0][1:]
    found = [
        {"d": day, **{name: {"v": cell} for name, cell in zip(names, cells, strict=True)}}
        for day, *cells in rows[1:]
    ]
    return json.dumps({"observations": found}).encode()


def _list_rows(body: bytes) -> Rows:
    found = json.loads(body)
    return [list(found[0]), *([str(cell) for cell in row.values()] for row in found)]


def _list_body(rows: Rows) -> bytes:
    return json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]).encode()


FORMATS = {
    "boc": Format(_valet_rows, _valet_body, "%Y-%m-%d", 0, 1, 2),
    "cftc_tff": Format(_list_rows, _list_body, "%Y-%m-%dT00:00:00.000", 0, 7, 8),
    "fiscaldata_auctions": Format(_pages_rows, _pages_body, "%Y-%m-%d", 2, 14, 9),
    "fiscaldata_debt": Format(_pages_rows, _pages_body, "%Y-%m-%d", 0, 1, 3),
    "h10": Format(_package_rows, _csv_body, "%Y-%m-%d", 0, 1, 3),
    "h15": Format(_package_rows, _csv_body, "%Y-%m-%d", 0, 2, 1),
    "cboe_vix": Format(_csv_rows, _csv_body, "%m/%d/%Y", 0, 4, 2),
    "h41": Format(_custody_rows, _custody_body, "%Y-%m-%d", 0, 1),
    "mof_flows": Format(_yen_rows, _yen_body, "%Y-%m-%d", 0, 6, 4),
    "mof_investors": Format(_investor_rows, _investor_body, "%Y-%m", 0, 3, 1),
    "kim_wright": Format(_preamble_rows, _csv_body, "%Y-%m-%d", 0, 2),
    "cboe": Format(_csv_rows, _csv_body, "%m/%d/%Y", 0, 1),
    "treasury_curve": Format(_csv_rows, _csv_body, "%m/%d/%Y", 0, 12, 14),
    "treasury_real_curve": Format(_csv_rows, _csv_body, "%m/%d/%Y", 0, 3, 5),
    **{
        name: Format(_chart_rows, _chart_body, "stamp", 0, 1)
        for name in ("yahoo", "yahoo_spx", "yahoo_tnx")
    },
    "ecb": Format(_zip_rows, _zip_body, "%Y-%m-%d", 0, 1, 2),
    "nyfed_acm": Format(_xls_rows, _xls_body, "%d-%b-%Y", 0, 20, 30),
    "table": Format(_feed_rows, _feed_body, "%d.%m.%Y", 0, 1, 2),
    "tic_assets": Format(_tic_rows, _tic_body, "%Y-%m", 2, 3, 6),
    "tic_form_s": Format(_form_rows, _form_body, "%Y-%m", 2, 3, 9),
    "tic_holdings": Format(_block_rows, _block_body, "%Y-%b", 0, 1, 4),
    "treasury_tic": Format(_tic_rows, _tic_body, "%Y-%m", 2, 6, 9),
}
