"""How rows, numbers and instants are shown in the terminal, whatever it can show."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TextIO, cast
from zoneinfo import ZoneInfo

from rules.wording import MINUS, SPARKS
from state.instants import to_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from rich.console import Console

STYLES: Final = {"critical": "bold red", "warning": "bold yellow", "notice": "blue"}

# What stands for a character where only ASCII can be shown; what is not here becomes a `?`.
PLAIN: Final = str.maketrans(
    dict(zip(SPARKS, "_.-~=+*#", strict=True))
    | {
        MINUS: "-",
        "·": "-",
        "–": "-",
        "—": "-",
        "…": "~",
        "’": "'",
        "‘": "'",
        "×": "x",
        "→": ">",
        "σ": " sd",
    }
    | {"“": '"', "”": '"', "─": "-", "│": "|", "█": "#", "░": ".", "\N{NO-BREAK SPACE}": " "}
)
ASCII_LOCALES: Final = ("C", "POSIX")


class PlainStream(io.TextIOBase):
    """A stream that passes on what is written in ASCII alone."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """ASCII, so that whoever asks draws nothing else."""
        return "ascii"

    def write(self, text: str) -> int:
        """Write it in ASCII."""
        self._stream.write(in_ascii(text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream behind it."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether a person is behind it."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The stream's own."""
        return self._stream.fileno()


def open_console() -> Console:
    """The terminal, or what stands in its place: no colour where none is wanted or nobody looks,
    and ASCII alone where the locale says so."""
    from rich.console import Console

    if is_ascii_only(os.environ, sys.stdout.encoding):
        plain = cast("TextIO", PlainStream(sys.stdout))
        return Console(file=plain, highlight=False, emoji=False)
    return Console(highlight=False, emoji=False)


def in_ascii(text: str) -> str:
    """The text in ASCII alone."""
    return text.translate(PLAIN).encode("ascii", "replace").decode("ascii")


def is_ascii_only(environ: Mapping[str, str], encoding: str | None) -> bool:
    """Whether a terminal can be trusted with ASCII alone.

    Python itself says UTF-8 in the C locale, and sets LC_CTYPE to C.UTF-8 when LANG is C, so that
    the variables are looked at as a person set them.
    """
    if not (encoding or "").lower().replace("-", "").startswith("utf"):
        return True
    everything = environ.get("LC_ALL", "")
    if everything:
        return everything in ASCII_LOCALES
    characters = environ.get("LC_CTYPE", "")
    if characters in ASCII_LOCALES:
        return True
    return characters in ("", "C.UTF-8") and environ.get("LANG", "") in ASCII_LOCALES


def on_decimal_point(numbers: Sequence[str]) -> list[str]:
    """Numbers as written, padded on both sides so that their decimal points are in one column."""
    heads = [one.partition(".")[0] for one in numbers]
    tails = [one[len(head) :] for one, head in zip(numbers, heads, strict=True)]
    before, after = (max(map(len, parts), default=0) for parts in (heads, tails))
    return [
        f"{head.rjust(before)}{tail.ljust(after)}" for head, tail in zip(heads, tails, strict=True)
    ]


def print_json(rows: Sequence[DataclassInstance]) -> None:
    """Print dataclasses as a list of JSON objects; instants are UTC text, as in the database."""
    print(json.dumps([plain_values(row) for row in rows], indent=2))  # noqa: T201


def plain_values(row: DataclassInstance) -> dict[str, Any]:
    """A dataclass as a JSON object."""
    return {key: _plain(value) for key, value in asdict(row).items()}


def stamp(moment: datetime, zone: ZoneInfo) -> str:
    """`2025-04-10 18:30` in a zone: short enough for several to a line."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def span_words(span: timedelta) -> str:
    """`45 min`, `7 h` or `16 days`, of a span in either direction."""
    minutes = abs(span) // timedelta(minutes=1)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return to_text(value)
    return value.isoformat() if isinstance(value, date) else value
