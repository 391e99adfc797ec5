"""A sheet of an Excel workbook (.xlsx), looked through before any of it becomes an object."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from monitor.errors import BodyRejected
from monitor.formats.workbook import OLE2_MAGIC
from monitor.ingest.http import Body
from monitor.ingest.unpacking import all_parts

ZIP_MAGIC: Final = b"PK\x03\x04"
# Ninety years of days and more, and two hundred thousand cells; a cell is two tags and some bytes.
MOST_ROWS: Final = 40_000
MOST_COLUMNS: Final = 256
MOST_TAGS: Final = 400_000
MOST_UNPACKED_BYTES: Final = 30_000_000


def sheet_names(body: Body) -> list[str]:
    """The names of the sheets, in their order. Raises BodyRejected."""
    with _opened(body) as book:
        return [str(sheet.title) for sheet in book.worksheets]


def dated_rows(body: Body, name: str) -> list[list[Any]]:
    """The rows of a sheet, of the first where none is named, with dates as such and formulas as the
    numbers they last had. Raises BodyRejected for what is no whole workbook of a usual size."""
    with _opened(body) as book:
        sheets = {str(sheet.title): sheet for sheet in book.worksheets}
        if (name or next(iter(sheets), "")) not in sheets:
            expected = f"a sheet {name!r}" if name else "a sheet"
            raise BodyRejected(body.url, expected=expected, got=f"sheets {list(sheets)}")
        sheet = sheets[name or next(iter(sheets))]
        # One more than may be: whatever lies further out is neither read nor made.
        rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)
        found = [_trimmed(row) for row in rows]
    if len(found) > MOST_ROWS:
        got = "more, or an empty one with a format further down"
        raise BodyRejected(body.url, expected=f"at most {MOST_ROWS:,} rows", got=got)
    width = max(map(len, found), default=0)
    return [[*row, *(None,) * (width - len(row))] for row in found]


def _trimmed(row: Sequence[Any]) -> Sequence[Any]:
    """A row without the empty cells at its end, of which a short one has hundreds."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


@contextmanager
def _opened(body: Body) -> Iterator[Any]:
    """Inside it the workbook, of which whatever cannot be read is BodyRejected."""
    from openpyxl import load_workbook

    if not body.content.startswith(ZIP_MAGIC):
        is_old = body.content.startswith(OLE2_MAGIC)
        got = "an .xls or an encrypted file" if is_old else f"{body.content[:8].hex()} at its start"
        raise BodyRejected(body.url, expected="an .xlsx file", got=got)
    _check_size(body)
    try:
        # Of what it does not keep, such as drop-down lists, it warns: only cells are wanted here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(BytesIO(body.content), read_only=True, data_only=True)
            yield book
            book.close()
    except BodyRejected:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged workbook fails in a dozen ways
        said = f"{type(error).__name__}: {error}"
        raise BodyRejected(body.url, expected="a whole .xlsx file", got=said[:120]) from None


def _check_size(body: Body) -> None:
    """Refuse what is small as packed and large as unpacked, by its bytes and by its tags."""
    tags = 0
    for part in all_parts(body, MOST_UNPACKED_BYTES):
        tags += part.count(b"<") - part.count(b"</")
        if tags > MOST_TAGS:
            expected = f"at most {MOST_TAGS:,} elements, two to a cell"
            raise BodyRejected(body.url, expected=expected, got="more")
