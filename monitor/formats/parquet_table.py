"""A parquet file, of which only the columns wanted are read, and never more than a table's rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from monitor.errors import BodyRejected
from monitor.formats.missing_columns import missing_columns
from monitor.ingest.http import Body

PARQUET_MAGIC: Final = b"PAR1"
MOST: Final = {"rows": 100_000, "columns": 1_000, "bytes unpacked": 30_000_000}
# Of texts and lists in the file's own description, which would be made whole.
MOST_DESCRIBED: Final = 1_000_000
# The usual file takes a third of a second, nearly all of it to load pyarrow.
MOST_S: Final = 30
# Beside pyarrow itself: ten times the bytes unpacked, as Python's objects are large.
MOST_MB: Final = 600
CHILD: Final = Path(__file__).with_name("parquet_child.py")
# Nothing else of the environment: it has the program's secrets.
PASSED_ON: Final = ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR", "TZDIR")


def parquet_rows(body: Body, wanted: Sequence[str] | None = None) -> list[list[Any]]:
    """The header and the rows of the columns wanted, in any case, or of all that are not nested:
    texts and numbers, dates as ISO. Raises BodyRejected for what is no whole parquet file of a
    usual size.

    It is read in a process of its own: what ends that one does not end this one.
    """
    if not body.content.startswith(PARQUET_MAGIC):
        got = f"{body.content[:8].hex()} at its start"
        raise BodyRejected(body.url, expected="a parquet file", got=got)
    answer = _answer(body, wanted)
    if "missing" in answer:
        raise missing_columns(body.url, wanted or (), answer["missing"])
    if "rows" not in answer:
        raise BodyRejected(body.url, expected=answer["expected"], got=answer["got"])
    rows: list[list[Any]] = answer["rows"]
    return rows


def _answer(body: Body, wanted: Sequence[str] | None) -> dict[str, Any]:
    asked = {
        "wanted": None if wanted is None else list(wanted),
        "most": MOST,
        "most_mb": MOST_MB,
        "described": MOST_DESCRIBED,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(CHILD)],
            input=json.dumps(asked).encode() + b"\n" + body.content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            timeout=MOST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        expected = f"a parquet file that is read in {MOST_S} s"
        raise BodyRejected(body.url, expected=expected, got="one that takes longer") from None
    if done.returncode != 0:
        got = f"one that ends pyarrow (exit status {done.returncode})"
        raise BodyRejected(body.url, expected="a whole parquet file", got=got)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
