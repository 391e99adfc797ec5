"""Bodies that are small as sent and large as read: each with its source and what is said of it.

`python -m tests.bombs.bombs` takes their names from its input, a line each, reads each bomb in a
process of its own, and prints what was said of it and how far the most memory that was ever held
was above what was held before.
"""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import xlwt

from monitor.clock import SimulatedClock
from monitor.config.load import build
from monitor.errors import BodyRejected, FetchFailed
from monitor.formats.tic_tables import KEY
from monitor.ingest.fetch import parsed
from monitor.ingest.http import Body, Http
from monitor.ingest.source import Source
from monitor.sources.treasury_tic import MEASURES
from tests.bombs.table_bombs import TABLE_BOMBS, Bomb, zeros, zipped
from tests.support import TABLE

AT: Final = datetime(2025, 4, 11, 12, tzinfo=UTC)
MB: Final = 1_000_000
H41_HEAD: Final = b'<DataSet><Series SERIES_NAME="RESH4FG_N.WW" UNIT_MULT="1000000">'
OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def xml(*parts: tuple[bytes, int]) -> Callable[[], bytes]:
    """An H.4.1 zip whose member is the head of a series and then each part so many times."""

    def written() -> Any:
        yield H41_HEAD
        for part, times in parts:
            for _ in range(times // 10_000):
                yield part * 10_000
            yield part * (times % 10_000)

    return lambda: zipped("H41_data.xml", written)


def many_members() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(1_100):
            archive.writestr(f"{number}", b"")
    return packed.getvalue()


def before_its_start() -> bytes:
    content = bytearray(zipped("eurofxref-hist.csv", zeros(1)))
    at = content.rfind(b"PK\x05\x06")
    content[at + 16 : at + 20] = struct.pack("<I", 4_000_000_000)
    return bytes(content)


def workbook(*cells: tuple[int, int], texts: int = 0) -> Callable[[], bytes]:
    def made() -> bytes:
        book = xlwt.Workbook()
        sheet = book.add_sheet("ACM Daily")
        for row, column in cells:
            sheet.write(row, column, 1.0)
        for number in range(texts):
            sheet.write(number % 30_000, number // 30_000, f"{number:x}")
        packed = io.BytesIO()
        book.save(packed)
        return packed.getvalue()

    return made


def all_tables() -> bytes:
    """An OLE2 file that says that each of its sectors is an allocation table."""
    head = bytearray(512)
    head[:8] = OLE2
    struct.pack_into("<IIII", head, 44, 39_000, 1, 0, 4096)
    struct.pack_into("<II", head, 68, 0, 300)
    return bytes(head) + struct.pack("<I", 5) * (4 * MB)


ROW: Final = b"country\tcountry_code\tdate\tx\n"
BOMBS: Final[dict[str, Bomb]] = {
    "zip of zeros": ("ecb", lambda: zipped("eurofxref-hist.csv", zeros(300)), "unpacked"),
    "zip that declares 1,000 bytes": (
        "ecb",
        lambda: zipped("eurofxref-hist.csv", zeros(300), says=1000),
        "expected",
    ),
    "bzip2": (
        "ecb",
        lambda: zipped("eurofxref-hist.csv", zeros(50), zipfile.ZIP_BZIP2, 1000),
        "method 12",
    ),
    "lzma": (
        "ecb",
        lambda: zipped("eurofxref-hist.csv", zeros(20), zipfile.ZIP_LZMA, 1000),
        "method 14",
    ),
    "zip of many members": ("ecb", many_members, "1,000 members"),
    "zip whose directory is before its start": ("ecb", before_its_start, "a whole zip file"),
    "xml nested": ("h41", xml((b"<a>", 10_000_000)), "inside each other"),
    "xml of many elements": ("h41", xml((b"<a/>", 10_000_000)), "elements"),
    "xml of many observations": ("h41", xml((b'<Obs OBS_VALUE="1"/>', 3_000_000)), "observations"),
    "xml with a long attribute": (
        "h41",
        xml((b'<a b="', 1), (b"x" * 100, 3_000_000)),
        "bytes in a tag",
    ),
    "xml with a long text": ("h41", xml((b"x" * 100, 3_500_000)), "whole XML"),
    "xml with entities": (
        "h41",
        lambda: zipped(
            "H41_data.xml", lambda: [b'<!DOCTYPE a [<!ENTITY b "' + b"b" * 9000 + b'">]><a>&b;</a>']
        ),
        "document type",
    ),
    "xml with many attributes": (
        "h41",
        lambda: zipped(
            "H41_data.xml",
            lambda: [b"<a ", b"".join(b'a%d="" ' % one for one in range(2_000_000)), b"/>"],
        ),
        "bytes in a tag",
    ),
    "csv of many columns": ("cboe", lambda: b"DATE" + b",A" * 9_500_000, "cells"),
    "csv of one line": ("cboe", lambda: b"DATE,SPX " + b"A" * (19 * MB), "lines of at most"),
    "csv of empty lines": ("cboe", lambda: b"\n" * (19 * MB), "an empty body"),
    "csv of many lines": ("cboe", lambda: b"DATE,SPX\n" + b"1,1\n" * (4 * MB), "lines"),
    "csv of one quoted cell": ("cboe", lambda: b'DATE,"' + b"A\n" * 90_000, "expected"),
    "csv of astral letters": (
        "cboe",
        lambda: b"DATE,SPX\n" + ("\U0001f600" * 10_000 + "\n").encode() * 400,
        "cells in every row",
    ),
    "tsv of many cells": ("treasury_tic", lambda: ROW + b"ab\t" * (6 * MB), "cells"),
    "tsv of line separators": ("treasury_tic", lambda: ROW + b"a\xe2\x80\xa8" * (4 * MB), "lines"),
    "tsv that is wide once pivoted": (
        "treasury_tic",
        lambda: wide_tic(),
        "a row a period",
    ),
    "form s of quotes": ("tic_form_s", lambda: b'"a"\t' * (4 * MB), "cells"),
    "download of many titles": ("h15", lambda: b'"a","b"\n' * (2 * MB), "lines"),
    "json nested": ("yahoo", lambda: b"[" * 100_000, "nested too deep"),
    "json of many lists": ("yahoo", lambda: b"[" + b"[]," * (6 * MB) + b"0]", "objects and lists"),
    "json of many values": (
        "fiscaldata_debt",
        lambda: b"[" + b'"ab",' * (3 * MB) + b"0]",
        "values",
    ),
    "json of many objects": ("table_json", lambda: b"[" + b'{"a":1},' * (2 * MB), "objects"),
    "json of one number": ("yahoo", lambda: b"1" * (19 * MB), "chart JSON"),
    "json of one text": ("yahoo", lambda: b'"' + b"a" * (19 * MB), "chart JSON"),
    **TABLE_BOMBS,
    "xls with a cell in the last row": ("nyfed_acm", workbook((65_535, 0)), "row 65,536"),
    "xls with a cell in the last column": ("nyfed_acm", workbook((1, 255)), "column 256"),
    "xls of many texts": ("nyfed_acm", workbook(texts=100_100), "texts"),
    "xls of allocation tables": ("nyfed_acm", all_tables, "allocation tables"),
}


def link_to_a_pipe(path: Path) -> None:
    os.mkfifo(f"{path}.pipe")
    path.symlink_to(f"{path}.pipe")


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 30)


# What is dropped as a file: how it is made, and a word of what is said of it.
FILES: Final[dict[str, tuple[Callable[[Path], object], str]]] = {
    "a pipe": (os.mkfifo, "a plain file"),
    "a link to a pipe": (link_to_a_pipe, "a plain file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "a plain file"),
    "a folder": (Path.mkdir, "a file"),
    "a sparse gigabyte": (sparse, "at most"),
}


def wide_tic() -> bytes:
    """A month and an area of its own in each of 5,900 lines."""
    text = "Millions of dollars\n"
    text += "\t".join([*KEY, *MEASURES]) + "\n"
    for number in range(5_900):
        month = f"{1700 + number // 12}-{number % 12 + 1:02d}"
        text += "\t".join(["Area", f"{10_000 + number}", month, *["0"] * len(MEASURES)]) + "\n"
    return f"{text}Notes:\t\n".encode()


def source_named(name: str) -> Source:
    """A source with its default settings; a desk's own feed in JSON as `table_json`, and so on."""
    if name.startswith("table"):
        written = name.removeprefix("table").removeprefix("_") or "csv"
        settings = {**TABLE, "base_url": "file:///", "type": "table", "format": written}
        return build({"sources": {"feed": settings}}, {}, Path()).sources["feed"]
    return build({}, {}, Path()).sources[name]


def of_body(name: str, path: Path) -> str:
    """What a source says of the bomb in a file."""
    source = source_named(BOMBS[name][0])
    content = path.read_bytes()
    assert len(content) <= source.max_mb * MB, f"{len(content):,} bytes would not be fetched"
    try:
        parsed(source, Body("http://publisher/file", content, "", None, None), AT)
    except BodyRejected as error:
        return str(error)
    return "taken"


def of_file(name: str, path: Path) -> str:
    """What is said of a dropped file."""
    source = replace(source_named("table"), base_url=f"file://{path.parent}", max_mb=1)
    (request,) = source.requests(None, AT)
    try:
        Http(SimulatedClock(AT)).get(request)
    except FetchFailed as error:
        return str(error)
    return "taken"


def measured(name: str) -> dict[str, Any]:
    """What is said, and how many MB more than before the most memory was that was ever held. Each
    is made in one process and read in another, so that neither adds to the other's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dxy.csv"
        if name in FILES:
            FILES[name][0](path)
            return _in_a_fork(lambda: of_file(name, path))
        _in_a_fork(lambda: str(path.write_bytes(BOMBS[name][1]())))
        return _in_a_fork(lambda: of_body(name, path))


def _in_a_fork(work: Callable[[], str]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        before = peak_mb()
        try:
            answer = {"said": work(), "peak_mb": round(peak_mb() - before)}
        except BaseException as error:  # noqa: BLE001 - the child must not go on as its parent
            answer = {"said": f"raised {error!r}", "peak_mb": 0}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answered:
        said: dict[str, Any] = json.loads(answered.read() or '{"said": "died", "peak_mb": 0}')
    os.waitpid(child, 0)
    return said


def peak_mb() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


if __name__ == "__main__":
    # Once, so that what is loaded only then is no bomb's.
    parsed(source_named("cboe"), Body("", b"DATE,SPX\n04/10/2025,5268.05\n", "", None, None), AT)
    for line in sys.stdin:
        asked = line.strip()
        print(json.dumps({"name": asked, **measured(asked)}), flush=True)  # noqa: T201
