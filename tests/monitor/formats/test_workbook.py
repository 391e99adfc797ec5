"""The cells that a workbook was read into do not stay in memory until garbage is collected."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

import pytest

from monitor.formats.workbook import dated_rows, sheet_names, sheet_rows
from monitor.ingest.http import Body
from tests.support import body
from tests.table_files import xls

SHEET = "figures"
ROWS = 2_000
SHEETS = {SHEET: [[row + column / 7 for column in range(4)] for row in range(ROWS)]}


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda given: sheet_rows(given, SHEET), id="rows"),
        pytest.param(lambda given: dated_rows(given, SHEET), id="dated rows"),
        pytest.param(sheet_names, id="names"),
    ],
)
def test_cells_are_freed_without_a_search_for_garbage(read: Callable[[Body], Any]) -> None:
    given = body(xls(SHEETS))
    assert read(given)  # whatever is made once is made now
    gc.collect()
    gc.disable()
    try:
        before = sys.getallocatedblocks()
        read(given)
        assert sys.getallocatedblocks() - before < ROWS
    finally:
        gc.enable()
