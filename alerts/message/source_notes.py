"""What the configuration notes of the sources of a message's numbers: that they are not the first
print of their days, as in a demonstration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# As sources of TIC name themselves, with the note behind the file.
NOTED: Final = re.compile(r"(TIC): US Treasury [^,;]+, ([^;]+)")


def source_notes(sources: Iterable[str]) -> str:
    """`TIC as revised to June 2026`, each note once; empty where no source has one."""
    found = [match for source in sources for match in NOTED.findall(source)]
    return "; ".join(f"{publisher} {note}" for publisher, note in dict.fromkeys(found))


def with_source_notes(footer: str, sources: Iterable[str]) -> str:
    """A footer with the notes behind it."""
    return " · ".join(filter(None, (footer, source_notes(sources))))
