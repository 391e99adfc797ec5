"""Workbooks and parquet files that are small as sent and large as read."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any, Final

from tests.table_files import parquet, xlsx

MB: Final = 1_000_000
# The part of a workbook that is read first.
FIRST: Final = "[Content_Types].xml"
# Ten times each other: ten gigabytes, were they put in.
ENTITIES: Final = [
    b'<!ENTITY e0 "0123456789">',
    *(f'<!ENTITY e{one} "{f"&e{one - 1};" * 10}">'.encode() for one in range(1, 10)),
]

# A source's name, what it is sent, and a word of what it says.
Bomb = tuple[str, Callable[[], bytes], str]


def zipped(
    name: str, parts: Callable[[], Any], method: int = zipfile.ZIP_DEFLATED, says: int | None = None
) -> bytes:
    """A zip with one member written part by part; its directory says `says` bytes, where given."""
    packed = io.BytesIO()
    quick = zipfile.ZipFile(packed, "w", method, compresslevel=1)
    with quick as archive, archive.open(name, "w") as member:
        for part in parts():
            member.write(part)
    content = bytearray(packed.getvalue())
    if says is not None:
        at = content.rfind(b"PK\x01\x02")
        content[at + 24 : at + 28] = struct.pack("<I", says)
    return bytes(content)


def zeros(megabytes: int) -> Callable[[], Any]:
    return lambda: (bytes(MB) for _ in range(megabytes))


def long_number() -> bytes:
    """A workbook with a number of 25 million digits."""
    with zipfile.ZipFile(io.BytesIO(xlsx({"Data": [[1]]}))) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member, content in members.items():
            number = b"<v>" + b"7" * 25 * MB + b"</v>"
            archive.writestr(member, content.replace(b"<v>1</v>", number))
    return packed.getvalue()


TABLE_BOMBS: Final[dict[str, Bomb]] = {
    "xlsx of zeros": ("table_xlsx", lambda: zipped(FIRST, zeros(300)), "unpacked"),
    "xlsx nested": ("table_xlsx", lambda: zipped(FIRST, lambda: [b"<a>" * 5 * MB]), "elements"),
    "xlsx nested as deep as may be": (
        "table_xlsx",
        lambda: zipped(FIRST, lambda: [b"<a>" * 390_000]),
        "a whole .xlsx file",
    ),
    "xlsx with a long number": ("table_xlsx", long_number, "a whole .xlsx file"),
    "xlsx with entities": (
        "table_xlsx",
        lambda: zipped(FIRST, lambda: [b"<!DOCTYPE a [", *ENTITIES, b"]><a>&e9;</a>"]),
        "a whole .xlsx file",
    ),
    "parquet of many rows": (
        "table_parquet",
        lambda: parquet({"Date": [1] * 5 * MB, "PX_LAST": [1] * 5 * MB}),
        "rows",
    ),
    "parquet of long texts": (
        "table_parquet",
        lambda: parquet(
            {"Date": ["a" * 4 * MB + str(one) for one in range(50)], "PX_LAST": [1] * 50}
        ),
        "bytes unpacked",
    ),
}
