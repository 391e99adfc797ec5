"""Lines with colour for a person, without the library that draws tables: it takes longer to load
than a list of thousands to print."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final, TypeAlias

from monitor.terminal.table import in_ascii, is_ascii_only

CODES: Final = {
    "bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34",
    "magenta": "35", "cyan": "36",
}  # fmt: skip
DUMB: Final = ("dumb", "unknown")


GAP: Final = "  "
# A text, or one with a style such as `bold red`.
Cell: TypeAlias = "str | tuple[str, str]"


class StyledOutput:
    """The terminal, or what is in its place: `columns` is its width, 80 where there is none."""

    def __init__(self) -> None:
        self.columns = shutil.get_terminal_size().columns
        self._has_colour = shows_colour(os.environ, is_terminal=sys.stdout.isatty())

    def styled(self, text: str, style: str) -> str:
        """The text in a style such as `bold red`, where a person looks who wants colour."""
        if not text or not style or not self._has_colour:
            return text
        codes = ";".join(CODES[word] for word in style.split())
        return f"\x1b[{codes}m{text}\x1b[0m"

    def clear(self) -> None:
        """An empty terminal, where there is one that can be cleared."""
        if sys.stdout.isatty() and os.environ.get("TERM", "").lower() not in DUMB:
            sys.stdout.write("\x1b[2J\x1b[H")

    def wrapped(self, *parts: Cell, indent: int = 0) -> Iterator[str]:
        """One text of parts in lines that fit the terminal, each behind an indent."""
        text = "".join(map(_text, parts))
        begin = 0
        for line in wrapped(text, max(self.columns - indent, 1)):
            yield " " * indent + self._restyled(parts, begin, begin + len(line))
            begin += len(line) + 1  # and the space at which it was broken

    def _restyled(self, parts: Sequence[Cell], begin: int, end: int) -> str:
        """From one place of a text to another, each part in its style."""
        found, at = "", 0
        for part in parts:
            text = _text(part)
            found += self.styled(text[max(begin - at, 0) : max(end - at, 0)], _style(part))
            at += len(text)
        return found

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        indent: int = 0,
        right: str = "",
    ) -> Iterator[str]:
        """Rows under a header, two spaces between columns, wrapped where they do not fit. `right`
        has an `r` for each column that is put to the right."""
        texts = [header, *([_text(cell) for cell in row] for row in rows)]
        room = self.columns - indent - len(GAP) * (len(header) - 1)
        widths = fitted(list(zip(*texts, strict=True)), room)
        sides = right.ljust(len(header), "l")
        for row in ([(one, "dim") for one in header], *rows):
            columns = [wrapped(_text(cell), width) for cell, width in zip(row, widths, strict=True)]
            for parts in zip_longest(*columns, fillvalue=""):
                placed = []
                for part, cell, width, side in zip(parts, row, widths, sides, strict=False):
                    pad = " " * (width - len(part))
                    shown = self.styled(part, _style(cell))
                    placed.append(pad + shown if side == "r" else shown + pad)
                yield f"{' ' * indent}{GAP.join(placed)}".rstrip()

    def print(self, lines: Iterable[str]) -> None:
        """Print lines, in ASCII alone where the locale says so."""
        text = "".join(f"{line}\n" for line in lines)
        if is_ascii_only(os.environ, sys.stdout.encoding):
            text = in_ascii(text)
        sys.stdout.write(text)


def fitted(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """How wide each column is: as its widest text, and no narrower than its longest word. Where
    they do not fit, that is narrowed first which wraps the fewest texts."""
    widths = [max(map(len, column)) for column in columns]
    words = [max(len(word) for text in column for word in text.split(" ")) for column in columns]

    def wraps(place: int, width: int) -> tuple[int, int]:
        return sum(len(text) >= width for text in columns[place]), -width

    while sum(widths) > room:
        spare = [place for place, width in enumerate(widths) if width > words[place]]
        if not spare:
            break
        widths[min(spare, key=lambda place: wraps(place, widths[place]))] -= 1
    return widths


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell[0]


def _style(cell: Cell) -> str:
    return "" if isinstance(cell, str) else cell[1]


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
