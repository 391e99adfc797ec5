"""Tables of a desk's own as files: a workbook of either kind, and parquet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

Rows = Iterable[Sequence[Any]]


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """A workbook with these sheets, in their order."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def xls(sheets: Mapping[str, Rows]) -> bytes:
    """The same as Excel 97 wrote it."""
    book = xlwt.Workbook()
    styles = {True: xlwt.easyxf(num_format_str="DD/MM/YYYY"), False: xlwt.Style.default_style}
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, place, cell, styles[isinstance(cell, date)])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def parquet(columns: Mapping[str, Sequence[Any]], compression: str = "zstd") -> bytes:
    """A parquet file with these columns, of the types that they have."""
    packed = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), packed, compression=compression)
    return packed.getvalue()
