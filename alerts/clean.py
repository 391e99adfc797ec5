"""Words from outside (names, notes, publishers' and receivers' answers), made plain text in one
place: a terminal obeys escapes, a log takes a line feed for a new entry, a reader is misled by
letters that turn the direction of what follows."""

from __future__ import annotations

import re
from typing import Final

# Patterns, compiled when something is not plain: every start of a command loads this.
# Escape sequences whole (CSI, OSC and its kin up to their end, two letters), in 7 and 8 bits.
ESCAPES: Final = (
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\\\|\x9c|$)"
    "|\x1b[ -/]*[0-~]?"
)
# A line or a page ends there.
ENDS: Final = "[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+"
# Controls, and marks that turn, hide or join what is around them.
CONTROLS: Final = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
# A byte that was no UTF-8 where somebody typed it.
NO_LETTERS: Final = "[\ud800-\udfff]"


def clean(text: str) -> str:
    """The text on one line, of letters, marks and spaces alone; what stands for no letter is
    U+FFFD. Plain text is as it was."""
    if text.isprintable():  # nothing below is
        return text
    text = re.sub(ENDS, " ", re.sub(ESCAPES, "", text))
    return re.sub(NO_LETTERS, "\ufffd", re.sub(CONTROLS, "", text))


def clean_lines(text: str) -> str:
    """The same of a text of several lines."""
    return "\n".join(clean(line) for line in text.split("\n"))
