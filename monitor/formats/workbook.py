"""A sheet of an Excel 97 workbook (.xls), looked through before any of it becomes an object.

xlrd reads it. python-calamine is four times as fast, in three times the memory, and cannot be used:
of an error such as #N/A it makes an empty cell, and a damaged workbook of 6 kB ends the process.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import xlrd
from xlrd.compdoc import CompDoc

from monitor.errors import BodyRejected
from monitor.ingest.http import Body

OLE2_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAMS: Final = ("Workbook", "Book")
# Ninety years of days more than the largest sheet read here has, and twice its columns.
MOST_ROWS: Final = 40_000
MOST_COLUMNS: Final = 64
MOST_CELLS: Final = 1_000_000
MOST_TEXTS: Final = 100_000
# Fonts, formats, links: a record of 20 bytes can become an object of a kilobyte.
MOST_OTHERS: Final = 20_000
# The allocation table of a file has one entry of 4 bytes for each sector of 512.
SECTOR_BYTES: Final = 512
HEADER_TABLES: Final = 109

# Records that hold one cell or a run of cells; all begin with the row and the column.
CELLS: Final = frozenset(
    {0x0006, 0x0206, 0x0406, 0x0203, 0x0204, 0x0205, 0x00FD, 0x00D6, 0x027E, 0x0201}
)
RUNS: Final = frozenset({0x00BD, 0x00BE})
SHARED_TEXTS: Final = 0x00FC
# One a row, one a block of rows, and what continues a long record.
OF_ROWS: Final = frozenset({0x0208, 0x00D7, 0x003C})


def sheet_rows(body: Body, name: str) -> list[list[Any]]:
    """The rows of a sheet, all of one width, dates as the numbers that they are stored as. Raises
    BodyRejected for what is no whole workbook of a usual size."""
    with _opened(body) as book, _sheet(book, name, body.url) as sheet:
        return [sheet.row_values(number) for number in range(sheet.nrows)]


def sheet_names(body: Body) -> list[str]:
    """The names of the sheets, in their order. Raises BodyRejected."""
    with _opened(body) as book:
        return list(map(str, book.sheet_names()))


def dated_rows(body: Body, name: str) -> list[list[Any]]:
    """The rows of a sheet, of the first where none is named, with dates as such. Raises
    BodyRejected."""
    with _opened(body) as book, _sheet(book, name or book.sheet_names()[0], body.url) as sheet:
        return [[_value(cell, book.datemode) for cell in row] for row in sheet.get_rows()]


def _value(cell: Any, datemode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code[cell.value]
    return cell.value


@contextmanager
def _sheet(book: Any, name: str, url: str) -> Iterator[Any]:
    """Inside it the sheet, whose cells are freed at its end: a sheet of xlrd refers to itself, and
    would stay until garbage is collected."""
    names = book.sheet_names()
    if name not in names:
        raise BodyRejected(url, expected=f"a sheet {name!r}", got=f"sheets {names}")
    sheet = book.sheet_by_name(name)
    try:
        yield sheet
    finally:
        vars(sheet).clear()


@contextmanager
def _opened(body: Body) -> Iterator[Any]:
    """Inside it the workbook, of which whatever cannot be read is BodyRejected."""
    if not body.content.startswith(OLE2_MAGIC):
        raise BodyRejected(
            body.url, expected="an OLE2 .xls file", got=f"{body.content[:8].hex()} at its start"
        )
    _check_tables(body)
    try:
        _check_records(body)
        with xlrd.open_workbook(
            file_contents=body.content, on_demand=True, logfile=io.StringIO()
        ) as book:
            yield book
    except BodyRejected:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged workbook fails in xlrd in a dozen ways
        said = f"{type(error).__name__}: {error}"
        raise BodyRejected(body.url, expected="a whole .xls file", got=said[:120]) from None


def _check_tables(body: Body) -> None:
    """Refuse a file that says it is mostly allocation tables, whose entries would all be read."""
    if len(body.content) < SECTOR_BYTES:
        raise BodyRejected(body.url, expected="a whole .xls file", got="less than its header")
    needed = len(body.content) // SECTOR_BYTES // (SECTOR_BYTES // 4) + 2
    declared = struct.unpack_from("<I", body.content, 44)[0]
    extensions = struct.unpack_from("<I", body.content, 72)[0]
    if declared > needed or extensions > needed // (SECTOR_BYTES // 4) + 1:
        expected = f"at most {needed} allocation tables in a file of this size"
        raise BodyRejected(body.url, expected=expected, got=f"{declared}")


def _check_records(body: Body) -> None:
    """Refuse a workbook larger than MOST_..., by the heads of its records alone."""
    container = CompDoc(body.content, logfile=io.StringIO())
    found = (container.locate_named_stream(stream) for stream in STREAMS)
    memory, base, length = next(one for one in found if one[0] is not None)
    at, end, cells, others = base, base + length, 0, 0
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", memory, at)
        at += 4
        if kind in CELLS or kind in RUNS:
            row, column = struct.unpack_from("<HH", memory, at)
            # A run ends with its last column; before it two bytes or six a cell.
            last = struct.unpack_from("<H", memory, at + size - 2)[0] if kind in RUNS else column
            cells += max(last - column, 0) + 1
            if row >= MOST_ROWS or max(column, last) >= MOST_COLUMNS:
                expected = f"at most {MOST_ROWS:,} rows of {MOST_COLUMNS} columns"
                got = f"a cell in row {row + 1:,}, column {max(column, last) + 1}"
                raise BodyRejected(body.url, expected=expected, got=got)
        elif kind == SHARED_TEXTS:
            texts = struct.unpack_from("<I", memory, at + 4)[0]
            if texts > MOST_TEXTS:
                expected = f"at most {MOST_TEXTS:,} different texts"
                raise BodyRejected(body.url, expected=expected, got=f"{texts:,}")
        elif kind not in OF_ROWS:
            others += 1
        if cells > MOST_CELLS or others > MOST_OTHERS:
            expected = f"at most {MOST_CELLS:,} cells and {MOST_OTHERS:,} other records"
            raise BodyRejected(body.url, expected=expected, got="more")
        at += size
