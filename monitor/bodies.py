"""Reading bodies defensively: what is not as the publisher writes it is refused by name."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.http import Body

MOST_UNPACKED_BYTES: Final = 400_000_000
MISSING: Final = frozenset({"", "N/A", "n.a.", "ND", "NA", ".", "null"})


def reject_html(body: Body) -> None:
    """Refuse an error page, a captcha or a maintenance page, which come with HTTP 200, and an
    empty body."""
    start = body.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
    if not start:
        raise BodyRejected(body.url, expected="data", got="an empty body")
    if start.startswith(b"<") or "html" in body.content_type.lower():
        shown = start[:60].decode("utf-8", "replace")
        raise BodyRejected(body.url, expected="data", got=f"a page of markup: {shown!r}")


def text_of(body: Body) -> str:
    """The body as text; a byte-order mark is dropped."""
    reject_html(body)
    try:
        return body.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BodyRejected(body.url, expected="UTF-8 text", got=f"{error.reason}") from None


def zip_member(body: Body, name: str) -> Body:
    """A member of a zipped body as a body of its own, unpacked only up to a bound."""
    reject_html(body)
    try:
        with zipfile.ZipFile(io.BytesIO(body.content)) as archive:
            size = archive.getinfo(name).file_size
            if size > MOST_UNPACKED_BYTES:
                expected = f"at most {MOST_UNPACKED_BYTES:,} bytes unpacked"
                raise BodyRejected(body.url, expected=expected, got=f"{size:,}")
            content = archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise BodyRejected(body.url, expected="a whole zip file", got=str(error)) from None
    except KeyError:
        raise BodyRejected(body.url, expected=f"a member {name}", got="a zip without it") from None
    return Body(f"{body.url}#{name}", content, "", None, None)


def csv_table(
    text: str, url: str, wanted: Sequence[str], date_column: str, delimiter: str = ","
) -> pd.DataFrame:
    """A CSV with a header row as strings: `date_column` and whichever of `wanted` are needed.

    The header is matched without regard to case and order; a missing column or a row that is cut
    short is refused. A comma at the end of every row is allowed.
    """
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error as error:
        raise BodyRejected(
            url, expected=f"values separated by {delimiter!r}", got=str(error)
        ) from None
    header = [name.strip() for name in rows[0]] if rows else []
    place = {name.lower(): position for position, name in reversed(list(enumerate(header)))}
    absent = [name for name in (date_column, *wanted) if name.lower() not in place]
    if absent:
        raise BodyRejected(
            url,
            expected=f"a header row with the columns {', '.join((date_column, *wanted))}",
            got=f"no {', '.join(absent)} in {','.join(header)[:120]!r}",
        )
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise BodyRejected(
                url,
                expected=f"{len(header)} cells in every row",
                got=f"{len(row)} in row {number}: {','.join(row)[:80]!r} (cut off?)",
            )
    columns = [date_column, *wanted]
    picked = [[row[place[name.lower()]].strip() for name in columns] for row in rows[1:]]
    return pd.DataFrame(picked, columns=columns, dtype=object)


def dates(texts: pd.Series[str], style: str, url: str) -> pd.DatetimeIndex:
    """The dates of a column written in one style; anything else is refused by its value."""
    parsed = pd.to_datetime(texts, format=style, errors="coerce")
    if parsed.isna().any():
        got = str(texts[parsed.isna()].iloc[0])
        example = date(2025, 4, 21).strftime(style)
        raise BodyRejected(url, expected=f"dates like {example}", got=f"{got[:40]!r}")
    return pd.DatetimeIndex(parsed)


def numbers(texts: pd.Series[str], url: str) -> pd.Series[float]:
    """The numbers of a column; every publisher's word for missing is NaN, other words are refused.
    A literal `-0` is zero."""
    missing = texts.isin(MISSING)
    parsed = pd.to_numeric(texts.where(~missing), errors="coerce").astype("float64")
    wrong = parsed.isna() & ~missing
    if wrong.any() or np.isinf(parsed).any():
        where = wrong | np.isinf(parsed)
        raise BodyRejected(
            url,
            expected=f"a number or a word for missing in column {texts.name!r}",
            got=f"{str(texts[where].iloc[0])[:40]!r}",
        )
    return parsed + 0.0
