"""Zip archives unpacked in steps, so that a few kilobytes never become gigabytes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from monitor.errors import BodyRejected
from monitor.ingest.http import Body

STEP_BYTES: Final = 1 << 16
METHODS: Final = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflate"}
# Each entry of the directory becomes an object before any of them can be looked at.
MOST_MEMBERS: Final = 1_000
DIRECTORY_ENTRY: Final = b"PK\x01\x02"
# What zipfile raises of damaged archives: a directory before the start of the file is a ValueError,
# an encrypted member a RuntimeError.
DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
)


def member_parts(body: Body, name: str, most_bytes: int) -> Iterator[bytes]:
    """The bytes of a member of a zipped body, in steps. Raises BodyRejected, at the latest at the
    step at which there are more than `most_bytes`, whatever the archive declares."""
    try:
        with _opened(body) as archive:
            yield from _parts(archive, [archive.getinfo(name)], body.url, most_bytes)
    except KeyError:
        raise BodyRejected(body.url, expected=f"a member {name}", got="a zip without it") from None


def all_parts(body: Body, most_bytes: int) -> Iterator[bytes]:
    """The bytes of all members of a zipped body, in steps, under the same limits."""
    with _opened(body) as archive:
        yield from _parts(archive, archive.infolist(), body.url, most_bytes)


@contextmanager
def _opened(body: Body) -> Iterator[zipfile.ZipFile]:
    if body.content.count(DIRECTORY_ENTRY) > MOST_MEMBERS:
        raise BodyRejected(body.url, expected=f"at most {MOST_MEMBERS:,} members", got="more")
    try:
        with zipfile.ZipFile(io.BytesIO(body.content)) as archive:
            yield archive
    except DAMAGED as error:
        raise BodyRejected(body.url, expected="a whole zip file", got=str(error)) from None


def _parts(
    archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo], url: str, most_bytes: int
) -> Iterator[bytes]:
    unpacked = 0
    for found in members:
        if found.compress_type not in METHODS:
            expected = f"a member packed by {' or '.join(METHODS.values())}"
            raise BodyRejected(url, expected=expected, got=f"method {found.compress_type}")
        with archive.open(found) as opened:
            while part := opened.read(STEP_BYTES):
                unpacked += len(part)
                if unpacked > most_bytes:
                    expected = f"at most {most_bytes:,} bytes unpacked"
                    raise BodyRejected(url, expected=expected, got="more")
                yield part


def zip_member(body: Body, name: str, most_bytes: int) -> Body:
    """A member of a zipped body as a body of its own. Raises BodyRejected."""
    content = bytearray()
    for part in member_parts(body, name, most_bytes):
        content += part
    return Body(f"{body.url}#{name}", bytes(content), "", None, None)
