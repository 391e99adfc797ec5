"""A desk's own feed as an Excel workbook, as parquet, and with decimal commas."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from monitor.config.load import build
from monitor.errors import BodyRejected, ConfigInvalid
from monitor.formats.desk_table import READ_BY
from monitor.ingest.fetch import parsed
from monitor.ingest.http import Body
from monitor.sources.table import Table
from tests.fuzz.target import REGRESSIONS
from tests.support import TABLE, new_york
from tests.table_files import parquet, xls, xlsx

AT = new_york("2025-04-10 18:00")
DAYS = [date(2025, 4, 8), date(2025, 4, 9)]
ROWS: list[list[Any]] = [["Date", "Ticker", "PX_LAST"], *([day, "DXY", 102.9] for day in DAYS)]
EXPORT: list[list[Any]] = [["Exported by hand"], [], ["Field:", "PX_LAST"], [], *ROWS]


def feed(**settings: Any) -> Table:
    block = {**TABLE, "base_url": "file:///srv", "type": "table", "date_format": "iso", **settings}
    source = build({"sources": {"desk": block}}, {}, Path()).sources["desk"]
    assert isinstance(source, Table)
    return source


def numbers(content: bytes, **settings: Any) -> dict[date, float]:
    frame = parsed(feed(**settings), Body("file:///srv/f", content, "", None, None), AT)
    days = [stamp.date() for stamp in pd.DatetimeIndex(frame.index)]
    return dict(zip(days, frame["desk.dxy"].tolist(), strict=True))


def text_dates(rows: list[list[Any]]) -> list[list[Any]]:
    return [
        [f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row] for row in rows
    ]


READ: dict[str, tuple[bytes, dict[str, Any]]] = {
    "xlsx with dates": (xlsx({"Data": ROWS}), {"format": "xlsx"}),
    "xlsx below a preamble": (xlsx({"Data": EXPORT}), {"format": "xlsx"}),
    "xlsx with dates as text": (
        xlsx({"Data": text_dates(EXPORT)}),
        {"format": "xlsx", "date_format": "%d/%m/%Y"},
    ),
    "xlsx with a sheet named": (
        xlsx({"Notes": [["nothing"]], "Data": ROWS}),
        {"format": "xlsx", "sheet": "Data"},
    ),
    "xlsx with days as numbers": (
        xlsx({"Data": [ROWS[0], [20250408.0, "", 102.9], [20250409.0, "", 102.9]]}),
        {"format": "xlsx", "date_format": "%Y%m%d"},
    ),
    "xls with dates": (xls({"Data": EXPORT}), {"format": "xls"}),
    "xls with a sheet named": (
        xls({"Notes": [["nothing"]], "Data": ROWS}),
        {"format": "xls", "sheet": "Data"},
    ),
    "parquet with dates": (
        parquet({"Date": DAYS, "px_last": [102.9, 102.9], "nested": [[1], [2]]}),
        {"format": "parquet"},
    ),
    "parquet with instants": (
        parquet({"Date": [datetime(2025, 4, d, 23, tzinfo=UTC) for d in (8, 9)],
                 "PX_LAST": [102.9, 102.9]}),
        {"format": "parquet"},
    ),
    "csv with decimal commas": (
        b"Date;PX_LAST\n2025-04-08;102,9\n2025-04-09;102,9\n",
        {"decimal": ","},
    ),
    "csv with the delimiter in a header, below a preamble": (
        b'Terms\n"Last, DXY",Date\n102.9,2025-04-08\n102.9,2025-04-09\n',
        {"delimiter": ",", "columns": {"dxy": {**TABLE["columns"]["dxy"], "column": "Last, DXY"}}},
    ),
    "csv with times of day": (
        b"Date;PX_LAST\n08.04.2025 16:00;102.9\n09.04.2025 16:00;102.9\n",
        {"date_format": "%d.%m.%Y %H:%M"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_the_same_numbers_are_read_in_every_format(name: str) -> None:
    content, settings = READ[name]
    assert numbers(content, **settings) == dict.fromkeys(DAYS, 102.9)


NOT_THERE: dict[str, Any] = {"dxy": {**TABLE["columns"]["dxy"], "column": "PX_LASTS"}}
OBJECTS = json.dumps([{"Date": f"{day}", "PX_LAST": 102.9} for day in DAYS]).encode()
LACKS = {
    "csv": (b"Date;PX_LAST\n2025-04-08;102.9\n", {}),
    "csv below a preamble": (b"Gold spot;USD;by hand\nDate;PX_LAST\n2025-04-08;1\n", {}),
    "xlsx": (xlsx({"Data": EXPORT}), {"format": "xlsx"}),
    "xls": (xls({"Data": EXPORT}), {"format": "xls"}),
    "parquet": (
        parquet({"Date": DAYS, "PX_LAST": [1.5, 1.5], "nested": [[1], [2]]}), {"format": "parquet"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LACKS)
def test_a_column_that_is_not_there_is_said_by_the_header_with_the_one_meant(name: str) -> None:
    content, settings = LACKS[name]
    with pytest.raises(BodyRejected) as caught:
        numbers(content, columns=NOT_THERE, **settings)
    assert caught.value.expected == "a header with the columns Date, PX_LASTS"
    assert caught.value.got in ("Date, PX_LAST: no PX_LASTS", "Date, Ticker, PX_LAST: no PX_LASTS")
    assert caught.value.remedy == "did you mean 'PX_LAST'? Nothing of this file was stored"


def test_a_table_without_any_of_the_columns_is_said_by_its_longest_row() -> None:
    with pytest.raises(BodyRejected, match="got Tag, Kurs: no Date, PX_LAST; correct the block or"):
        numbers(b"Terminal\nTag;Kurs\n2025-04-08;102.9\n")
    with pytest.raises(BodyRejected, match="got Date;PX_LAST: no Date, PX_LAST; it is one cell"):
        numbers(b"Date;PX_LAST\n2025-04-08;102.9\n", delimiter=",")


def test_a_key_that_a_row_of_json_lacks_is_said_with_the_row_and_the_one_meant() -> None:
    with pytest.raises(
        BodyRejected, match=r"rows without PX_LASTS \(in row 1\); did you mean 'PX_LAST'"
    ):
        numbers(OBJECTS, format="json", columns=NOT_THERE)
    less = OBJECTS.replace(b'"PX_LAST": 102.9}]', b'"px": 102.9}]')
    with pytest.raises(BodyRejected, match=r"rows without PX_LAST \(in row 2\)"):
        numbers(less, format="json")


BAD = {
    "csv": (b"Date;PX_LAST\n2025-04-08;102.9\n2025-04-09;4,943.30\n", {}, "'4,943.30'"),
    "csv with decimal commas": (
        b"Date;PX_LAST\n2025-04-08;102,9\n2025-04-09;4.943,30\n", {"decimal": ","}, "'4.943,30'"
    ),
    "xlsx": (
        xlsx({"Data": [*EXPORT[:-1], [DAYS[1], "", "4,943.30"]]}), {"format": "xlsx"}, "'4,943.30'"
    ),
    "json": (
        OBJECTS.replace(b"102.9}]", b'"4,943.30"}]'), {"format": "json"}, "'4,943.30'"
    ),
    "parquet": (
        parquet({"Date": DAYS, "PX_LAST": ["1", "4,943.30"]}), {"format": "parquet"}, "'4,943.30'"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_cell_that_is_no_number_is_said_as_it_is_with_its_row(name: str) -> None:
    content, settings, cell = BAD[name]
    with pytest.raises(BodyRejected) as caught:
        numbers(content, **settings)
    assert caught.value.got == f"{cell} in the row of 2025-04-09"


def test_a_date_that_is_none_and_a_short_row_are_said_with_their_place() -> None:
    with pytest.raises(BodyRejected, match="got '' below '2025-04-08'"):
        numbers(b"Date;PX_LAST\n2025-04-08;102.9\n;103\n")
    with pytest.raises(BodyRejected, match="1 in row 4: '2025-04-09'"):
        numbers(b"Terminal\nDate;PX_LAST\n2025-04-08;102.9\n2025-04-09\n")


def test_a_cell_without_a_number_is_missing_and_a_formula_is_what_it_was_last() -> None:
    words = [ROWS[0], [DAYS[0], "", "#N/A N/A"], [DAYS[1], "", 102.9], [None, None, None]]
    found = numbers(xlsx({"Data": words}), format="xlsx")
    assert found[DAYS[1]] == 102.9
    assert found[DAYS[0]] != found[DAYS[0]]


def far_out(row: int, column: str) -> Callable[[], bytes]:
    """A workbook with one cell far from all others."""

    def made() -> bytes:
        packed = io.BytesIO(xlsx({"Data": ROWS}))
        with zipfile.ZipFile(packed) as archive:
            members = {one: archive.read(one) for one in archive.namelist()}
        cell = f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row></sheetData>'.encode()
        sheet = "xl/worksheets/sheet1.xml"
        members[sheet] = members[sheet].replace(b"</sheetData>", cell)
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return written.getvalue()

    return made


NO_SHEET = "a sheet 'Dat', got .*Data"
NESTED = b"<a>" * 700_000
ENDS_PYARROW = REGRESSIONS / "table.parquet" / "levels_that_end_pyarrow"
LONG = ["a" * 4_000_000 + str(number) for number in range(10)]
REFUSED: dict[str, tuple[Callable[[], bytes], dict[str, Any], str]] = {
    "a sheet that is not there": (
        lambda: xlsx({"Data": ROWS}), {"format": "xlsx", "sheet": "Dat"}, NO_SHEET
    ),
    "an old sheet that is not there": (
        lambda: xls({"Data": ROWS}), {"format": "xls", "sheet": "Dat"}, NO_SHEET
    ),
    "another column": (
        lambda: xlsx({"Data": [["Date", "PX"]]}), {"format": "xlsx"}, "the columns Date, PX_LAST"
    ),
    "another column of parquet": (
        lambda: parquet({"Date": DAYS}), {"format": "parquet"}, "the columns Date, PX_LAST"
    ),
    "a cell in the last row": (far_out(1_048_576, "A"), {"format": "xlsx"}, "40,000 rows"),
    "an old workbook": (lambda: xls({"Data": ROWS}), {"format": "xlsx"}, "xls or an encrypted"),
    "text in place of a workbook": (lambda: b"Date,PX", {"format": "xlsx"}, "an .xlsx file, got"),
    "text in place of parquet": (lambda: b"Date,PX", {"format": "parquet"}, "a parquet file, got"),
    "half a workbook": (
        lambda: xlsx({"Data": ROWS})[:1000], {"format": "xlsx"}, "a whole zip file"
    ),
    "half a parquet file": (
        lambda: parquet({"Date": DAYS})[:40], {"format": "parquet"}, "a whole parquet file"
    ),
    "a zip that is no workbook": (
        lambda: zipped(b"a"), {"format": "xlsx"}, "a whole .xlsx file"
    ),
    "a zip of zeros": (lambda: zipped(bytes(40_000_000)), {"format": "xlsx"}, "bytes unpacked"),
    "elements inside each other": (lambda: zipped(NESTED), {"format": "xlsx"}, "elements"),
    "parquet of many rows": (
        lambda: parquet({"Date": [DAYS[0]] * 200_000, "PX_LAST": [1.0] * 200_000}),
        {"format": "parquet"},
        "100,000 rows",
    ),
    "parquet that unpacks to much": (
        lambda: parquet({"Date": LONG, "PX_LAST": [1.0] * 10}),
        {"format": "parquet"},
        "bytes unpacked",
    ),
    "parquet that ends pyarrow": (
        ENDS_PYARROW.read_bytes,
        {"format": "parquet", "columns": {"x": {"column": "close", "title": "x", "unit": "pct"}}},
        "exit status",
    ),
    "parquet of one long text in every row": (
        lambda: parquet({"Date": pa.DictionaryArray.from_arrays([0] * 20_000, ["a" * 100_000]),
                         "PX_LAST": [1.0] * 20_000}),
        {"format": "parquet"},
        "a table that fits into memory",
    ),
    "a point among decimal commas": (
        lambda: b"Date;PX_LAST\n2025-04-08;1.102,9\n", {"decimal": ","}, "a number or a word"
    ),
}  # fmt: skip


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", content)
    return packed.getvalue()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_the_file_described_is_refused_by_name(name: str) -> None:
    content, settings, said = REFUSED[name]
    with pytest.raises(BodyRejected, match=said) as raised:
        numbers(content(), **settings)
    assert "a body it can read" not in str(raised.value)


@pytest.mark.parametrize("kind", READ_BY)
def test_where_an_extra_is_not_installed_the_check_names_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, extra = READ_BY[kind]
    monkeypatch.setitem(sys.modules, package, None)  # as where it was never installed
    with pytest.raises(ConfigInvalid) as raised:
        feed(format=kind)
    assert f"read by {package}" in str(raised.value)
    assert f"pip install '.[{extra}]'" in str(raised.value)


def test_one_comma_cannot_divide_cells_and_numbers() -> None:
    with pytest.raises(ConfigInvalid, match="both a comma; set delimiter"):
        feed(decimal=",", delimiter=",")


def test_json_numbers_of_any_kind_are_read() -> None:
    rows = [{"Date": f"{day}", "PX_LAST": "102,9"} for day in DAYS]
    content = json.dumps(rows).encode()
    assert numbers(content, format="json", decimal=",") == dict.fromkeys(DAYS, 102.9)
