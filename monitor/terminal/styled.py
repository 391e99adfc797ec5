"""Lines with colour for a person, without the library that draws tables: it takes longer to load
than a list of thousands to print."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from monitor.terminal.table import PLAIN, is_ascii_only

CODES: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34"}
DUMB: Final = ("dumb", "unknown")


class StyledOutput:
    """The terminal, or what is in its place: `columns` is its width, 80 where there is none."""

    def __init__(self) -> None:
        self.columns = shutil.get_terminal_size().columns
        self._has_colour = shows_colour(os.environ, is_terminal=sys.stdout.isatty())

    def styled(self, text: str, style: str) -> str:
        """The text in a style such as `bold red`, where a person looks who wants colour."""
        if not text or not self._has_colour:
            return text
        codes = ";".join(CODES[word] for word in style.split())
        return f"\x1b[{codes}m{text}\x1b[0m"

    def print(self, lines: Iterable[str]) -> None:
        """Print lines, in ASCII alone where the locale says so."""
        text = "".join(f"{line}\n" for line in lines)
        if is_ascii_only(os.environ, sys.stdout.encoding):
            text = text.translate(PLAIN).encode("ascii", "replace").decode("ascii")
        sys.stdout.write(text)


def shows_colour(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether colour is wanted: https://no-color.org, https://force-color.org."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal and environ.get("TERM", "").lower() not in DUMB


def wrapped(text: str, room: int) -> Iterator[str]:
    """The text in lines of so many columns, broken at spaces; a longer word has a line of its
    own."""
    begin = 0
    while len(text) - begin > room:
        end = text.rfind(" ", begin, begin + room + 1)
        end = text.find(" ", begin + room) if end < 0 else end
        if end < 0:
            break
        yield text[begin:end]
        begin = end + 1
    yield text[begin:]
